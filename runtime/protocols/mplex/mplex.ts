import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import { systemClock, type Clock } from '../../core/clock.ts'
import { MplexSession } from './mplex-session.ts'

//= MPX-PROTO-1
export const mplexProtocol = '/mplex/6.7.0'

export interface MplexOptions {
  readonly clock?: Clock | undefined
}

/**
 * Mplex over any byte duplex, for remotes that have nothing better. It is deprecated, and no node has it by itself: it has no windows,
 * so that a sender cannot be held back on one stream. A stream whose reader is slower than its sender is reset once 4 MiB wait.
 *
 * @example
 * const node = await createNode({ muxers: [yamux(), mplex()] })
 */
//= MPX-OFF-1
export function mplex({ clock = systemClock }: MplexOptions = {}): StreamMuxer {
  return {
    protocol: mplexProtocol,
    start: (channel, _direction, connection, events) => new MplexSession({ channel, connection, events, clock }),
  }
}
