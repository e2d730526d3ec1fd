import type { PeerId } from './connection.ts'
import type { AbortOptions, ByteDuplex } from './stream.ts'

export interface EncryptOptions extends AbortOptions {
  /** The identity that the remote must prove; undefined for an inbound connection or where any will do. */
  readonly remotePeer?: PeerId | undefined
  /** Stream muxers to offer inside the handshake, in order of preference. */
  readonly muxers?: readonly string[] | undefined
}

/** A channel whose remote identity is proven. */
export interface SecureChannel {
  readonly channel: ByteDuplex
  readonly remotePeer: PeerId
  /** The remote's public key in its protobuf encoding. */
  readonly remotePublicKey: Uint8Array
  /** The stream muxer agreed inside the handshake, if it did that. */
  readonly muxer: string | undefined
}

/** Turns a raw channel into an encrypted and authenticated one. */
export interface ConnectionEncrypter {
  readonly protocol: string
  secureOutbound(channel: ByteDuplex, options?: EncryptOptions): Promise<SecureChannel>
  secureInbound(channel: ByteDuplex, options?: EncryptOptions): Promise<SecureChannel>
}
