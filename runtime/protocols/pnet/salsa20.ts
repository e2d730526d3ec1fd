import { combineBlock } from './salsa20-block.ts'

/** The words of "expand 32-byte k", which stand on the diagonal of every block. */
const constants: readonly [number, number, number, number] = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]
const blockBytes = 64
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

export interface Salsa20Options {
  /** Blocks of the stream to leave out. */
  readonly skipBlocks?: bigint
  /** Whole blocks are combined as words of the machine; where false, byte by byte. */
  readonly wholeWords?: boolean
}

/**
 * The key stream of Salsa20 with a nonce of 8 bytes, or of XSalsa20 with one of 24, applied to bytes as they come. The
 * counter has 64 bits, so it never ends. No branch and no index depends on a secret.
 */
export class Salsa20 {
  readonly #input: Int32Array
  /** What is left of the last block that was made. */
  readonly #block = new Uint8Array(blockBytes)
  readonly #blockWords = new Int32Array(this.#block.buffer)
  readonly #wholeWords: boolean
  #blockUsed = blockBytes

  constructor(key: Uint8Array, nonce: Uint8Array, { skipBlocks = 0n, wholeWords = littleEndian }: Salsa20Options = {}) {
    if (key.byteLength !== 32) throw new RangeError('a key of Salsa20 has 32 bytes')
    if (nonce.byteLength !== 8 && nonce.byteLength !== 24) throw new RangeError('a nonce has 8 or 24 bytes')
    this.#wholeWords = wholeWords && littleEndian
    this.#input = nonce.byteLength === 8 ? inputOf(key, nonce, skipBlocks) : extendedInputOf(key, nonce, skipBlocks)
  }

  /** The bytes under the key stream, in an array of their own. */
  apply(bytes: Uint8Array): Uint8Array {
    const shift = this.#shift
    const output = new Uint8Array(new ArrayBuffer(bytes.byteLength + shift), shift)
    this.#combine(bytes, output)
    return output
  }

  /** The same into the front of `room`, as a view of it that begins on a word: `room` has at least three bytes more. */
  applyInto(bytes: Uint8Array, room: ArrayBuffer): Uint8Array {
    const output = new Uint8Array(room, this.#shift, bytes.byteLength)
    this.#combine(bytes, output)
    return output
  }

  /** Where output must begin in a buffer so that the next whole block falls on a word of it. */
  get #shift(): number {
    return this.#blockUsed & 3
  }

  #combine(bytes: Uint8Array, output: Uint8Array): void {
    const length = bytes.byteLength
    output.set(bytes)
    let at = this.#useRest(output, 0)
    if (this.#wholeWords && length - at >= blockBytes) {
      const words = new Int32Array(output.buffer, output.byteOffset + at, (length - at) >>> 2)
      const wholeBlocks = words.length >>> 4
      for (let block = 0; block < wholeBlocks; block += 1) {
        combineBlock(this.#input, words, block << 4)
        this.#count()
      }
      at += wholeBlocks * blockBytes
    }
    while (at < length) {
      this.#nextBlock()
      at = this.#useRest(output, at)
    }
  }

  /** Applies what is left of the block; where the output goes on. */
  #useRest(output: Uint8Array, start: number): number {
    const block = this.#block
    let at = start
    let used = this.#blockUsed
    for (; used < blockBytes && at < output.byteLength; used += 1, at += 1) {
      output[at] = (output[at] ?? 0) ^ (block[used] ?? 0)
    }
    this.#blockUsed = used
    return at
  }

  #nextBlock(): void {
    this.#blockWords.fill(0)
    combineBlock(this.#input, this.#blockWords, 0)
    if (!littleEndian) swapWords(this.#block)
    this.#count()
    this.#blockUsed = 0
  }

  //= PNET-DATA-4
  #count(): void {
    const input = this.#input
    const low = ((input[8] ?? 0) + 1) | 0
    input[8] = low
    if (low === 0) input[9] = ((input[9] ?? 0) + 1) | 0
  }
}

/** HSalsa20 makes a key of the longer nonce's first 16 bytes; the last 8 are the nonce under it. */
function extendedInputOf(key: Uint8Array, nonce: Uint8Array, skipBlocks: bigint): Int32Array {
  const counter = new DataView(nonce.buffer, nonce.byteOffset + 8, 8).getBigUint64(0, true)
  const input = inputOf(key, nonce.subarray(0, 8), counter)
  const mixed = new Int32Array(16)
  combineBlock(input, mixed, 0)
  const subkey = new DataView(new ArrayBuffer(32))
  for (const [index, place] of [0, 5, 10, 15, 6, 7, 8, 9].entries()) {
    subkey.setInt32(4 * index, (mixed[place] ?? 0) - (input[place] ?? 0), true)
  }
  return inputOf(new Uint8Array(subkey.buffer), nonce.subarray(16), skipBlocks)
}

function inputOf(key: Uint8Array, nonce: Uint8Array, counter: bigint): Int32Array {
  const word = (bytes: Uint8Array, index: number): number =>
    new DataView(bytes.buffer, bytes.byteOffset).getInt32(4 * index, true)
  const [first, second, third, fourth] = constants
  // prettier-ignore
  return Int32Array.of(
    first, word(key, 0), word(key, 1), word(key, 2),
    word(key, 3), second, word(nonce, 0), word(nonce, 1),
    Number(counter & 0xffff_ffffn), Number(counter >> 32n), third, word(key, 4),
    word(key, 5), word(key, 6), word(key, 7), fourth,
  )
}

function swapWords(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += 4) view.setInt32(at, view.getInt32(at, true), false)
}
