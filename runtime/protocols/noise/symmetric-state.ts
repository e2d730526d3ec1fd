import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, createSecretKey, hash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { cipherName, cipherOptions, tagBytes } from './frame.ts'
import { deriveTwo } from './hkdf.ts'
import { NonceCounter } from './nonce-counter.ts'

//= NOISE-NAME-1, NOISE-SUITE-1
const protocolName = Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256', 'ascii')

export const noBytes: Uint8Array = new Uint8Array(0)

/** The running hash and keys of one handshake. */
export class SymmetricState {
  #hash: Uint8Array = protocolName
  #chainingKey: Uint8Array = protocolName
  #key: KeyObject | undefined
  #nonces = new NonceCounter()

  constructor(prologue: Uint8Array) {
    this.mixHash(prologue)
  }

  /** The hash of everything said so far: the same on both sides, and on no other handshake. */
  get handshakeHash(): Uint8Array {
    return this.#hash
  }

  mixHash(data: Uint8Array): void {
    this.#hash = hash('sha256', Buffer.concat([this.#hash, data]), 'buffer')
  }

  mixKey(material: Uint8Array): void {
    const [chainingKey, key] = deriveTwo(this.#chainingKey, material)
    this.#chainingKey = chainingKey
    this.#key = createSecretKey(key)
    this.#nonces = new NonceCounter()
  }

  /** Ciphertext and tag, or the plaintext itself before the first key. */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    if (this.#key === undefined) {
      this.mixHash(plaintext)
      return plaintext
    }
    const cipher = createCipheriv(cipherName, this.#key, this.#nonces.next(), cipherOptions)
    cipher.setAAD(this.#hash, { plaintextLength: plaintext.length })
    const body = cipher.update(plaintext)
    cipher.final()
    const ciphertext = Buffer.concat([body, cipher.getAuthTag()])
    this.mixHash(ciphertext)
    return ciphertext
  }

  /** The plaintext, or undefined where the tag is wrong or missing; the state is of no use after that. */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined {
    if (this.#key === undefined) {
      this.mixHash(ciphertext)
      return ciphertext
    }
    if (ciphertext.length < tagBytes) return undefined
    const tagOffset = ciphertext.length - tagBytes
    const decipher = createDecipheriv(cipherName, this.#key, this.#nonces.next(), cipherOptions)
    decipher.setAAD(this.#hash, { plaintextLength: tagOffset })
    decipher.setAuthTag(ciphertext.subarray(tagOffset))
    const plaintext = decipher.update(ciphertext.subarray(0, tagOffset))
    try {
      decipher.final()
    } catch {
      // The only thing that can go wrong here is the tag.
      return undefined
    }
    this.mixHash(ciphertext)
    return plaintext
  }

  /** The keys of the two directions: initiator to responder, and back. */
  split(): { readonly toResponder: KeyObject; readonly toInitiator: KeyObject } {
    const [first, second] = deriveTwo(this.#chainingKey, noBytes)
    return { toResponder: createSecretKey(first), toInitiator: createSecretKey(second) }
  }
}
