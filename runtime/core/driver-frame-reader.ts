import type { Framing } from '@p2pspec/generated/common/machine'
import type { FrameOffence } from './driver-error.ts'
import { copyBytes } from './memory.ts'

const nothing = new Uint8Array(0)
const smallestCapacity = 64
/** The longest unsigned varint that multiformats allows. */
const longestPrefixBytes = 9

/**
 * Cuts payloads out of chunks. A frame that lies whole in one chunk is a view of it; only a frame that spans chunks is gathered,
 * in a buffer that grows with what has arrived, never with what the remote claims will come.
 */
export class FrameReader {
  /** Set once the bytes broke the framing; nothing can be cut from them any more. */
  offence: FrameOffence | undefined
  readonly #framing: Framing
  readonly #suffix: Uint8Array | null
  readonly #borrowed: boolean
  #chunk: Uint8Array = nothing
  #at = 0
  /** Length of the frame under way; −1 while its prefix is read. */
  #need: number
  #prefixValue = 0
  #prefixBytes = 0
  #partial: Uint8Array = nothing
  #filled = 0

  /** `borrowed`: chunks are valid only until the next one, so every payload is copied. */
  constructor(framing: Framing, borrowed: boolean) {
    this.#framing = framing
    this.#suffix = framing.kind === 'uvarint-prefixed' ? framing.suffix : null
    this.#borrowed = borrowed
    this.#need = framing.kind === 'fixed' ? framing.length : -1
  }

  /** The chunk from which `next` cuts; the one before it is used up. */
  feed(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#at = 0
  }

  /** The next whole payload, or undefined: either more bytes are needed, or `offence` says what is wrong. */
  next(): Uint8Array | undefined {
    if (this.offence !== undefined) return undefined
    if (this.#need < 0 && !this.#readPrefix()) return undefined
    const missing = this.#need - this.#filled
    const available = this.#chunk.byteLength - this.#at
    if (available < missing) {
      if (available > 0) this.#gather(available)
      return undefined
    }
    return this.#cut(missing)
  }

  /** True inside a frame: an end here is a truncation. */
  get isPartial(): boolean {
    return this.#filled > 0 || this.#prefixBytes > 0
  }

  /** What of the chunk was not cut, owned by the caller; undefined where nothing is left. */
  rest(): Uint8Array | undefined {
    if (this.#at >= this.#chunk.byteLength) return undefined
    const rest = this.#borrowed ? copyBytes(this.#chunk.subarray(this.#at)) : this.#chunk.subarray(this.#at)
    this.feed(nothing)
    return rest
  }

  #cut(missing: number): Uint8Array | undefined {
    const wasPartial = this.#filled > 0
    if (wasPartial) this.#gather(missing)
    const source = wasPartial ? this.#partial : this.#chunk
    const start = wasPartial ? 0 : this.#at
    const end = this.#bodyEnd(source, start, start + this.#need)
    if (end < 0) return this.#refuse('no-suffix')
    if (wasPartial) {
      this.#partial = nothing
      this.#filled = 0
    } else {
      this.#at += missing
    }
    if (this.#framing.kind !== 'fixed') {
      this.#need = -1
      this.#prefixValue = 0
      this.#prefixBytes = 0
    }
    // One view at most: making them is what costs here.
    return this.#borrowed && !wasPartial ? copyBytes(source.subarray(start, end)) : source.subarray(start, end)
  }

  /** Where the payload ends before its suffix; −1 where the suffix is not there. */
  #bodyEnd(bytes: Uint8Array, start: number, end: number): number {
    const suffix = this.#suffix
    if (suffix === null) return end
    const bodyEnd = end - suffix.byteLength
    if (bodyEnd < start) return -1
    for (let index = 0; index < suffix.byteLength; index += 1) {
      if (bytes[bodyEnd + index] !== suffix[index]) return -1
    }
    return bodyEnd
  }

  #gather(count: number): void {
    const filled = this.#filled + count
    if (filled > this.#partial.byteLength) {
      const capacity = Math.min(this.#need, Math.max(filled, 2 * this.#partial.byteLength, smallestCapacity))
      const grown = new Uint8Array(capacity)
      grown.set(this.#partial.subarray(0, this.#filled))
      this.#partial = grown
    }
    this.#partial.set(this.#chunk.subarray(this.#at, this.#at + count), this.#filled)
    this.#filled = filled
    this.#at += count
  }

  #readPrefix(): boolean {
    const framing = this.#framing
    if (framing.kind === 'uvarint-prefixed') return this.#readVarint(framing.limit)
    if (framing.kind === 'u16be-prefixed') return this.#readUint16(framing.limit)
    throw new TypeError(`frames of kind ${framing.kind} have no prefix: read them beside the machine`)
  }

  #readVarint(limit: number): boolean {
    while (this.#at < this.#chunk.byteLength) {
      const byte = this.#chunk[this.#at] ?? 0
      this.#at += 1
      this.#prefixValue += (byte & 0x7f) * 2 ** (7 * this.#prefixBytes)
      this.#prefixBytes += 1
      if (this.#prefixValue > limit) return this.#refuse('over-limit') !== undefined
      if (byte < 0x80) {
        if (byte === 0 && this.#prefixBytes > 1) return this.#refuse('non-minimal-length') !== undefined
        this.#need = this.#prefixValue
        return true
      }
      if (this.#prefixBytes === longestPrefixBytes) return this.#refuse('length-too-long') !== undefined
    }
    return false
  }

  #readUint16(limit: number): boolean {
    while (this.#at < this.#chunk.byteLength) {
      this.#prefixValue = this.#prefixValue * 256 + (this.#chunk[this.#at] ?? 0)
      this.#at += 1
      this.#prefixBytes += 1
      if (this.#prefixBytes < 2) continue
      if (this.#prefixValue > limit) return this.#refuse('over-limit') !== undefined
      this.#need = this.#prefixValue
      return true
    }
    return false
  }

  #refuse(offence: FrameOffence): undefined {
    this.offence = offence
    return undefined
  }
}
