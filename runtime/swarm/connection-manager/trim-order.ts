/** Among connections that are worth the same and equally idle, which goes first. */
export type TrimRule = 'newest-first' | 'oldest-first'

export interface TrimCandidate {
  /** What the peer's tags are worth now. */
  readonly value: number
  readonly openedAt: number
  readonly isIdle: boolean
}

/** Puts the most dispensable first: least value, then idle before busy, then by the rule. */
export function trimOrder<Candidate extends TrimCandidate>(
  candidates: readonly Candidate[],
  rule: TrimRule,
): readonly Candidate[] {
  return candidates.toSorted(
    (left, right) =>
      left.value - right.value ||
      Number(right.isIdle) - Number(left.isIdle) ||
      (rule === 'newest-first' ? right.openedAt - left.openedAt : left.openedAt - right.openedAt),
  )
}
