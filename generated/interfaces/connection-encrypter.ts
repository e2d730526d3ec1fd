// Generated from spec/interfaces/connection-encrypter.yaml sha256:a2a288bea08a68edf49b4186590162c9e2e8eeb835d6f798ef9ecb8c923730ac
// Do not edit: change the spec and run `p2pspec generate`.
import type { PeerId } from './connection.ts'
import type { AbortOptions, ByteDuplex } from './stream.ts'

export interface EncryptOptions extends AbortOptions {
  /** The identity that the remote must prove; undefined for an inbound connection or where any will do. */
  readonly remotePeer?: PeerId | undefined
  /** Resolves when the remote has agreed to this protocol; an encrypter with `startsEarly` sends its first message before that, and reads afterwards. Its rejection ends the handshake. */
  readonly negotiated?: Promise<unknown> | undefined
  /** Stream muxers to offer inside the handshake, in order of preference. */
  readonly muxers?: readonly string[] | undefined
}

/** A channel whose remote identity is proven. */
export interface SecureChannel {
  /**
   * - ENC-DATA-1: Bytes that were changed on the way are never pushed; the channel fails.
   * - ENC-DATA-2: A carrier that ends inside a message is a failure and no clean end.
   */
  readonly channel: ByteDuplex
  /** - ENC-PEER-1: The peer id is that of the public key that signed inside the handshake. */
  readonly remotePeer: PeerId
  /**
   * The remote's public key in its protobuf encoding.
   * - ENC-PEER-1: The peer id is that of the public key that signed inside the handshake.
   */
  readonly remotePublicKey: Uint8Array
  /** The stream muxer agreed inside the handshake, if it did that. */
  readonly muxer: string | undefined
}

/** Turns a raw channel into an encrypted and authenticated one. */
export interface ConnectionEncrypter {
  readonly protocol: string
  /** The dialler's first message needs no answer to the proposal of this protocol: where no other is offered, both leave together. */
  readonly startsEarly?: boolean | undefined
  /**
   * - ENC-PEER-2: Another peer than the one asked for is refused, and the remote sees the channel end.
   * - ENC-FAIL-1: After a failed handshake the raw channel is reset, and nothing listens on it any more.
   * - ENC-ABORT-1: An aborted handshake rejects with the signal's reason and resets the raw channel.
   */
  secureOutbound(channel: ByteDuplex, options?: EncryptOptions): Promise<SecureChannel>
  /**
   * - ENC-FAIL-1: After a failed handshake the raw channel is reset, and nothing listens on it any more.
   * - ENC-ABORT-1: An aborted handshake rejects with the signal's reason and resets the raw channel.
   */
  secureInbound(channel: ByteDuplex, options?: EncryptOptions): Promise<SecureChannel>
}
