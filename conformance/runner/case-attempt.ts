import type { Verdict } from '../events.ts'
import type { Subject } from '../subjects/subject.ts'
import { Transcript } from '../tester/transcript.ts'
import type { ProtocolAdapter, RolePlace } from './adapter.ts'
import type { CaseResult } from './case-result.ts'
import type { Knowledge } from './knowledge.ts'
import { playCase } from './play-case.ts'
import type { SuiteCase } from './suite.ts'
import type { Survival } from './survival.ts'

/** A case and the places where it plays. */
export interface Planned {
  readonly one: SuiteCase
  readonly adapter: ProtocolAdapter
  readonly places: readonly RolePlace[]
  /** Why it has no meaning over the subject's transport; then it is not played. */
  readonly inapplicable: string | null
}

export interface AttemptContext {
  readonly subject: Subject
  readonly knowledge: Knowledge
  readonly survival: Survival
  readonly seed: number
  /** Longer deadlines, for another look. */
  readonly patience: number
}

/** One play of a case, and whether the subject outlived it. */
export interface Attempt {
  readonly result: CaseResult
  readonly survived: boolean | null
}

/** The worst first. */
const severity: readonly Verdict[] = ['fail', 'nonstrict', 'blocked', 'observed', 'pass', 'unsupported']

/** Plays a case at all its places, and asks afterwards whether the subject is still there. Never rejects: what fails here is an `error`. */
export async function attempt(planned: Planned, transcript: Transcript, context: AttemptContext): Promise<Attempt> {
  if (planned.inapplicable !== null) {
    const { inapplicable: did } = planned
    const result = { verdict: 'unsupported', reaction: null, did, allowed: '', hostile: false, late: false } as const
    return { result, survived: null }
  }
  try {
    const result = await playAtAllPlaces(planned, transcript, context)
    return await outlived(result, context)
  } catch (error) {
    const did = `the suite failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    const result = { verdict: 'error', reaction: null, did, allowed: '', hostile: false, late: false } as const
    return { result, survived: null }
  }
}

/** A role may be met at several places: the worst verdict counts. */
async function playAtAllPlaces(
  { one, adapter, places }: Planned,
  transcript: Transcript,
  context: AttemptContext,
): Promise<CaseResult> {
  const plays = places.map(async (place) => {
    const own = new Transcript()
    own.note(
      'transport',
      `at the ${place.reach.at === 'stream' ? `stream that the ${place.reach.opens} opens` : `${place.reach.at} layer`}`,
    )
    return { result: await playCase(one, adapter, place, own, context), own }
  })
  const played = await Promise.all(plays)
  for (const { own } of played) transcript.append(own)
  const results = played
    .map(({ result }) => result)
    .sort((first, second) => severity.indexOf(first.verdict) - severity.indexOf(second.verdict))
  const [worst] = results
  if (worst === undefined) throw new Error(`${one.id} has no place`)
  const ending = results.find((result) => result.ending !== undefined)?.ending
  return {
    ...worst,
    hostile: results.some(({ hostile }) => hostile),
    ...(ending === undefined ? {} : { ending }),
  }
}

/** After what was hostile a listener must serve a fresh dial, and a program that stays must be there. */
async function outlived(result: CaseResult, { subject, survival }: AttemptContext): Promise<Attempt> {
  if (result.ending !== undefined) return crashed(result, `afterwards its process ${result.ending}`)
  if (!result.hostile || subject.info.mode !== 'listener') return { result, survived: null }
  const failure = await survival.ask()
  return failure === null
    ? { result, survived: true }
    : crashed(result, `afterwards it served no fresh connection: ${failure}`)
}

function crashed(result: CaseResult, how: string): Attempt {
  const reaction = { layer: 'transport', kind: 'crashed' } as const
  return {
    result: { ...result, verdict: 'fail', reaction, late: false, did: `${result.did}; ${how}` },
    survived: false,
  }
}
