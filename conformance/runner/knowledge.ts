import type { Offers } from '../tester/stack.ts'

/** What the sanity cases learned of the subject. */
export interface Knowledge {
  readonly agent: string | null
  readonly peerId: string | null
  /** Protocols that it serves, as its identify message says. */
  readonly protocols: readonly string[]
  /** Protocols of streams that it opens by itself. */
  readonly opens: readonly string[]
  /** Muxers that it named inside the handshake; null where it named none. */
  readonly earlyMuxers: readonly string[] | null
  /** The subject's nonce of the first connection, in hex; null where it is in no private network. */
  readonly networkNonce: string | null
  /** The security and the muxer that every case stands on which is not about another. */
  readonly stack: Offers
  /** Milliseconds of one muxer ping. */
  readonly roundTripMs: number
  /** How long to wait for something that should come. */
  readonly waitMs: number
}

/** Deadlines: many round trips, and never less than what a busy machine needs for one answer. */
const MIN_WAIT_MS = 1200
const ROUND_TRIPS = 50

export function waitFor(roundTripMs: number): number {
  return Math.max(MIN_WAIT_MS, Math.ceil(roundTripMs * ROUND_TRIPS))
}
