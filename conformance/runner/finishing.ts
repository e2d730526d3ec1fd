import type { CaseFinished, Verdict } from '../events.ts'

/** Says of a finished case whether it was to be expected. */
export interface Finishing {
  judge(
    protocol: string,
    id: string,
    verdict: Verdict,
    did: string,
  ): { readonly expected: CaseFinished['expected']; readonly asExpected: boolean }
}

const FINE: readonly Verdict[] = ['pass', 'nonstrict', 'observed', 'unsupported']

/** Without an expectations file, whatever does not fail is expected. */
export const ownFinishing: Finishing = {
  judge: (_protocol, _id, verdict) => ({ expected: null, asExpected: FINE.includes(verdict) }),
}
