import { uvarintLength, writeUvarint } from '@p2pspec/generated/common/varint'
import type { ByteQueue } from '../../core/byte-queue.ts'
import { GatheringWriter, gatherUpTo } from '../../core/gathering-writer.ts'
import type { Flag } from './flag.ts'

const flags = 8
const nothing = new Uint8Array(0)

/** Puts messages on a channel. */
export class FrameWriter extends GatheringWriter {
  /** A message with a short body. */
  frame(flag: Flag, id: number, body: Uint8Array = nothing): void {
    const offset = this.#header(flag, id, body.byteLength, body.byteLength)
    this.block.set(body, offset)
  }

  /** A message with the next `length` bytes of the queue. */
  data(flag: Flag, id: number, queue: ByteQueue, length: number): void {
    if (length <= gatherUpTo) {
      this.gather(queue, this.#header(flag, id, length, length), length)
      return
    }
    this.#header(flag, id, length, 0)
    this.passOn(queue, length)
  }

  /** Writes a header, and gives the place of `room` bytes behind it. */
  //= MPX-HDR-3, MPX-LEN-1
  #header(flag: Flag, id: number, length: number, room: number): number {
    const key = id * flags + flag
    const offset = this.reserve(uvarintLength(key) + uvarintLength(length) + room)
    return writeUvarint(this.block, writeUvarint(this.block, offset, key), length)
  }
}
