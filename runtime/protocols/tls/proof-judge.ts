import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { KeyReader } from '@p2pspec/runtime/crypto/key-reader'
import { disjoint, firstCommon, muxerOf } from './application-protocols.ts'
import { signedBytes } from './signed-key.ts'

/** The machine's questions about a remote's certificate. */
export class ProofJudge {
  readonly #keys = new KeyReader()

  readonly validKey = (identityKey: Uint8Array): boolean =>
    //= TLS-KEY-1
    this.#keys.read(identityKey) !== undefined

  readonly signed = (identityKey: Uint8Array, certificateKey: Uint8Array, signature: Uint8Array): boolean =>
    //= TLS-SIGN-2
    this.#keys.read(identityKey)?.verify(signedBytes(certificateKey), signature) ?? false

  readonly keyOf = (identityKey: Uint8Array, peer: PeerId): boolean =>
    //= TLS-PEER-1
    this.peerIdOf(identityKey)?.equals(peer) ?? false

  readonly disjoint = disjoint
  readonly firstCommon = firstCommon
  readonly muxerOf = muxerOf

  peerIdOf(identityKey: Uint8Array): PeerId | undefined {
    return this.#keys.peerIdOf(identityKey)
  }
}
