import { limits } from '@p2pspec/generated/common/limits'
import type { ConnectionEncrypter, EncryptOptions } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { systemClock } from '@p2pspec/runtime/core/clock'
import type { Clock } from '@p2pspec/runtime/core/clock'
import type { PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { EphemeralKeys } from './ephemeral-keys.ts'
import { shakeHands } from './handshake.ts'
import type { NoiseSecureChannel } from './handshake.ts'
import { proveIdentity } from './identity-proof.ts'
import type { X25519Key } from './x25519-key.ts'

//= NOISE-ID-1
export const noiseProtocol = '/noise'

export interface NoiseOptions {
  /** The identity this side proves. */
  readonly privateKey: PrivateKey
  readonly clock?: Clock
  readonly timeoutMs?: number
  /** The Noise static key; a new one where absent. */
  readonly staticKey?: X25519Key
  /** Makes the key of one handshake; for vectors and repeatable tests. */
  readonly makeEphemeral?: () => X25519Key
  /** Bytes that both sides must know before they begin (WebRTC). */
  readonly prologue?: Uint8Array
  /** Certificate hashes to name to the remote (WebTransport). */
  readonly certificateHashes?: readonly Uint8Array[]
}

export interface Noise extends ConnectionEncrypter {
  secureOutbound(channel: ByteDuplex, options?: EncryptOptions): Promise<NoiseSecureChannel>
  secureInbound(channel: ByteDuplex, options?: EncryptOptions): Promise<NoiseSecureChannel>
}

/** Noise XX with X25519, ChaCha20-Poly1305 and SHA-256, authenticated by the libp2p identity. Rejects with `NoiseError`. */
export function noise(options: NoiseOptions): Noise {
  const {
    privateKey,
    clock = systemClock,
    timeoutMs = limits.noise.handshakeTimeout,
    makeEphemeral,
    prologue,
    certificateHashes = [],
  } = options
  const ephemerals = new EphemeralKeys(clock)
  const proof = proveIdentity(privateKey, options.staticKey)
  const secure = (
    side: 'initiator' | 'responder',
    channel: ByteDuplex,
    { remotePeer, muxers = [], signal, negotiated }: EncryptOptions = {},
  ): Promise<NoiseSecureChannel> => {
    const secured = shakeHands(channel, {
      side,
      proof,
      ephemeral: makeEphemeral?.() ?? ephemerals.take(),
      clock,
      timeoutMs,
      prologue,
      expected: remotePeer,
      muxers,
      certificateHashes,
      signal,
      negotiated,
    })
    // Behind what the handshake has to say in this turn.
    if (makeEphemeral === undefined) ephemerals.prepare()
    return secured
  }
  return {
    protocol: noiseProtocol,
    startsEarly: true,
    secureOutbound: (channel, encryptOptions) => secure('initiator', channel, encryptOptions),
    secureInbound: (channel, encryptOptions) => secure('responder', channel, encryptOptions),
  }
}
