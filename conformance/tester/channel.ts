import type { Layer } from '../events.ts'
import type { Inbox } from './inbox.ts'

/** One two-way flow of bytes at some layer: a socket, a secure channel, a muxed stream. */
export interface Channel {
  readonly layer: Layer
  readonly inbox: Inbox
  /** Writes nothing, without an error, when writing is over: the remote's reaction is what a case looks at. */
  write(bytes: Uint8Array): void
  /** Half-closes. */
  end(): void
  reset(): void
}
