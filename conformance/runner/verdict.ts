import type { Verdict } from '../events.ts'

export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY'
export type Stated = 'keyword' | 'prose' | 'de-facto' | 'project'

/** How binding a case is, and for whom. */
export interface Weight {
  readonly level: Level | null
  readonly stated: Stated | null
  /** `observe`: the origin is silent; nobody is judged. */
  readonly verdict: 'judge' | 'observe'
}

/** The most severe verdict that a deviation from something of this weight may bring. */
export function deviation(weight: Weight, subjectIsOurs: boolean): Verdict {
  if (weight.verdict === 'observe' || weight.level === null) return 'observed'
  if (weight.stated === 'project') return subjectIsOurs ? severity(weight.level) : 'observed'
  if (weight.stated === 'de-facto') return weight.level === 'MAY' ? 'pass' : 'nonstrict'
  return severity(weight.level)
}

/** The verdict of a case whose subject did (or did not do) what the case allows. */
export function judge(matched: boolean, weight: Weight, subjectIsOurs: boolean): Verdict {
  if (weight.verdict === 'observe') return 'observed'
  return matched ? 'pass' : deviation(weight, subjectIsOurs)
}

/** What a hand-written outcome says, held down to what its requirement can carry. */
export function capped(written: Verdict, weight: Weight, subjectIsOurs: boolean): Verdict {
  if (written !== 'fail' && written !== 'nonstrict') return written
  const most = deviation(weight, subjectIsOurs)
  return most === 'fail' ? written : most
}

function severity(level: Level): Verdict {
  switch (level) {
    case 'MUST':
    case 'MUST NOT':
      return 'fail'
    case 'SHOULD':
    case 'SHOULD NOT':
      return 'nonstrict'
    case 'MAY':
      return 'pass'
  }
}
