import { xsalsa20 } from '@noble/ciphers/salsa.js'
import { limits } from '@p2pspec/generated/common/limits'
import { PnetError } from './pnet-error.ts'

const blockBytes = 64
const { keyBytes, nonceBytes, maxStreamBytes } = limits.pnet

/** The XSalsa20 stream of a key and a nonce, applied to bytes as they come. */
export class KeyStream {
  readonly #key: Uint8Array
  readonly #nonce: Uint8Array
  #position: number

  /** `position`: bytes of the stream to leave out. */
  constructor(key: Uint8Array, nonce: Uint8Array, position = 0) {
    if (key.byteLength !== keyBytes) throw new RangeError(`a key of XSalsa20 has ${keyBytes} bytes`)
    if (nonce.byteLength !== nonceBytes) throw new RangeError(`a nonce of XSalsa20 has ${nonceBytes} bytes`)
    this.#key = key
    this.#nonce = nonce.slice()
    this.#position = position
  }

  /** The bytes under the key stream, in an array of their own. Throws `stream-used-up` where the stream ends before them. */
  apply(bytes: Uint8Array): Uint8Array {
    return this.applyInto(bytes, new ArrayBuffer(bytes.byteLength + blockBytes))
  }

  /** The same into the front of `room`, as a view of it: `room` has at least 63 bytes more. */
  applyInto(bytes: Uint8Array, room: ArrayBuffer): Uint8Array {
    const length = bytes.byteLength
    const end = this.#position + length
    // The library's counter of blocks has 32 bits; what it would give behind them was given before.
    //= PNET-DATA-5
    if (end > maxStreamBytes) throw usedUp()
    // A block that is used in part is made again: no stream holds bytes of its own between two calls.
    const skipped = this.#position % blockBytes
    const whole = new Uint8Array(room, 0, skipped + length)
    whole.set(bytes, skipped)
    xsalsa20(this.#key, this.#nonce, whole, whole, (this.#position - skipped) / blockBytes)
    this.#position = end
    return whole.subarray(skipped)
  }
}

function usedUp(): PnetError {
  return new PnetError(
    'stream-used-up',
    `The key stream of this direction ends after ${maxStreamBytes} bytes: close the connection and dial again, which begins a new one.`,
  )
}
