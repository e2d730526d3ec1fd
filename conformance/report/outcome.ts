import type { CaseFinished, SubjectInfo, Verdict } from '../events.ts'

export const modes: readonly SubjectInfo['mode'][] = ['listener', 'dialer', 'agent']
export const modeText: Readonly<Record<SubjectInfo['mode'], string>> = {
  listener: 'listens, the suite dials',
  dialer: 'dials, the suite listens',
  agent: 'listens and is told what to do, the suite dials',
}

/** What a case means for whoever must act: the two axes (verdict, expectation) folded once, for every format alike. */
export type Outcome =
  /** Nothing to do. */
  | 'passed'
  /** The verdict is not what was expected: somebody must look. */
  | 'failed'
  /** Not good, but listed in the expectations with a reason. */
  | 'known'
  /** Not judged: unsupported by the subject, or blocked by a case that failed before. */
  | 'skipped'
  /** Our engine failed; this says nothing about the subject. */
  | 'error'

export function outcomeOf(finished: Pick<CaseFinished, 'verdict' | 'asExpected' | 'expected'>): Outcome {
  if (finished.verdict === 'error') return 'error'
  if (finished.verdict === 'blocked') return 'skipped'
  if (!finished.asExpected) return 'failed'
  if (finished.verdict === 'unsupported') return 'skipped'
  return finished.verdict === 'fail' || finished.verdict === 'flaky' ? 'known' : 'passed'
}

/** As above; a case of the suite that is `flaky` is said loudly, and is a failure of the run only where there are too many. */
export function caseOutcome(finished: CaseFinished): Outcome | 'flaky' {
  return finished.verdict === 'flaky' && !finished.asExpected ? 'flaky' : outcomeOf(finished)
}

/** A case that the expectations call bad and that now holds: the list must shrink. */
export function isUnexpectedPass(finished: Pick<CaseFinished, 'verdict' | 'asExpected' | 'expected'>): boolean {
  return (
    finished.expected !== null &&
    !finished.asExpected &&
    (finished.verdict === 'pass' || finished.verdict === 'nonstrict')
  )
}

/** From best to worst; reports list and count in this order. */
export const verdicts: readonly Verdict[] = [
  'pass',
  'observed',
  'nonstrict',
  'fail',
  'flaky',
  'unsupported',
  'blocked',
  'error',
]

export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  pass: 'did what the requirement says',
  observed: 'the origin is silent: recorded, nobody is judged',
  nonstrict: 'a SHOULD was missed; still legal',
  fail: 'broke a requirement',
  flaky: 'was judged otherwise when it was tried again, alone',
  unsupported: 'the subject says that it does not do this',
  blocked: 'a case that this one needs failed',
  error: 'the suite itself failed; nothing is known of the subject',
}

export const verdictMark: Readonly<Record<Verdict, string>> = {
  pass: '✔',
  observed: '○',
  nonstrict: '!',
  fail: '✘',
  flaky: '≈',
  unsupported: '–',
  blocked: '…',
  error: 'E',
}
