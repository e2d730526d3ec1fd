import type { Clock } from '../../../core/clock.ts'

/** How long a receiver may wait before it acknowledges, in milliseconds. */
const maxAckDelayMs = 25

export interface PacketCounter {
  readonly sentPackets: () => number
  readonly roundTripMs: () => number
}

/**
 * No QUIC library here tells what arrived. But while something of it is missing, it sends again after a probe timeout: when none was sent
 * for so long, nothing is.
 */
export async function untilQuiet(clock: Clock, { sentPackets, roundTripMs }: PacketCounter): Promise<void> {
  for (let sent = sentPackets(); ;) {
    const delayMs = 3 * Math.max(1, roundTripMs()) + maxAckDelayMs
    await new Promise<void>((resolve) => clock.startTimer(delayMs, resolve))
    const now = sentPackets()
    if (now === sent) return
    sent = now
  }
}
