import type { CaseFinished, RunEvent, Verdict } from '../events.ts'
import { run } from '../runner/run.ts'
import { agentSubject } from '../subjects/agent/agent-subject.ts'
import { dialingSubject } from '../subjects/dialing-subject.ts'
import { listeningSubject } from '../subjects/listening-subject.ts'
import { privateSubject } from '../subjects/private-subject.ts'
import type { Subject } from '../subjects/subject.ts'
import type { Mutant } from './mutant.ts'
import { MutatedCommand } from './mutated-command.ts'
import { startMutatedListener } from './mutated-listener.ts'
import { TemporaryNetwork } from '../subjects/temporary-network.ts'

export interface MutantResult {
  readonly mutant: Mutant
  readonly outcome: 'killed' | 'survived' | 'broken'
  /** Cases whose verdict the bug made worse. */
  readonly killers: readonly string[]
  /** What happened, where it was not plainly killed. */
  readonly note: string
  readonly seconds: number
}

export interface MutationRun {
  /** The command of our own node: program and arguments, to which `listen` or `dial` is added. */
  readonly command: readonly string[]
  readonly mutants: readonly Mutant[]
  /** Every case of the mutant's protocol, not only those that it says kill it. */
  readonly full: boolean
  readonly parallel: number
  readonly onResult: (result: MutantResult) => void
  readonly signal?: AbortSignal
}

/** What `--transport` takes where the node is met by QUIC. */
const QUIC_LIBRARIES: ReadonlySet<string> = new Set(['quic', 'quiche'])

/** Starts our own node once for each bug and lets the cases find it. A case counts as killer only if it is better without the bug. */
export async function runMutants(options: MutationRun): Promise<readonly MutantResult[]> {
  const baseline = new Map<string, ReadonlyMap<string, Verdict>>()
  for (const [name, concerned] of bySetting(options.mutants)) {
    const [first] = concerned
    if (first !== undefined) baseline.set(name, await verdictsWith(null, first, concerned, options))
  }
  const queue = [...options.mutants]
  const results: MutantResult[] = []
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined && options.signal?.aborted !== true; mutant = queue.shift()) {
      const result = await judge(mutant, baseline.get(nameOf(mutant)) ?? new Map(), options)
      results.push(result)
      options.onResult(result)
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, work))
  return results.sort((left, right) => (left.mutant.id < right.mutant.id ? -1 : 1))
}

/** How a node is met; a bug is compared with the unchanged node in the same setting. */
type Setting = Pick<Mutant, 'mode' | 'network' | 'options'>

function bySetting(mutants: readonly Mutant[]): ReadonlyMap<string, readonly Mutant[]> {
  const found = new Map<string, Mutant[]>()
  for (const mutant of mutants) found.set(nameOf(mutant), [...(found.get(nameOf(mutant)) ?? []), mutant])
  return found
}

function nameOf({ mode, network, options }: Setting): string {
  return [mode, network ? 'in a private network' : '', ...options].join(' ')
}

/** How bad a verdict is; a bug is noticed where it makes a verdict worse. */
const badness: Readonly<Record<Verdict, number>> = {
  pass: 0,
  unsupported: 0,
  observed: 0,
  nonstrict: 1,
  blocked: 0,
  error: 0,
  flaky: 2,
  fail: 3,
}

async function judge(
  mutant: Mutant,
  before: ReadonlyMap<string, Verdict>,
  options: MutationRun,
): Promise<MutantResult> {
  const startedAt = performance.now()
  const result = (outcome: MutantResult['outcome'], killers: readonly string[], note: string): MutantResult => ({
    mutant,
    outcome,
    killers,
    note,
    seconds: (performance.now() - startedAt) / 1000,
  })
  try {
    const after = await verdictsWith(mutant, mutant, [mutant], options)
    const killers = [...after]
      .filter(([id, verdict]) => badness[verdict] > badness[before.get(id) ?? 'pass'])
      .map(([id]) => id)
    if (killers.length > 0) return result('killed', killers, '')
    const played = [...after].filter(([id]) => !id.startsWith('sanity/')).length
    return played === 0
      ? result('broken', [], `no case fits ${mutant.kills.join(', ')}`)
      : result('survived', [], `${played} cases looked and saw nothing`)
  } catch (error) {
    return result('broken', [], error instanceof Error ? error.message : String(error))
  }
}

async function verdictsWith(
  mutant: Mutant | null,
  setting: Setting,
  concerned: readonly Mutant[],
  options: MutationRun,
): Promise<ReadonlyMap<string, Verdict>> {
  const protocols = [...new Set(concerned.map((one) => one.protocol))]
  const filters = options.full
    ? protocols.map((protocol) => `${protocol}/*`)
    : [...new Set(concerned.flatMap((one) => one.kills))]
  const verdicts = new Map<string, Verdict>()
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'case-finished') verdicts.set(event.id, verdictOf(event))
  }
  const common = { out: null, filters, onEvent, ...(options.signal === undefined ? {} : { signal: options.signal }) }
  using network = setting.network ? new TemporaryNetwork() : undefined
  const words = [...(network === undefined ? [] : ['--psk', network.file]), ...setting.options]
  const within = (subject: Subject): Subject => (network === undefined ? subject : privateSubject(subject, network.key))
  using mutated = new MutatedCommand(options.command, mutant)
  if (setting.mode !== 'listener') {
    const isAgent = setting.mode === 'agent'
    const command = [...mutated.words, isAgent ? 'agent' : 'dial', ...words]
    const transport = setting.options.some((word) => QUIC_LIBRARIES.has(word)) ? 'quic' : 'tcp'
    const subject = within((isAgent ? agentSubject : dialingSubject)(command, 'p2pspec', transport))
    try {
      await run({ ...common, subject })
    } finally {
      await subject.close()
    }
    mutated.requireApplied()
    return verdicts
  }
  await using listener = await startMutatedListener(mutated.words, mutant, words)
  await run({ ...common, subject: within(listeningSubject(listener.address, 'p2pspec')) })
  mutated.requireApplied()
  return verdicts
}

/** A crash is a failure whatever was judged before. */
function verdictOf(finished: CaseFinished): Verdict {
  return finished.survived === false ? 'fail' : finished.verdict
}
