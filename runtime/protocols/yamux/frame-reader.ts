import { headerBytes, HeaderKind, readHeader, type Header } from '@p2pspec/generated/protocols/yamux/layout'

/** What a reader finds, in the order of the wire. */
export interface FrameHandler {
  /** A whole header. False: whatever follows is not to be read. */
  onHeader(header: Header): boolean
  /** Some of a data frame's bytes, never none. The view is valid as long as the chunk that was pushed. `done`: nobody keeps them. */
  onBody(bytes: Uint8Array): unknown
  /** All bytes of a data frame have come. */
  onBodyEnd(): void
  /** Twelve bytes that are no header. */
  onMalformed(error: unknown): void
}

type MutableHeader = { -readonly [Field in keyof Header]: Header[Field] }

/** Cuts chunks into frames; keeps at most the eleven bytes of an unfinished header, and never a body. */
export class FrameReader {
  readonly #handler: FrameHandler
  readonly #header: MutableHeader = { kind: HeaderKind.data, flags: 0, streamId: 0, length: 0 }
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

  /** `done`: nobody keeps any part of the chunk. */
  push(chunk: Uint8Array): unknown {
    let isDone = true
    let at = 0
    const end = chunk.byteLength
    while (at < end && !this.#stopped) {
      if (this.#bodyLeft > 0) {
        const length = Math.min(this.#bodyLeft, end - at)
        const body = length === end && at === 0 ? chunk : chunk.subarray(at, at + length)
        at += length
        this.#bodyLeft -= length
        if (this.#handler.onBody(body) !== 'done') isDone = false
        if (this.#bodyLeft === 0 && !this.#stopped) this.#handler.onBodyEnd()
      } else if (this.#partialLength > 0) {
        at += this.#complete(chunk, at)
      } else if (end - at >= headerBytes) {
        this.#read(chunk, at)
        at += headerBytes
      } else {
        this.#partial ??= new Uint8Array(headerBytes)
        this.#partial.set(chunk.subarray(at))
        this.#partialLength = end - at
        at = end
      }
    }
    if (isDone) return 'done'
  }

  #complete(chunk: Uint8Array, at: number): number {
    const partial = this.#partial ?? new Uint8Array(headerBytes)
    const length = Math.min(headerBytes - this.#partialLength, chunk.byteLength - at)
    partial.set(chunk.subarray(at, at + length), this.#partialLength)
    this.#partialLength += length
    if (this.#partialLength === headerBytes) {
      this.#partialLength = 0
      this.#read(partial, 0)
    }
    return length
  }

  #read(bytes: Uint8Array, offset: number): void {
    const header = this.#header
    try {
      readHeader(bytes, offset, header)
    } catch (error) {
      this.#stopped = true
      this.#handler.onMalformed(error)
      return
    }
    // A window update says in `length` what it grants: only data frames have a body.
    const bodyLength = header.kind === HeaderKind.data ? header.length : 0
    if (!this.#handler.onHeader(header)) return
    this.#bodyLeft = bodyLength
    if (bodyLength === 0 && header.kind === HeaderKind.data) this.#handler.onBodyEnd()
  }
}
