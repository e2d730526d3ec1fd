import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import path from 'node:path'
import type { Verdict } from '@p2pspec/conformance/events'
import type { Expectations } from '@p2pspec/conformance/report/expectations'
import { cellFolder, evidenceFolder, type Cell } from './cells.ts'
import type { CellFinished, MatrixEvent } from './events.ts'
import { countVerdicts, exitCodeOf } from './judgement.ts'
import type { Matrix, Scenario } from './matrix-file.ts'
import { Patience } from './patience.ts'
import { play, type Played } from './play.ts'
import { inMixedOrder, selectionDigest, shardCells, type Selection } from './selection.ts'
import type { BenchRequest, Runtime } from './runtimes/runtime.ts'

export interface MatrixRunOptions {
  readonly matrix: Matrix
  /** The whole selection; the shard is taken out of it here. */
  readonly selected: readonly Cell[]
  readonly selection: Selection
  readonly runtime: Runtime
  /** Folder of the run; evidence goes below it. */
  readonly out: string
  readonly run: string
  readonly judge: Expectations['judge']
  readonly onEvent: (event: MatrixEvent) => void
  readonly onProgress: (text: string) => void
  readonly parallel: number
  /** How often a failure is tried again, to tell a steady one from a flaky one. */
  readonly retries: number
  readonly capture: boolean
  readonly signal: AbortSignal
}

/** Runs every cell of the selection's shard. The verdicts go out as events; gives the exit code. */
export async function runMatrix(options: MatrixRunOptions): Promise<0 | 1 | 2> {
  const { selected, selection, runtime, run, onEvent, signal } = options
  const cells = shardCells(selected, selection.shard)
  const began = performance.now()
  onEvent({
    type: 'run-started',
    format: 'interop/1',
    run,
    runtime: runtime.name,
    startedAt: new Date().toISOString(),
    set: selection.set ?? null,
    shard: selection.shard ?? null,
    selected: selected.length,
    selectionDigest: selectionDigest(selected),
    total: cells.length,
    parties: [...partiesOf(selected).keys()],
  })
  const parties = partiesOf(cells)
  await runtime.prepare([...parties.values()], options.onProgress)
  // What a run before this one kept here is none of this one's evidence.
  rmSync(path.join(options.out, evidenceFolder), { recursive: true, force: true })
  const patience = new Patience(() => (loadavg()[0] ?? 0) / availableParallelism())
  const places = new Map(selected.map(({ id }, place) => [id, place]))
  const finished: CellFinished[] = []
  const queue = inMixedOrder(cells)
  const work = async (): Promise<void> => {
    for (let cell = queue.shift(); cell !== undefined && !signal.aborted; cell = queue.shift()) {
      onEvent({ type: 'cell-started', id: cell.id })
      const one = { ...(await runCell(cell, patience, options)), place: places.get(cell.id) ?? 0 }
      finished.push(one)
      onEvent(one)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, options.parallel) }, work))
  const exitCode = exitCodeOf(finished, cells.length)
  onEvent({
    type: 'run-finished',
    durationMs: Math.round(performance.now() - began),
    counts: countVerdicts(finished),
    exitCode,
  })
  return exitCode
}

function partiesOf(cells: readonly Cell[]): ReadonlyMap<string, Cell['dialer']> {
  return new Map(cells.flatMap(({ dialer, listener }) => [dialer, listener]).map((one) => [one.label, one]))
}

interface Verdicts {
  readonly verdict: Verdict
  readonly did: string
  readonly attempts: number
  readonly measures: Played['measures']
}

async function runCell(
  cell: Cell,
  patience: Patience,
  options: MatrixRunOptions,
): Promise<Omit<CellFinished, 'place'>> {
  const began = performance.now()
  const evidence = path.join(evidenceFolder, cellFolder(cell.id))
  const result = await verdictOf(cell, evidence, patience, options)
  const folder = path.join(options.out, evidence)
  return {
    type: 'cell-finished',
    id: cell.id,
    scenario: cell.scenario,
    stack: cell.stack.name,
    dialer: cell.dialer.label,
    listener: cell.listener.label,
    ...result,
    ...options.judge(cell.scenario, cell.id, result.verdict, result.did),
    durationMs: Math.round(performance.now() - began),
    ...evidenceIn(folder, evidence),
  }
}

async function verdictOf(
  cell: Cell,
  evidence: string,
  patience: Patience,
  options: MatrixRunOptions,
): Promise<Verdicts> {
  const scenario = options.matrix.scenarios[cell.scenario]
  if (scenario === undefined) throw new TypeError(`no scenario ${cell.scenario}`)
  const cannot = scenario.fault === undefined ? null : options.runtime.cannot(scenario.fault)
  if (cannot !== null) return { verdict: 'unsupported', did: cannot, attempts: 0, measures: {} }
  let first: Played | undefined
  for (let attempt = 1; ; attempt++) {
    const played = await playOnce(cell, scenario, evidence, attempt, patience, options)
    if (played instanceof Error) return { verdict: 'error', did: played.message, attempts: attempt, measures: {} }
    const { passed, did, measures } = played
    if (passed && first === undefined) return { verdict: 'pass', did, attempts: attempt, measures }
    if (passed)
      return {
        verdict: 'flaky',
        did: `passed at try ${attempt}; before: ${first?.did ?? ''}`,
        attempts: attempt,
        measures,
      }
    first ??= played
    // A failure that is known to be one needs no second look.
    const known = options.judge(cell.scenario, cell.id, 'fail', did).asExpected
    if (known || attempt > options.retries || options.signal.aborted)
      return { verdict: 'fail', did: first.did, attempts: attempt, measures }
  }
}

/** One try. An error is one of ours: it says nothing of those who met. */
async function playOnce(
  cell: Cell,
  scenario: Scenario,
  evidence: string,
  attempt: number,
  patience: Patience,
  options: MatrixRunOptions,
): Promise<Played | Error> {
  const folder = path.join(options.out, evidence, ...(attempt === 1 ? [] : [`try-${attempt}`]))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    await using bench = await options.runtime.open(benchRequest(cell, scenario, folder, options.capture))
    const limitMs = patience.limitMs(cell.scenario, scenario.seconds)
    const began = performance.now()
    const played = await play(cell, scenario, { ...options, bench, limitMs, attempt })
    if (played.passed) patience.took(cell.scenario, performance.now() - began)
    return played
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function benchRequest(cell: Cell, { fault }: Scenario, folder: string, capture: boolean): BenchRequest {
  return {
    folder,
    network: fault?.kind === 'ipv6-only' ? 'ipv6-only' : 'usual',
    ownRedis: cell.dialer.spelling === 'legacy' || cell.listener.spelling === 'legacy',
    capture,
  }
}

/** What was kept of a cell: files that have something in them. */
function evidenceIn(folder: string, evidence: string): Pick<CellFinished, 'evidence' | 'files'> {
  let names: readonly string[] = []
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => statSync(file).size > 0)
      .map((file) => path.relative(folder, file))
      .sort()
  } catch {
    // A cell that cannot be run here has no folder.
  }
  return { evidence: names.length === 0 ? null : evidence, files: names }
}
