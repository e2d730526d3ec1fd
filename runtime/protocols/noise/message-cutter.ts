import { headerBytes } from './frame.ts'

const firstBytes = 256

export interface CutMessage {
  readonly message: Uint8Array
  /** What follows it in the chunk. */
  readonly rest: Uint8Array
}

/** Collects handshake messages from chunks of any size. It allocates for what has come, not for what is announced. */
export class MessageCutter {
  readonly #limitBytes: number
  #held = new Uint8Array(0)
  #used = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get isEmpty(): boolean {
    return this.#used === 0
  }

  /** The first whole message; undefined while it is incomplete; `malformed` for an illegal length. */
  push(chunk: Uint8Array): CutMessage | 'malformed' | undefined {
    if (this.#used === 0) {
      const cut = this.#cut(chunk)
      if (cut !== undefined) return cut
    }
    this.#hold(chunk)
    const cut = this.#cut(this.#held.subarray(0, this.#used))
    if (cut !== undefined) {
      this.#held = new Uint8Array(0)
      this.#used = 0
    }
    return cut
  }

  #cut(bytes: Uint8Array): CutMessage | 'malformed' | undefined {
    if (bytes.length < headerBytes) return undefined
    const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
    //= NOISE-FRAME-1, NOISE-LIMIT-1
    if (length === 0 || length > this.#limitBytes) return 'malformed'
    const end = headerBytes + length
    return bytes.length < end ? undefined : { message: bytes.subarray(headerBytes, end), rest: bytes.subarray(end) }
  }

  #hold(chunk: Uint8Array): void {
    const needed = this.#used + chunk.length
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.max(firstBytes, needed, 2 * this.#held.length))
      larger.set(this.#held.subarray(0, this.#used))
      this.#held = larger
    }
    this.#held.set(chunk, this.#used)
    this.#used = needed
  }
}
