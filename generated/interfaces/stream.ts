// Generated from spec/interfaces/stream.yaml sha256:a9123b5e542ce196916c906cab5fe460171ed060481faeb550d0e55bf6f43c93
// Do not edit: change the spec and run `p2pspec generate`.
import type { Connection } from './connection.ts'

/** A value that is there already, or a promise of it: `await` serves both, and the fast path makes no promise. */
export type MaybePromise<T> = T | Promise<T>

export interface AbortOptions {
  readonly signal?: AbortSignal | undefined
}

/** Takes the chunks of a byte duplex in the turn in which they arrive. */
export interface ByteSink {
  /**
   * One chunk, never empty. Whether it may be kept says `ByteDuplex.borrowed`. The word `done` as an answer: the sink keeps no part of it, and its memory may be given back at once.
   * - STR-SINK-1: Bytes are pushed in the order in which they were sent, each once, and never as an empty chunk.
   */
  push(chunk: Uint8Array): unknown
  /**
   * The remote sends no more.
   * - STR-SINK-2: Nothing follows an end but a failure; nothing at all follows a failure.
   */
  end(): void
  /**
   * The duplex was reset or its carrier was lost; nothing follows.
   * - STR-SINK-2: Nothing follows an end but a failure; nothing at all follows a failure.
   */
  fail(error: Error): void
  /**
   * The write buffer fell below its low-water mark after `write` had returned false.
   * - STR-PRESSURE-1: After a write that returned false, drain is called once when the buffer is low again.
   */
  drain?(): void
}

/** The push side that every layer shares: a socket, a secure channel, a muxed stream. Exactly one sink consumes it at a time; a layer that is done hands unread bytes back with `unshift` and the next layer calls `consume`. */
export interface ByteDuplex {
  /** True: a pushed chunk is a view that is valid only until `push` returns. False: the sink owns it. */
  readonly borrowed: boolean
  /** Where bytes are counted that were written and have not left; where that has no room, the duplex is reset with the refusal. A layer hands it down to what it writes to. */
  unsentBudget?: UnsentBudget | undefined | undefined
  /**
   * Installs the sink, in place of any before it. Buffered bytes, and an end or failure already seen, are delivered at once, within this call.
   * - STR-SINK-3: A sink that comes late gets what was buffered, and an end or failure seen before it, within the call that installs it.
   * - STR-SINK-4: Bytes put back go to the next sink, in front of all others; until there is one, nothing is pushed.
   */
  consume(sink: ByteSink): void
  /**
   * Stops pushing as soon as possible; the remote is held back by flow control.
   * - STR-PRESSURE-2: While paused, buffered bytes stay within a limit and the remote is held back; no byte is lost.
   */
  pause(): void
  /** - STR-PRESSURE-2: While paused, buffered bytes stay within a limit and the remote is held back; no byte is lost. */
  resume(): void
  /**
   * Puts bytes back in front: the next sink gets them first. The bytes are owned from here on.
   * - STR-SINK-4: Bytes put back go to the next sink, in front of all others; until there is one, nothing is pushed.
   */
  unshift(chunk: Uint8Array): void
  /**
   * Queues bytes, which must not change afterwards; all writes of one turn leave together. False: over the high-water mark, wait for `drain`. Throws when writing is over.
   * - STR-WRITE-1: Bytes leave in the order of their writes; a write after the end of writing throws.
   * - STR-PRESSURE-1: After a write that returned false, drain is called once when the buffer is low again.
   */
  writeNow(chunk: Uint8Array): boolean
  /**
   * Half-closes after what is queued.
   * - STR-WRITE-2: The end leaves behind everything that was queued before it; reading goes on.
   */
  closeWriteNow(): void
  /**
   * Ends both directions at once, dropping what is queued. Idempotent.
   * - STR-RESET-1: A reset ends both directions on both sides; a second one does nothing.
   */
  reset(reason?: Error): void
}

/** What a channel may hold of bytes that were written and that the system, or the remote, has not taken; whoever runs the connection counts them. */
export interface UnsentBudget {
  /** So many bytes more are held. An error, which says whose budget is used up: they must not be. */
  holdUnsent(byteCount: number): Error | undefined
  /** So many of those are held no more. Holds good after the connection is over too: its last bytes may leave later. */
  releaseUnsent(byteCount: number): void
}

/** A muxed, negotiated stream. Reading and writing end separately; `reset` ends both. */
export interface Stream extends ByteDuplex, AsyncIterable<Uint8Array> {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  /** The negotiated protocol id; empty until it is known. */
  readonly protocol: string
  readonly connection: Connection
  readonly readStatus: 'open' | 'ended' | 'closed' | 'reset'
  readonly writeStatus: 'open' | 'closed' | 'reset'
  /**
   * Resolves, never rejects, when both directions are over; the value is the reason of a reset.
   * - STR-RESET-2: The promise of the end resolves on every path, with the error of a reset and with undefined after a clean end.
   */
  readonly closed: Promise<Error | undefined>
  /**
   * The next chunk, or null at the end. At once where one is buffered. Rejects after a reset. One reader at a time.
   * - STR-READ-1: After the last chunk every read gives null; after a reset every read rejects with its reason.
   * - STR-ABORT-1: An aborted call rejects with the signal's reason and leaves the stream usable: no byte is lost or sent twice.
   */
  read(options?: AbortOptions): MaybePromise<Uint8Array | null>
  /**
   * Queues the chunk. Undefined: go on; a promise: the buffer is full, wait for it. Ignoring it ends in a `write-buffer-full` error, never in unbounded memory.
   * Fails with `write-buffer-full`.
   * - STR-WRITE-1: Bytes leave in the order of their writes; a write after the end of writing throws.
   * - STR-PRESSURE-1: After a write that returned false, drain is called once when the buffer is low again.
   * - STR-ABORT-1: An aborted call rejects with the signal's reason and leaves the stream usable: no byte is lost or sent twice.
   */
  write(chunk: Uint8Array, options?: AbortOptions): MaybePromise<void>
  /**
   * Sends the end of this side's bytes after what is queued.
   * - STR-WRITE-2: The end leaves behind everything that was queued before it; reading goes on.
   * - STR-ABORT-1: An aborted call rejects with the signal's reason and leaves the stream usable: no byte is lost or sent twice.
   */
  closeWrite(options?: AbortOptions): MaybePromise<void>
  /** Drops what is unread and what still comes. */
  closeRead(): void
  /** `closeWrite`, then `closeRead`. */
  close(options?: AbortOptions): MaybePromise<void>
}
