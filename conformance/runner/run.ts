import { availableParallelism } from 'node:os'
import type { CaseFinished, RunEvent, SubjectInfo, Verdict } from '../events.ts'
import type { Subject } from '../subjects/subject.ts'
import { Transcript } from '../tester/transcript.ts'
import type { ProtocolAdapter, RolePlace } from './adapter.ts'
import { adapters } from './adapters.ts'
import type { CaseResult } from './case-result.ts'
import { Evidence } from './evidence.ts'
import { ownFinishing } from './finishing.ts'
import type { Finishing } from './finishing.ts'
import type { Knowledge } from './knowledge.ts'
import { hindranceOf, placesOf, playCase, unplayable } from './play-case.ts'
import { checkSanity } from './sanity.ts'
import type { Sanity } from './sanity.ts'
import { loadCases } from './suite.ts'
import type { SuiteCase } from './suite.ts'
import { Survival } from './survival.ts'

export interface RunOptions {
  readonly subject: Subject
  /** Folder of the run; evidence goes there. Null keeps none. */
  readonly out: string | null
  readonly seed?: number
  readonly parallel?: number
  /** Which protocols; all without it. */
  readonly protocols?: readonly string[]
  /** Case ids must contain one of these, or match it where it has a `*`. */
  readonly filters?: readonly string[]
  /** Instead of the suite's own: cases to run. */
  readonly cases?: readonly SuiteCase[]
  readonly onEvent: (event: RunEvent) => void
  readonly finishing?: Finishing
  readonly signal?: AbortSignal
  /** How a case is run again. */
  readonly replayCommand?: (id: string) => string
}

export const SUITE_VERSION = '0.1.0'
const PARALLEL_DIALS = 20
/** Each case starts a process of the subject, which wants a processor of its own. */
const PARALLEL_PROCESSES = Math.max(2, availableParallelism())
/** The worst first. */
const SEVERITY: readonly Verdict[] = ['fail', 'nonstrict', 'blocked', 'observed', 'pass', 'unsupported']
const DESERVES_A_SECOND_LOOK: readonly Verdict[] = ['fail', 'nonstrict', 'blocked']
/** A second look at a case that a deadline decided, with this many times the patience. */
const SECOND_LOOK_PATIENCE = 3
/** The last look at a case that was not reached among the others: alone, and with this many times the patience. */
const LAST_LOOK_PATIENCE = 6
/** So many cases one behind the other that cannot be reached even alone: the subject is not there any more. */
const MAX_UNREACHED = 5

interface Planned {
  readonly one: SuiteCase
  readonly adapter: ProtocolAdapter
  readonly places: readonly RolePlace[]
}

/** A case for the end of the run; `finish` says what became of it among the others. */
interface Later extends Planned {
  readonly finish: (() => void) | null
}

/** Runs the suite against one subject: sanity first and last, the cases between them in parallel. Gives the exit code. */
export async function run(options: RunOptions): Promise<0 | 1 | 2> {
  return new Run(options).run()
}

