import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import { systemClock, type Clock } from '../../core/clock.ts'
import { systemRandom, type Random } from '../../core/random.ts'
import { YamuxSession } from './yamux-session.ts'

export interface YamuxOptions {
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
}

/** Yamux over any byte duplex: `/yamux/1.0.0`. */
export function yamux(options: YamuxOptions = {}): StreamMuxer {
  const { clock = systemClock, random = systemRandom } = options
  return {
    protocol: '/yamux/1.0.0',
    start: (channel, direction, connection, events) =>
      new YamuxSession({ channel, direction, connection, events, clock, random }),
  }
}
