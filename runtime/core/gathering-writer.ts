import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { ByteQueue } from './byte-queue.ts'

const blockBytes = 16_384
/** Bodies up to this length are copied behind their header: cheaper than one more chunk for the layers below. */
export const gatherUpTo = 1_024

/** Headers and small bodies of all sessions are written side by side into one block; its bytes are used once and never again. */
let block = new Uint8Array(blockBytes)
let blockUsed = 0

/** Puts a muxer's frames on a channel: small ones gathered, large bodies by reference behind their header. What a header is its muxer knows. */
export abstract class GatheringWriter {
  readonly #channel: ByteDuplex
  /** Where the run that is not on the channel yet begins in the block. */
  #runStart = 0
  #run: Uint8Array | undefined
  #runEnd = 0
  #accepting = true

  constructor(channel: ByteDuplex) {
    this.#channel = channel
  }

  /** The channel has room. */
  get isAccepting(): boolean {
    return this.#accepting
  }

  drained(): void {
    this.#accepting = true
  }

  /** Hands on what is gathered. */
  flush(): void {
    const run = this.#run
    if (run === undefined) return
    this.#run = undefined
    if (!this.#channel.writeNow(run.subarray(this.#runStart, this.#runEnd))) this.#accepting = false
  }

  /** Where reserved bytes are written; another one after the next reservation. */
  protected get block(): Uint8Array {
    return block
  }

  /** Makes room in the block behind what is gathered, and returns where it begins. */
  protected reserve(length: number): number {
    // Another session may have written into the block in between: then the run is no longer its end.
    if (this.#run !== undefined && (this.#run !== block || this.#runEnd !== blockUsed)) this.flush()
    if (blockUsed + length > blockBytes) {
      this.flush()
      block = new Uint8Array(blockBytes)
      blockUsed = 0
    }
    const offset = blockUsed
    if (this.#run === undefined) {
      this.#run = block
      this.#runStart = offset
    }
    blockUsed += length
    this.#runEnd = blockUsed
    return offset
  }

  /** Copies the next `length` bytes of the queue to a place that was reserved. */
  protected gather(queue: ByteQueue, offset: number, length: number): void {
    for (let filled = 0; filled < length;) {
      const part = queue.shift(length - filled)
      if (part === undefined) return
      block.set(part, offset + filled)
      filled += part.byteLength
    }
  }

  /** Sends the next `length` bytes of the queue by reference, behind what is gathered. */
  protected passOn(queue: ByteQueue, length: number): void {
    this.flush()
    for (let left = length; left > 0;) {
      const part = queue.shift(left)
      if (part === undefined) return
      left -= part.byteLength
      if (!this.#channel.writeNow(part)) this.#accepting = false
    }
  }
}