class Run {
  readonly #options: RunOptions
  readonly #seed: number
  readonly #finishing: Finishing
  readonly #evidence: Evidence
  readonly #startedAt = performance.now()
  readonly #counts: Record<Verdict, number> = {
    pass: 0,
    nonstrict: 0,
    fail: 0,
    observed: 0,
    unsupported: 0,
    blocked: 0,
    flaky: 0,
    error: 0,
  }
  readonly #progress = new Map<string, { done: number; total: number; failures: number }>()
  #unexpected = 0
  #subjectInfo: SubjectInfo

  constructor(options: RunOptions) {
    this.#options = options
    this.#seed = options.seed ?? 1
    this.#finishing = options.finishing ?? ownFinishing
    this.#subjectInfo = options.subject.info
    this.#evidence = new Evidence(options.out, this.#seed)
  }

  async run(): Promise<0 | 1 | 2> {
    const { subject, onEvent } = this.#options
    const first = await checkSanity(subject, this.#seed, 'sanity first')
    // Whom nobody reaches is not judged: every case would only say the same.
    const planned = first.working.size === 0 ? [] : this.#plan(first.knowledge)
    this.#subjectInfo = {
      ...subject.info,
      agent: first.knowledge.agent,
      peerId: first.knowledge.peerId ?? subject.info.peerId,
    }
    onEvent({
      type: 'run-started',
      format: 'run/1',
      subject: this.#subjectInfo,
      suiteVersion: SUITE_VERSION,
      seed: this.#seed,
      startedAt: new Date().toISOString(),
      total: planned.length + 2,
      protocols: Object.fromEntries([
        ['sanity', 2],
        ...[...this.#progress].map(([protocol, { total }]) => [protocol, total] as const),
      ]),
    })
    this.#progress.set('sanity', { done: 0, total: 2, failures: 0 })
    this.#finishSanity('sanity/first', first)
    await this.#runAll(planned, first)
    if (this.#options.signal?.aborted !== true) {
      onEvent({ type: 'case-started', id: 'sanity/last' })
      this.#finishSanity('sanity/last', await checkSanity(subject, this.#seed, 'sanity last'))
    }
    const broken = this.#counts.error > 0 || this.#options.signal?.aborted === true || first.working.size === 0
    const exitCode = broken ? 2 : this.#unexpected > 0 ? 1 : 0
    onEvent({ type: 'run-finished', durationMs: performance.now() - this.#startedAt, counts: this.#counts, exitCode })
    return exitCode
  }

  /** The cases that this subject can be brought to, in the order of the suite. */
  #plan(knowledge: Knowledge): readonly Planned[] {
    const { protocols, cases, subject } = this.#options
    const planned: Planned[] = []
    for (const adapter of adapters) {
      if (protocols !== undefined && !protocols.includes(adapter.protocol)) continue
      const own = (cases ?? loadCases(adapter.protocol)).filter((one) => one.protocol === adapter.protocol)
      for (const one of own) {
        const places = placesOf(one, adapter, subject.info.mode).filter(
          (place) => hindranceOf(one, adapter, place, knowledge)?.kind !== 'out-of-reach',
        )
        if (places.length === 0 || unplayable(one) !== null || !this.#isSelected(one.id)) continue
        planned.push({ one, adapter, places })
        const progress = this.#progress.get(adapter.protocol) ?? { done: 0, total: 0, failures: 0 }
        this.#progress.set(adapter.protocol, { ...progress, total: progress.total + 1 })
      }
    }
    return planned
  }

  #isSelected(id: string): boolean {
    const { filters } = this.#options
    if (filters === undefined || filters.length === 0) return true
    return filters.some((filter) => (filter.includes('*') ? globOf(filter).test(id) : id.includes(filter)))
  }

  async #runAll(planned: readonly Planned[], sanity: Sanity): Promise<void> {
    const { waitMs, stack } = sanity.knowledge
    const survival = new Survival(this.#options.subject, this.#seed, waitMs * SECOND_LOOK_PATIENCE, stack)
    const queue = planned.filter(({ one }) => !runsAlone(one))
    const later: Later[] = planned.filter(({ one }) => runsAlone(one)).map((next) => ({ ...next, finish: null }))
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (this.#options.signal?.aborted === true) return
        const finish = await this.#runOne(next, sanity, survival, 1)
        if (finish !== null) later.push({ ...next, finish })
      }
    }
    await Promise.all(
      Array.from(
        {
          length:
            this.#options.parallel ??
            (this.#options.subject.info.mode === 'dialer' ? PARALLEL_PROCESSES : PARALLEL_DIALS),
        },
        work,
      ),
    )
    await this.#runAlone(later, sanity, survival)
  }

  /** One after the other, so that none is kept from its case by what the others ask of the subject or of this machine. */
  async #runAlone(later: readonly Later[], sanity: Sanity, survival: Survival): Promise<void> {
    let unreached = 0
    for (const next of later) {
      if (this.#options.signal?.aborted === true) return
      if (next.finish !== null && unreached >= MAX_UNREACHED) {
        next.finish()
        continue
      }
      const finish = await this.#runOne(next, sanity, survival, next.finish === null ? 1 : LAST_LOOK_PATIENCE)
      unreached = finish === null ? 0 : unreached + 1
      finish?.()
    }
  }

  /** Null: the case is judged. Otherwise it was not reached, and may be tried once more before this says so. */
  async #runOne(planned: Planned, sanity: Sanity, survival: Survival, patience: number): Promise<(() => void) | null> {
    const { one } = planned
    this.#options.onEvent({ type: 'case-started', id: one.id })
    const startedAt = performance.now()
    const transcript = new Transcript()
    let result: CaseResult
    let survived: boolean | null = null
    try {
      result = await this.#playAtAllPlaces(planned, transcript, sanity, patience)
      if (DESERVES_A_SECOND_LOOK.includes(result.verdict) && (result.late || result.verdict === 'fail'))
        result = await this.#lookAgain(planned, transcript, sanity, result, patience * SECOND_LOOK_PATIENCE)
      // A dialler is a fresh process in every case: there is nothing left that could have survived.
      if (result.hostile && this.#options.subject.info.mode === 'listener') {
        const failure = await survival.ask()
        survived = failure === null
        if (!survived)
          result = {
            ...result,
            verdict: 'fail',
            reaction: { layer: 'transport', kind: 'crashed' },
            did: `${result.did}; afterwards it served no fresh connection: ${failure}`,
          }
      }
    } catch (error) {
      const did = `the suite failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
      result = { verdict: 'error', reaction: null, did, allowed: '', hostile: false, late: false }
    }
    const finish = (): void => this.#finish(one, result, survived, transcript, performance.now() - startedAt)
    if (result.verdict === 'blocked') return finish
    finish()
    return null
  }

  /** What a deadline decided is decided with a longer one; what failed at once must fail again, or it is flaky. */
  async #lookAgain(
    planned: Planned,
    transcript: Transcript,
    sanity: Sanity,
    first: CaseResult,
    patience: number,
  ): Promise<CaseResult> {
    transcript.note(
      'transport',
      first.late ? 'a deadline decided: once more, with a longer one' : 'once more: does it stay so?',
    )
    const second = await this.#playAtAllPlaces(planned, transcript, sanity, patience)
    if (first.late || second.verdict === first.verdict) return second
    if (first.verdict === 'fail' && (second.verdict === 'nonstrict' || second.verdict === 'blocked')) return first
    return { ...first, verdict: 'flaky', did: `${first.did}; the second time it ${second.did}` }
  }

  /** A role may be met at several places: the worst verdict counts. */
  async #playAtAllPlaces(
    { one, adapter, places }: Planned,
    transcript: Transcript,
    sanity: Sanity,
    patience: number,
  ): Promise<CaseResult> {
    const { subject } = this.#options
    const plays = places.map(async (place) => {
      const own = new Transcript()
      own.note(
        'transport',
        `at the ${place.reach.at === 'stream' ? `stream that the ${place.reach.opens} opens` : `${place.reach.at} layer`}`,
      )
      const result = await playCase(one, adapter, place, own, {
        subject,
        knowledge: sanity.knowledge,
        seed: this.#seed,
        patience,
      })
      return { result, own }
    })
    const played = await Promise.all(plays)
    for (const { own } of played) transcript.append(own)
    const results = played
      .map(({ result }) => result)
      .sort((first, second) => SEVERITY.indexOf(first.verdict) - SEVERITY.indexOf(second.verdict))
    const [worst] = results
    if (worst === undefined) throw new Error(`${one.id} has no place`)
    return { ...worst, hostile: results.some(({ hostile }) => hostile) }
  }

  #finishSanity(id: string, sanity: Sanity): void {
    const one = {
      id,
      protocol: 'sanity',
      role: 'any',
      title: 'An honest peer is served',
      requirements: [],
      level: null,
      stated: null,
    } as const
    this.#finish(one, sanity.result, null, sanity.transcript, 0)
  }

  #finish(
    one: Omit<SuiteCase, 'body' | 'verdict'> & { readonly body?: SuiteCase['body'] },
    result: CaseResult,
    survived: boolean | null,
    transcript: Transcript,
    durationMs: number,
  ): void {
    const { onEvent, replayCommand } = this.#options
    const { expected, asExpected } = this.#finishing.judge(one.protocol, one.id, result.verdict, result.did)
    if (!asExpected) this.#unexpected++
    this.#counts[result.verdict]++
    const progress = this.#progress.get(one.protocol)
    if (progress !== undefined) {
      progress.done++
      if (!asExpected) progress.failures++
    }
    const worthKeeping = result.verdict !== 'pass' && result.verdict !== 'unsupported'
    const event: CaseFinished = {
      type: 'case-finished',
      id: one.id,
      protocol: one.protocol,
      title: one.title,
      role: one.role,
      requirements: one.requirements,
      level: one.level,
      stated: one.stated,
      verdict: result.verdict,
      reaction: result.reaction,
      survived,
      did: result.did,
      allowed: result.allowed,
      expected,
      asExpected,
      durationMs,
      evidence: worthKeeping
        ? this.#evidence.keep(one.id, this.#subjectInfo, one.body?.item ?? null, transcript)
        : null,
      replay:
        replayCommand?.(one.id) ??
        `p2pspec check ${this.#subjectInfo.address ?? ''} --filter '${one.id}' --seed ${this.#seed}`,
    }
    onEvent(event)
    if (progress !== undefined) onEvent({ type: 'progress', protocol: one.protocol, ...progress })
  }
}

function runsAlone({ body }: SuiteCase): boolean {
  return body.kind === 'script' && body.item.alone
}

function globOf(filter: string): RegExp {
  return new RegExp(`^${filter.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`)
}
