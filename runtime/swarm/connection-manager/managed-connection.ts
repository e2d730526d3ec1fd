import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'

/** What the connection manager needs to know of a connection, and does with it. */
export interface ManagedConnection {
  readonly remotePeer: PeerId
  readonly status: 'open' | 'closing' | 'closed'
  /** Streams that are open. */
  readonly streamCount: number
  /** Streams that were ever opened, by either side. */
  readonly streamsOpened: number
  measureRoundTrip(options?: AbortOptions): Promise<number>
  close(options?: AbortOptions): Promise<void>
  abort(reason?: Error): void
}
