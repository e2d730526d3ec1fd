import { uvarintLength, writeUvarint } from '@p2pspec/generated/common/varint'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { ByteQueue } from '../../core/byte-queue.ts'
import type { Flag } from './flag.ts'

const blockBytes = 16_384
/** Bodies up to this length are copied behind their header: cheaper than one more chunk for the layers below. */
const gatherUpTo = 1_024
const flags = 8
const nothing = new Uint8Array(0)

/** Headers and small bodies of all sessions are written side by side into one block; its bytes are used once and never again. */
let block = new Uint8Array(blockBytes)
let blockUsed = 0

/** Puts messages on a channel: small ones gathered, large bodies by reference behind their header. */
export class FrameWriter {
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

  /** A message with a short body. */
  frame(flag: Flag, id: number, body: Uint8Array = nothing): void {
    const offset = this.#header(flag, id, body.byteLength, body.byteLength)
    block.set(body, offset)
  }

  /** A message with the next `length` bytes of the queue. */
  data(flag: Flag, id: number, queue: ByteQueue, length: number): void {
    if (length <= gatherUpTo) {
      const offset = this.#header(flag, id, length, length)
      for (let filled = 0; filled < length;) {
        const part = queue.shift(length - filled)
        if (part === undefined) return
        block.set(part, offset + filled)
        filled += part.byteLength
      }
      return
    }
    this.#header(flag, id, length, 0)
    this.flush()
    for (let left = length; left > 0;) {
      const part = queue.shift(left)
      if (part === undefined) return
      left -= part.byteLength
      if (!this.#channel.writeNow(part)) this.#accepting = false
    }
  }

  /** Hands on what is gathered. */
  flush(): void {
    const run = this.#run
    if (run === undefined) return
    this.#run = undefined
    if (!this.#channel.writeNow(run.subarray(this.#runStart, this.#runEnd))) this.#accepting = false
  }

  /** Writes a header, and gives the place of `room` bytes behind it. */
  //= MPX-HDR-3, MPX-LEN-1
  #header(flag: Flag, id: number, length: number, room: number): number {
    const key = id * flags + flag
    const offset = this.#reserve(uvarintLength(key) + uvarintLength(length) + room)
    return writeUvarint(block, writeUvarint(block, offset, key), length)
  }

  #reserve(length: number): number {
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
}
