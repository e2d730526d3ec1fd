import type { CaseFinished, RunEvent, SubjectInfo, Verdict } from '../events.ts'
import { Transcript } from '../tester/transcript.ts'
import { attempt } from './case-attempt.ts'
import type { Attempt, AttemptContext, Planned } from './case-attempt.ts'
import type { CaseResult } from './case-result.ts'
import { Evidence } from './evidence.ts'
import { ownFinishing } from './finishing.ts'
import type { Finishing } from './finishing.ts'
import { planCases } from './plan.ts'
import type { PlanOptions } from './plan.ts'
import { checkSanity } from './sanity.ts'
import type { Sanity } from './sanity.ts'
import type { SuiteCase } from './suite.ts'
import { Survival } from './survival.ts'

export interface RunOptions extends PlanOptions {
  /** Folder of the run; evidence goes there. Null keeps none. */
  readonly out: string | null
  readonly seed?: number
  readonly parallel?: number
  readonly onEvent: (event: RunEvent) => void
  readonly finishing?: Finishing
  readonly signal?: AbortSignal
  /** Other tries, alone, of a case whose verdict differs from what is expected; two without it. */
  readonly moreTries?: number
  /** So many flaky cases are no failure of the run. */
  readonly maxFlaky?: number
  /** How a case is run again. */
  readonly replayCommand?: (id: string) => string
}

export const SUITE_VERSION = '0.1.0'
/** A second look at a case that a deadline decided, with this many times the patience. */
const SECOND_LOOK_PATIENCE = 3
/** The last looks at a case, alone, with this many times the patience: not so much that the subject's own timers run out. */
const LAST_LOOK_PATIENCE = 2
/** The last looks at a case that was not reached. */
const UNREACHED_PATIENCE = 6
const MORE_TRIES = 2
/** So many verdicts that differ are no accident of the machine: what comes behind them stays as it was. */
const MAX_TRIED_AGAIN = 30
/** So many cases one behind the other that cannot be reached even alone: the subject is not there any more. */
const MAX_UNREACHED = 5
/** Flaky cases that a run may have and still be as expected. */
const MAX_FLAKY = 3

/** A case for the end of the run, with what became of it among the others; no attempt where it runs alone from the first. */
interface Later {
  readonly planned: Planned
  readonly transcript: Transcript
  readonly attempts: Attempt[]
  /** Spent on it so far. */
  durationMs: number
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
    const planned = first.working.size === 0 ? [] : planCases(this.#options, first.knowledge)
    for (const { one } of planned) {
      const progress = this.#progress.get(one.protocol) ?? { done: 0, total: 0, failures: 0 }
      this.#progress.set(one.protocol, { ...progress, total: progress.total + 1 })
    }
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
      const last = await checkSanity(subject, this.#seed, 'sanity last')
      const complaint = subject.complaint?.() ?? null
      const { result } = last
      this.#finishSanity(
        'sanity/last',
        complaint === null
          ? last
          : {
              ...last,
              result: { ...result, verdict: 'fail', did: `${result.did}; when no case was at it, it ${complaint}` },
            },
      )
    }
    const broken = this.#counts.error > 0 || this.#options.signal?.aborted === true || first.working.size === 0
    const { maxFlaky = MAX_FLAKY } = this.#options
    const exitCode = broken ? 2 : this.#unexpected > 0 || this.#counts.flaky > maxFlaky ? 1 : 0
    const durationMs = performance.now() - this.#startedAt
    onEvent({ type: 'run-finished', durationMs, counts: this.#counts, maxFlaky, exitCode })
    return exitCode
  }

  async #runAll(planned: readonly Planned[], sanity: Sanity): Promise<void> {
    const { subject, signal, parallel = subject.parallel } = this.#options
    const { waitMs, stack } = sanity.knowledge
    const survival = new Survival(subject, this.#seed, waitMs * SECOND_LOOK_PATIENCE, stack)
    const context = { subject, survival, knowledge: sanity.knowledge, seed: this.#seed }
    const queue = planned.filter(({ one }) => !runsAlone(one))
    const later = planned.filter(({ one }) => runsAlone(one)).map((next) => laterOf(next))
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (signal?.aborted === true) return
        const one = laterOf(next)
        await this.#try(one, { ...context, patience: 1 })
        if (this.#isSettled(one)) this.#finishCase(one)
        else later.push(one)
      }
    }
    await Promise.all(Array.from({ length: parallel }, work))
    await this.#runAlone(later, context)
  }

  /** One after the other, so that none is kept from its case by what the others ask of the subject or of this machine. */
  async #runAlone(later: readonly Later[], context: Omit<AttemptContext, 'patience'>): Promise<void> {
    let unreached = 0
    let triedAgain = 0
    for (const one of later) {
      if (one.attempts.length === 0) await this.#try(one, { ...context, patience: 1 })
      const wasReached = one.attempts.at(-1)?.result.verdict !== 'blocked'
      const tries = this.#options.moreTries ?? MORE_TRIES
      const isWorthIt = wasReached ? triedAgain < MAX_TRIED_AGAIN : unreached < MAX_UNREACHED
      if (wasReached && !this.#isSettled(one)) triedAgain++
      for (let left = isWorthIt ? tries : 0; left > 0 && !this.#isSettled(one); left--) {
        if (this.#options.signal?.aborted === true) return
        one.transcript.note('transport', 'once more, alone')
        await this.#try(one, { ...context, patience: wasReached ? LAST_LOOK_PATIENCE : UNREACHED_PATIENCE })
      }
      unreached = one.attempts.at(-1)?.result.verdict === 'blocked' ? unreached + 1 : 0
      this.#finishCase(one)
    }
  }

  /** What a deadline decided against the subject is decided with a longer one. */
  async #try(one: Later, context: AttemptContext): Promise<void> {
    const { planned, transcript, attempts } = one
    this.#options.onEvent({ type: 'case-started', id: planned.one.id })
    const startedAt = performance.now()
    let latest = await attempt(planned, transcript, context)
    if (latest.result.late && context.patience === 1 && !this.#isAsExpected(planned, latest)) {
      transcript.note('transport', 'a deadline decided: once more, with a longer one')
      latest = await attempt(planned, transcript, { ...context, patience: context.patience * SECOND_LOOK_PATIENCE })
    }
    attempts.push(latest)
    one.durationMs += performance.now() - startedAt
  }

  #isAsExpected({ one }: Planned, { result }: Attempt): boolean {
    return this.#finishing.judge(one.protocol, one.id, result.verdict, result.did).asExpected
  }

