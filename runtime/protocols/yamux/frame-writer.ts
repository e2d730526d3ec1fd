import { headerBytes, HeaderKind, writeHeader } from '@p2pspec/generated/protocols/yamux/layout'
import type { ByteQueue } from '../../core/byte-queue.ts'
import { GatheringWriter, gatherUpTo } from '../../core/gathering-writer.ts'

/** Puts frames on a channel. */
export class FrameWriter extends GatheringWriter {
  frame(kind: HeaderKind, flags: number, streamId: number, length: number): void {
    const offset = this.reserve(headerBytes)
    writeHeader(this.block, offset, kind, flags, streamId, length)
  }

  /** A data frame with the next `length` bytes of the queue. */
  data(flags: number, streamId: number, queue: ByteQueue, length: number): void {
    if (length <= gatherUpTo) {
      const offset = this.reserve(headerBytes + length)
      writeHeader(this.block, offset, HeaderKind.data, flags, streamId, length)
      this.gather(queue, offset + headerBytes, length)
      return
    }
    this.frame(HeaderKind.data, flags, streamId, length)
    this.passOn(queue, length)
  }
}
