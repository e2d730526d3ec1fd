import type { AbortOptions, ByteDuplex, ByteSink, Stream } from './stream.ts'
import type { Connection } from './connection.ts'

/** A stream before its protocol is negotiated: the muxer makes it, the connection names it. */
export interface MuxedStream extends Stream {
  protocol: string
  /**
   * Puts a sink before the application's: while it stands, it alone gets what arrives (bytes, end and failure), and readers wait.
   * `undefined` takes it away: what was put back with `unshift`, and what follows, goes to the application.
   */
  intercept(sink: ByteSink | undefined): void
}

export interface MuxerEvents {
  /** A remote opened a stream. Called synchronously, in the turn of its first frame. */
  onStream(stream: MuxedStream): void
  /** A stream's both directions are over. */
  onStreamClosed(stream: MuxedStream): void
  /** The session is over; `error` is undefined after a graceful end. Called exactly once. */
  onClosed(error: Error | undefined): void
}

/** One running session on one secure channel. */
export interface MuxerSession {
  /** Opens a stream at once, without a round trip. Throws `too-many-streams` or `session-closed`; the ack backlog counts. */
  openStream(): MuxedStream
  /** Round-trip time in milliseconds. */
  ping(options?: AbortOptions): Promise<number>
  close(options?: AbortOptions): Promise<void>
  abort(reason?: Error): void
}

export interface StreamMuxer {
  readonly protocol: string
  /** `connection` may be filled in by the caller after this call and before any stream arrives in a later turn. */
  start(channel: ByteDuplex, direction: 'inbound' | 'outbound', connection: Connection, events: MuxerEvents): MuxerSession
}
