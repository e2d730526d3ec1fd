import type { Connection } from './connection.ts'

/** A value that is there already, or a promise of it: `await` serves both, and the fast path makes no promise. */
export type MaybePromise<T> = T | Promise<T>

export interface AbortOptions {
  readonly signal?: AbortSignal | undefined
}

/** Takes the chunks of a byte duplex in the turn in which they arrive. */
export interface ByteSink {
  /** One chunk, never empty. Whether it may be kept says `ByteDuplex.borrowed`. */
  push(chunk: Uint8Array): void
  /** The remote sends no more. */
  end(): void
  /** The duplex was reset or its carrier was lost; nothing follows. */
  fail(error: Error): void
  /** The write buffer fell below its low-water mark after `write` had returned false. */
  drain?(): void
}

/**
 * The push side that every layer shares: a socket, a secure channel, a muxed stream.
 * Exactly one sink consumes it at a time; a layer that is done hands unread bytes back with `unshift`
 * and the next layer calls `consume`.
 */
export interface ByteDuplex {
  /** True: a pushed chunk is a view that is valid only until `push` returns. False: the sink owns it. */
  readonly borrowed: boolean
  /** Installs the sink, in place of any before it. Buffered bytes, and an end or failure already seen, are delivered at once, within this call. */
  consume(sink: ByteSink): void
  /** Stops pushing as soon as possible; the remote is held back by flow control. */
  pause(): void
  resume(): void
  /** Puts bytes back in front: the next sink gets them first. The bytes are owned from here on. */
  unshift(chunk: Uint8Array): void
  /** Queues bytes, which must not change afterwards; all writes of one turn leave together. False: over the high-water mark, wait for `drain`. Throws when writing is over. */
  writeNow(chunk: Uint8Array): boolean
  /** Half-closes after what is queued. */
  closeWriteNow(): void
  /** Ends both directions at once, dropping what is queued. Idempotent. */
  reset(reason?: Error): void
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
  /** The next chunk, or null at the end. At once where one is buffered. Rejects after a reset. One reader at a time. */
  read(options?: AbortOptions): MaybePromise<Uint8Array | null>
  /** Queues the chunk. Undefined: go on; a promise: the buffer is full, wait for it. Ignoring it ends in a `write-buffer-full` error, never in unbounded memory. */
  write(chunk: Uint8Array, options?: AbortOptions): MaybePromise<void>
  /** Sends the end of this side's bytes after what is queued. */
  closeWrite(options?: AbortOptions): MaybePromise<void>
  /** Drops what is unread and what still comes. */
  closeRead(): void
  /** `closeWrite`, then `closeRead`. */
  close(options?: AbortOptions): MaybePromise<void>
  /** Resolves, never rejects, when both directions are over; the value is the reason of a reset. */
  readonly closed: Promise<Error | undefined>
}
