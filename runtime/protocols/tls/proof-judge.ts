import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { decodePublicKey } from '@p2pspec/runtime/crypto/keys'
import type { PublicKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { disjoint, firstCommon, muxerOf } from './application-protocols.ts'
import { signedBytes } from './signed-key.ts'

/** The machine's questions about a remote's certificate. Each identity key is parsed once, whatever is asked of it. */
export class ProofJudge {
  #parsedFrom: Uint8Array | undefined
  #parsed: PublicKey | undefined

  readonly validKey = (identityKey: Uint8Array): boolean => this.#parse(identityKey) !== undefined

  readonly signed = (identityKey: Uint8Array, certificateKey: Uint8Array, signature: Uint8Array): boolean =>
    //= TLS-SIGN-2
    this.#parse(identityKey)?.verify(signedBytes(certificateKey), signature) ?? false

  readonly keyOf = (identityKey: Uint8Array, peer: PeerId): boolean =>
    //= TLS-PEER-1
    this.peerIdOf(identityKey)?.equals(peer) ?? false

  readonly disjoint = disjoint
  readonly firstCommon = firstCommon
  readonly muxerOf = muxerOf

  peerIdOf(identityKey: Uint8Array): PeerId | undefined {
    const key = this.#parse(identityKey)
    return key === undefined ? undefined : peerIdFromPublicKey(key)
  }

  #parse(identityKey: Uint8Array): PublicKey | undefined {
    if (this.#parsedFrom === identityKey) return this.#parsed
    this.#parsedFrom = identityKey
    try {
      //= TLS-KEY-1
      this.#parsed = decodePublicKey(identityKey)
    } catch {
      // The machine names the offence; why the key is bad is the remote's affair.
      this.#parsed = undefined
    }
    return this.#parsed
  }
}
