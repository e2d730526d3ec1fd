import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export const TAG_LENGTH = 16

/** One direction of a Noise session: ChaCha20-Poly1305 under a counter (Noise revision 34, sections 5.1 and 12.3). */
export class NoiseCipher {
  readonly #key: KeyObject
  #nonce = 0n

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
  }

  encrypt(plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
    const cipher = createCipheriv('chacha20-poly1305', this.#key, this.#nextNonce(), { authTagLength: TAG_LENGTH })
    cipher.setAAD(associated, { plaintextLength: plaintext.length })
    return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
  }

  /** Null where the tag does not fit. */
  decrypt(ciphertext: Uint8Array, associated: Uint8Array): Uint8Array | null {
    if (ciphertext.length < TAG_LENGTH) return null
    const body = ciphertext.subarray(0, ciphertext.length - TAG_LENGTH)
    const decipher = createDecipheriv('chacha20-poly1305', this.#key, this.#nextNonce(), { authTagLength: TAG_LENGTH })
    decipher.setAAD(associated, { plaintextLength: body.length })
    decipher.setAuthTag(ciphertext.subarray(ciphertext.length - TAG_LENGTH))
    try {
      return new Uint8Array(Buffer.concat([decipher.update(body), decipher.final()]))
    } catch {
      // node:crypto says "unsupported state" for a tag that does not fit.
      return null
    }
  }

  #nextNonce(): Uint8Array {
    const nonce = new Uint8Array(12)
    new DataView(nonce.buffer).setBigUint64(4, this.#nonce, true)
    this.#nonce++
    return nonce
  }
}