  /** No other try is needed. */
  #isSettled({ planned, attempts }: Later): boolean {
    const latest = attempts.at(-1)
    return latest !== undefined && (latest.result.verdict === 'error' || this.#isAsExpected(planned, latest))
  }

  #finishCase(one: Later): void {
    const { planned, transcript, attempts, durationMs } = one
    const last = decisive(attempts)
    if (last === undefined) return
    const earlier = attempts
      .filter((other) => other !== last)
      .map(({ result }) => ({ verdict: result.verdict, did: result.did }))
    // What was late or was not reached says nothing yet; what was judged, and is judged otherwise now, is not to be relied on.
    const doubt = attempts.find(
      ({ result }) => result.verdict !== last.result.verdict && result.verdict !== 'blocked' && !result.late,
    )
    const flaky = doubt !== undefined && this.#isAsExpected(planned, last)
    const result: CaseResult = flaky
      ? {
          ...doubt.result,
          verdict: 'flaky',
          did: `${doubt.result.did} (${doubt.result.verdict}); alone it was ${last.result.verdict}: ${last.result.did}`,
        }
      : last.result
    this.#finish(
      planned.one,
      { result, survived: flaky ? doubt.survived : last.survived, earlier },
      transcript,
      durationMs,
    )
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
    this.#finish(one, { result: sanity.result, survived: null, earlier: [] }, sanity.transcript, 0)
  }

  #finish(
    one: Omit<SuiteCase, 'body' | 'verdict'> & { readonly body?: SuiteCase['body'] },
    { result, survived, earlier }: Attempt & Pick<CaseFinished, 'earlier'>,
    transcript: Transcript,
    durationMs: number,
  ): void {
    const { onEvent, replayCommand } = this.#options
    const { expected, asExpected } = this.#finishing.judge(one.protocol, one.id, result.verdict, result.did)
    const isFlaky = result.verdict === 'flaky'
    if (!asExpected && !isFlaky) this.#unexpected++
    this.#counts[result.verdict]++
    const progress = this.#progress.get(one.protocol)
    if (progress !== undefined) {
      progress.done++
      if (!asExpected && !isFlaky) progress.failures++
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
      earlier,
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

function laterOf(planned: Planned): Later {
  return { planned, transcript: new Transcript(), attempts: [], durationMs: 0 }
}

/** The last attempt that reached its case, if any did. */
function decisive(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.findLast(({ result }) => result.verdict !== 'blocked') ?? attempts.at(-1)
}

function runsAlone({ body }: SuiteCase): boolean {
  return body.kind === 'script' && body.item.alone
}
