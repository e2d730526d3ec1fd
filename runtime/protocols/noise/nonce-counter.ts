import { NoiseError } from './noise-error.ts'

const half = 2 ** 32
/** One for all: the cipher copies it before anybody asks for the next. */
const nonce = new Uint8Array(12)
const nonceView = new DataView(nonce.buffer)

/** The nonces of one direction: four zero bytes, then a 64-bit little-endian counter. The array it gives is reused. */
export class NonceCounter {
  #low: number
  #high: number

  constructor(start = 0n) {
    this.#low = Number(start & 0xffffffffn)
    this.#high = Number(start >> 32n)
  }

  /** The next nonce; throws once only the reserved last value is left. */
  next(): Uint8Array {
    //= NOISE-NONCE-1
    if (this.#low === half - 1 && this.#high === half - 1) {
      throw new NoiseError(
        'nonces-exhausted',
        'all nonces of this direction are used up; the connection ends and a new one must be made',
      )
    }
    nonceView.setUint32(4, this.#low, true)
    nonceView.setUint32(8, this.#high, true)
    this.#low += 1
    if (this.#low === half) {
      this.#low = 0
      this.#high += 1
    }
    return nonce
  }
}
