import type { Random } from '../../../core/random.ts'

/** What fits one packet. */
const segmentBytes = 1_460
/** The shortest wait before something is sent again; it doubles each time. */
const shortestWaitMs = 200
/** So often the same is sent again; then the connection is given up: more than twelve seconds, at the least, without an answer. */
const mostAttempts = 6

export interface LossyWay {
  /** How likely a packet is lost, from 0 to 1. */
  readonly loss: number
  readonly latencyMs: number
  readonly random: Random
}

/**
 * How much later so many bytes arrive because packets of theirs were lost and sent again; undefined: one was lost each time, and the connection breaks.
 * A stream is reliable, so what is lost shows as time, and as the end where nothing gets through.
 */
export function retransmissionDelay(length: number, { loss, latencyMs, random }: LossyWay): number | undefined {
  let most = 0
  // The end of writing is a packet as well.
  for (let segment = Math.max(1, Math.ceil(length / segmentBytes)); segment > 0; segment -= 1) {
    let lost = 0
    while (lost <= mostAttempts && random.uint32() < loss * 2 ** 32) lost += 1
    if (lost > mostAttempts) return undefined
    if (lost > most) most = lost
  }
  return Math.max(shortestWaitMs, 4 * latencyMs) * (2 ** most - 1)
}
