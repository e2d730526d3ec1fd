// Generated from spec/interfaces/stream-muxer.yaml sha256:3f7be41adaa709130cd33e9cba076ff5989b1ceb753f605ec8f8aff3b49d0986
// Do not edit: change the spec and run `p2pspec generate`.
import type { Connection } from './connection.ts'
import type { AbortOptions, ByteDuplex, ByteSink, Stream } from './stream.ts'

/** What a stream may make this side hold, unread and unsent; whoever runs the muxer counts it. */
export interface StreamBudget {
  /**
   * So many bytes more are held. An error, which says whose budget is used up: they must not be, and the stream is reset with it.
   * - MUX-BUDGET-1: A stream holds no more bytes, unread and unsent, than its budget has granted; where the budget refuses, that stream alone is reset.
   */
  reserve(byteCount: number): Error | undefined
  /** Asks for room for so many bytes that the remote may come to send; false: its window stays as it is. */
  grow(byteCount: number): boolean
  /** So many bytes of those that were reserved or grown are held no more. */
  release(byteCount: number): void
}

/** A stream before its protocol is negotiated: the muxer makes it, the connection names it. */
export interface MuxedStream extends Stream {
  protocol: string
  /**
   * Set by the connection before any byte moves; undefined: nobody counts.
   * - MUX-BUDGET-1: A stream holds no more bytes, unread and unsent, than its budget has granted; where the budget refuses, that stream alone is reset.
   */
  budget: StreamBudget | undefined
  /** The end of this side's bytes may leave before the negotiation is answered: only where the remote is known to take it. */
  earlyEnd: boolean
  /**
   * Puts a sink before the application's: while it stands, it alone gets what arrives (bytes, end and failure), and readers wait. `undefined` takes it away: what was put back with `unshift`, and what follows, goes to the application.
   * - MUX-INTERCEPT-1: No byte is lost, doubled or out of order when a sink is put before the application's and taken away again.
   */
  intercept(sink: ByteSink | undefined): void
}

export interface MuxerEvents {
  /**
   * A remote opened a stream. Called synchronously, in the turn of its first frame.
   * - MUX-OPEN-1: Each inbound stream is announced once, in the order of opening, and its end is announced once, after it.
   */
  onStream(stream: MuxedStream): void
  /**
   * A stream's both directions are over.
   * - MUX-OPEN-1: Each inbound stream is announced once, in the order of opening, and its end is announced once, after it.
   */
  onStreamClosed(stream: MuxedStream): void
  /**
   * The session is over; `error` is undefined after a graceful end. Called exactly once.
   * - MUX-END-1: However the session ends, every stream ends, and the end of the session is told exactly once.
   */
  onClosed(error: Error | undefined): void
}

/** One running session on one secure channel. */
export interface MuxerSession {
  /**
   * Opens a stream at once, without a round trip. Throws `too-many-streams` or `session-closed`; the ack backlog counts.
   * Fails with `too-many-streams` or `session-closed`.
   * - MUX-OPEN-2: Over a limit of streams the call throws; it neither waits nor queues without a limit.
   */
  openStream(): MuxedStream
  /**
   * Round-trip time in milliseconds.
   * - MUX-ABORT-1: An aborted call rejects with the signal's reason and leaves the session as it was.
   */
  ping(options?: AbortOptions): Promise<number>
  /** - MUX-END-2: A graceful end lets queued bytes leave before the channel ends, and says so to the remote. */
  close(options?: AbortOptions): Promise<void>
  /** - MUX-END-1: However the session ends, every stream ends, and the end of the session is told exactly once. */
  abort(reason?: Error): void
}

export interface StreamMuxer {
  readonly protocol: string
  /**
   * `connection` may be filled in by the caller after this call and before any stream arrives in a later turn.
   * - MUX-START-1: Bytes that were put back into the channel before the start are read first.
   */
  start(channel: ByteDuplex, direction: 'inbound' | 'outbound', connection: Connection, events: MuxerEvents): MuxerSession
}
