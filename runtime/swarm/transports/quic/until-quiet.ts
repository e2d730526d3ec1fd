import type { Clock } from '../../../core/clock.ts'

/** How long a receiver may wait before it acknowledges, in milliseconds. */
const maxAckDelayMs = 25
/** So many bytes leave at once, whatever the network is like. */
const firstFlightBytes = 10_000
/** How late a thread of the library may be, in milliseconds. */
const graceMs = 5

export interface WhatLeaves {
  readonly byteCount: number
  readonly sentPackets: () => number
  readonly roundTripMs: () => number
}

/**
 * No QUIC library here tells what arrived. But while something is missing, it sends again after a probe timeout: when nothing was sent for so
 * long, nothing is missing. For a few bytes it is enough that they have left, and that the loss of one packet among others would have shown.
 */
export async function untilQuiet(clock: Clock, { byteCount, sentPackets, roundTripMs }: WhatLeaves): Promise<void> {
  for (let sent = sentPackets(); ;) {
    const roundTrip = Math.max(1, roundTripMs())
    const quietMs = byteCount <= firstFlightBytes ? 2 * roundTrip + graceMs : 3 * roundTrip + maxAckDelayMs
    await new Promise<void>((resolve) => clock.startTimer(quietMs, resolve))
    const now = sentPackets()
    if (now === sent) return
    sent = now
  }
}
