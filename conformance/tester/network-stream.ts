import { xsalsa20 } from '@noble/ciphers/salsa.js'

const BLOCK = 64
export const NETWORK_NONCE_LENGTH = 24

/** One direction of a private network: XSalsa20 under the network's key and the nonce of whoever sends. */
export class NetworkStream {
  readonly #key: Uint8Array
  readonly #nonce: Uint8Array
  #position = 0

  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#key = key
    this.#nonce = nonce
  }

  apply(bytes: Uint8Array): Uint8Array {
    const skipped = this.#position % BLOCK
    const padded = new Uint8Array(skipped + bytes.length)
    padded.set(bytes, skipped)
    const block = Math.floor(this.#position / BLOCK)
    this.#position += bytes.length
    return xsalsa20(this.#key, this.#nonce, padded, undefined, block).subarray(skipped)
  }
}
