import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { decodePublicKey } from './keys.ts'
import type { PublicKey } from './keys.ts'
import { peerIdFromPublicKey } from './peer-id.ts'

/** Reads the identity key of one remote: once, however often it is asked for. */
export class KeyReader {
  #readFrom: Uint8Array | undefined
  #key: PublicKey | undefined

  /** Undefined where the bytes are no key that can be used. */
  read(identityKey: Uint8Array): PublicKey | undefined {
    if (this.#readFrom === identityKey) return this.#key
    this.#readFrom = identityKey
    try {
      this.#key = decodePublicKey(identityKey)
    } catch {
      // The machine names the offence; why the key is bad is the remote's affair.
      this.#key = undefined
    }
    return this.#key
  }

  peerIdOf(identityKey: Uint8Array): PeerId | undefined {
    const key = this.read(identityKey)
    return key === undefined ? undefined : peerIdFromPublicKey(key)
  }
}
