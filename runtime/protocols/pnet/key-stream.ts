import { Buffer } from 'node:buffer'
import { xsalsa20 } from '@noble/ciphers/salsa.js'
import { limits } from '@p2pspec/generated/common/limits'
import { PnetError } from './pnet-error.ts'

/** The most that `applyInShared` takes. */
export const chunkBytes = 262_144

const blockBytes = 64
/** Small enough that a piece is in the processor's cache when it is taken out again. */
const pieceBytes = 65_536
/** Every stream of the process works in them. */
const rooms = { piece: new ArrayBuffer(pieceBytes + blockBytes), chunk: new ArrayBuffer(chunkBytes + blockBytes) }
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

  /** Lays the stream over the bytes and into `target`, which may be they themselves. Throws `stream-used-up` where it ends before them. */
  apply(bytes: Uint8Array, target: Uint8Array = Buffer.allocUnsafe(bytes.byteLength)): Uint8Array {
    this.#requireLeft(bytes.byteLength)
    for (let offset = 0; offset < bytes.byteLength; offset += pieceBytes) {
      target.set(this.#next(bytes.subarray(offset, offset + pieceBytes), 'piece'), offset)
    }
    return target
  }

  /** The same for no more than `chunkBytes`, in memory that every stream of the process shares: until the next call of it. */
  applyInShared(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength > chunkBytes) throw new RangeError(`no more than ${chunkBytes} bytes have room there`)
    this.#requireLeft(bytes.byteLength)
    return this.#next(bytes, 'chunk')
  }

  #requireLeft(length: number): void {
    // The counter of blocks has 32 bits; what the stream would give behind them was given before.
    //= PNET-DATA-5
    if (this.#position + length > maxStreamBytes) throw usedUp()
  }

  #next(bytes: Uint8Array, room: keyof typeof rooms): Uint8Array {
    // A block that is used in part is made again: no stream holds bytes of its own between two calls.
    const skipped = this.#position % blockBytes
    const block = (this.#position - skipped) / blockBytes
    const whole = new Uint8Array(rooms[room], 0, skipped + bytes.byteLength)
    whole.set(bytes, skipped)
    xsalsa20(this.#key, this.#nonce, whole, whole, block)
    this.#position += bytes.byteLength
    return whole.subarray(skipped)
  }
}

function usedUp(): PnetError {
  return new PnetError(
    'stream-used-up',
    `The key stream of this direction ends after ${maxStreamBytes} bytes: close the connection and dial again, which begins a new one.`,
  )
}
