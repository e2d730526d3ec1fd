import type { PeerRecord } from './peer-record.ts'

/** The number of a peer's next record: its clock, or one more than the last where the clock stood still or went back. */
export function nextSequence(last: bigint | undefined, wallTimeMs: number): bigint {
  //= PREC-SEQ-1
  const now = BigInt(Math.floor(wallTimeMs))
  return last === undefined || now > last ? now : last + 1n
}

/** Whether a record takes the place of the one that is known of the same peer. */
export function isNewer(candidate: PeerRecord, known: PeerRecord | undefined): boolean {
  //= PREC-SEQ-2
  return known === undefined || candidate.sequence > known.sequence
}
