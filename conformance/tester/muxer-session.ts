import type { Channel } from './channel.ts'
import type { Watch } from './watch.ts'

/** One stream of the tester, whatever muxer carries it. */
export interface MuxedChannel extends Channel {
  readonly id: number
  readonly openedBy: 'tester' | 'subject'
  /** Announces the stream before anything is written to it. */
  announce(): void
}

/** The tester's side of a muxer's session. */
export interface MuxerSession {
  readonly watch: Watch
  /** The carrier: ended, reset, or still open. */
  readonly state: 'open' | 'ended' | 'reset'
  /** The reason with which the subject said that it ends the session; null where it did not, or its muxer has no such word. */
  readonly goAway: number | null
  /** Streams that the subject opened. */
  readonly inbound: readonly MuxedChannel[]
  openStream(): MuxedChannel
  /** Data bytes that came on a stream. */
  bytesOf(stream: MuxedChannel): number
  /** Asks for a sign of life behind everything that was sent: the milliseconds that it took, or null. */
  ping(waitMs: number): Promise<number | null>
}
