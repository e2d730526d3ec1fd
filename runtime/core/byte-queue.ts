import { copyBytes } from './memory.ts'

/** Chunks at least this long are kept by reference; shorter ones are gathered, so that a flood of tiny chunks costs what its bytes cost. */
const referenceFrom = 2048
const smallestBlock = 256
const largestBlock = 16_384

/** A first-in first-out queue of bytes that copies as little as it can and never holds much more memory than it holds bytes. */
export class ByteQueue {
  #chunks: Uint8Array[] = []
  #head = 0
  #byteLength = 0
  /** The block that gathers small chunks; it is the last chunk of the queue while it is defined. */
  #block: Uint8Array | undefined
  #blockUsed = 0

  get byteLength(): number {
    return this.#byteLength
  }

  /** Adds bytes at the end. `borrowed` bytes are copied; owned ones are kept, unless they are tiny or pin a much larger buffer. */
  push(chunk: Uint8Array, borrowed = false): void {
    const length = chunk.byteLength
    if (length === 0) return
    if (length < referenceFrom) this.#gather(chunk)
    else this.#append(borrowed || chunk.buffer.byteLength > 4 * length ? copyBytes(chunk) : chunk)
  }

  /** Adds bytes that never change and whose memory its owner keeps anyway: never copied, but for tiny ones behind others. */
  pushReference(chunk: Uint8Array): void {
    const length = chunk.byteLength
    if (length === 0) return
    if (length < referenceFrom && this.#byteLength > 0) this.#gather(chunk)
    else this.#append(chunk)
  }

  /** Puts owned bytes back in front. */
  unshift(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return
    this.#byteLength += chunk.byteLength
    if (this.#head > 0) {
      this.#head -= 1
      this.#chunks[this.#head] = chunk
    } else {
      this.#chunks.unshift(chunk)
    }
  }

  /** Takes the first chunk, at most `maxLength` bytes of it; undefined when empty. */
  shift(maxLength = Infinity): Uint8Array | undefined {
    const first = this.#chunks[this.#head]
    if (first === undefined) return undefined
    if (first.byteLength > maxLength) {
      this.#chunks[this.#head] = first.subarray(maxLength)
      this.#byteLength -= maxLength
      return first.subarray(0, maxLength)
    }
    this.#byteLength -= first.byteLength
    this.#dropFirst()
    return first
  }

  /** Takes exactly `length` bytes as one array, copied only where they cross chunks; undefined when there are fewer. */
  take(length: number): Uint8Array | undefined {
    if (length > this.#byteLength) return undefined
    if (length === 0) return new Uint8Array(0)
    const first = this.#chunks[this.#head]
    if (first !== undefined && first.byteLength >= length) return this.shift(length)
    const whole = new Uint8Array(length)
    for (let filled = 0; filled < length;) {
      const part = this.shift(length - filled)
      if (part === undefined) break
      whole.set(part, filled)
      filled += part.byteLength
    }
    return whole
  }

  /** The byte at `index`, without taking it; undefined beyond the end. */
  peek(index: number): number | undefined {
    let left = index
    for (let at = this.#head; at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at]
      if (chunk === undefined) break
      if (left < chunk.byteLength) return chunk[left]
      left -= chunk.byteLength
    }
    return undefined
  }

  clear(): void {
    this.#chunks = []
    this.#head = 0
    this.#byteLength = 0
    this.#block = undefined
  }

  #append(chunk: Uint8Array): void {
    this.#block = undefined
    this.#chunks.push(chunk)
    this.#byteLength += chunk.byteLength
  }

  #gather(chunk: Uint8Array): void {
    const length = chunk.byteLength
    this.#byteLength += length
    const last = this.#chunks.length - 1
    const open = this.#block
    if (open !== undefined && last >= this.#head && this.#blockUsed + length <= open.byteLength) {
      open.set(chunk, this.#blockUsed)
      this.#blockUsed += length
      const lastChunk = this.#chunks[last]
      const start = lastChunk === undefined ? 0 : lastChunk.byteOffset - open.byteOffset
      this.#chunks[last] = open.subarray(start, this.#blockUsed)
      return
    }
    const size =
      open === undefined
        ? Math.max(smallestBlock, length)
        : Math.min(largestBlock, Math.max(2 * open.byteLength, length))
    // The first small chunk gets an array of its own size: most queues never see a second.
    const block = new Uint8Array(this.#byteLength === length ? length : size)
    block.set(chunk)
    this.#block = block
    this.#blockUsed = length
    this.#chunks.push(block.subarray(0, length))
  }

  #dropFirst(): void {
    this.#chunks[this.#head] = empty
    this.#head += 1
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0
      this.#head = 0
      this.#block = undefined
    } else if (this.#head > 64 && this.#head * 2 > this.#chunks.length) {
      this.#chunks.splice(0, this.#head)
      this.#head = 0
    }
  }
}

const empty = new Uint8Array(0)
