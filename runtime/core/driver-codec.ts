import type { MachineAction, MachineEvent } from '@p2pspec/generated/common/machine'

/** Bytes that are made while they are taken: a message that may be longer than memory. */
export interface ByteSource {
  /** The next block, which never changes afterwards; undefined at the end. */
  next(): Uint8Array | undefined
}

/** Cuts and writes the messages of a machine whose framing is manual. One codec serves one run. */
export interface DriverCodec<Event extends MachineEvent, Action extends MachineAction> {
  /** The chunk from which `next` cuts; valid until the next one. */
  feed(chunk: Uint8Array): void
  next(): Event | undefined
  /** No event of it holds any part of a chunk. */
  readonly keepsNothing?: true
  /** True inside a message: an end here is a truncation. */
  readonly isPartial: boolean
  encode(action: Action): Uint8Array | ByteSource
}
