import { readUvarint, uvarintIncomplete, uvarintLength } from '@p2pspec/generated/common/varint'
import { decodeHeader } from '@p2pspec/generated/protocols/mplex/layout'
import { maxMessageBytes } from '@p2pspec/generated/protocols/mplex/limits'

/** What a reader finds, in the order of the wire. */
export interface FrameHandler {
  /** A whole header. False: whatever follows is not to be read. */
  onHeader(flag: number, id: number, length: number): boolean
  /** Some of a message's bytes, never none. The view is valid as long as the chunk that was pushed. */
  onBody(bytes: Uint8Array): void
  /** Bytes that are no header. */
  onMalformed(error: unknown): void
}

/** Two varints of nine bytes each. */
const longestHeader = 18
/** The flag takes the lower three bits. */
const flags = 8

/** Cuts chunks into messages; keeps at most an unfinished header, and never a body. */
export class FrameReader {
  readonly #handler: FrameHandler
  #bodyLeft = 0
  #partial: Uint8Array | undefined
  #partialLength = 0
  #stopped = false

  constructor(handler: FrameHandler) {
    this.#handler = handler
  }

  /** Reads nothing from here on. */
  stop(): void {
    this.#stopped = true
    this.#partial = undefined
  }

  push(chunk: Uint8Array): void {
    let at = 0
    const end = chunk.byteLength
    while (at < end && !this.#stopped) {
      if (this.#bodyLeft > 0) {
        const length = Math.min(this.#bodyLeft, end - at)
        const body = length === end && at === 0 ? chunk : chunk.subarray(at, at + length)
        at += length
        this.#bodyLeft -= length
        this.#handler.onBody(body)
      } else if (this.#partialLength > 0) {
        at = this.#complete(chunk, at)
      } else {
        const next = this.#read(chunk, at, end)
        if (next < 0) {
          this.#keep(chunk.subarray(at))
          return
        }
        at = next
      }
    }
  }

  /** The place behind the header, or -1 where it is not whole. */
  #read(bytes: Uint8Array, at: number, end: number): number {
    const key = readUvarint(bytes, at, end)
    if (key === uvarintIncomplete) return -1
    const lengthAt = at + (key < 0 ? 0 : uvarintLength(key))
    const length = key < 0 ? key : readUvarint(bytes, lengthAt, end)
    if (length === uvarintIncomplete) return -1
    //= MPX-HDR-4, MPX-HDR-6, MPX-DATA-2
    if (length < 0 || length > maxMessageBytes) {
      this.#refuse(bytes.subarray(at, end))
      return end
    }
    const flag = key % flags
    if (this.#handler.onHeader(flag, (key - flag) / flags, length)) this.#bodyLeft = length
    else this.#stopped = true
    return lengthAt + uvarintLength(length)
  }

  /** Adds bytes to an unfinished header until it is whole or none. */
  #complete(chunk: Uint8Array, start: number): number {
    const partial = this.#partial ?? new Uint8Array(longestHeader)
    for (let at = start; at < chunk.byteLength; at += 1) {
      partial[this.#partialLength] = chunk[at] ?? 0
      this.#partialLength += 1
      if (this.#read(partial, 0, this.#partialLength) < 0) continue
      this.#partialLength = 0
      return at + 1
    }
    return chunk.byteLength
  }

  #keep(bytes: Uint8Array): void {
    this.#partial ??= new Uint8Array(longestHeader)
    this.#partial.set(bytes)
    this.#partialLength = bytes.byteLength
  }

  /** The generated codec says what is wrong. */
  #refuse(bytes: Uint8Array): void {
    this.#stopped = true
    try {
      decodeHeader(bytes)
    } catch (error) {
      this.#handler.onMalformed(error)
      return
    }
    throw new Error('assertion: bytes that are no header were decoded as one')
  }
}
