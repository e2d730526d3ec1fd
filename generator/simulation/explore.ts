import type { Event, EventClass, Machine, Role, StateRow } from '../model/machine.ts'
import type { Configuration, Step } from './run.ts'
import { RoleRun } from './run.ts'
import type { Sample, Valuation } from './samples.ts'
import { samplesOf, valuations } from './samples.ts'

/** One event on the way, and what it did. */
export interface Move {
  readonly event: Event
  readonly eventClass: EventClass
  readonly sample: Sample
  readonly from: Configuration
  readonly step: Step
}

/** The shortest way to an event class in a state. */
export interface Path {
  readonly run: RoleRun
  readonly valuation: Valuation
  readonly start: Step
  /** The last move is the event itself. */
  readonly moves: readonly Move[]
  readonly row: StateRow
}

export interface Exploration {
  /** `state event/class` → its shortest path. */
  readonly paths: ReadonlyMap<string, Path>
  /** Shortest path to each state, without an event behind it. */
  readonly arrivals: ReadonlyMap<string, Omit<Path, 'row'>>
}

/** Configurations that are looked at for one input: far above what any machine needs that counts to a limit. */
const maxConfigurations = 500

/** Finds the shortest path to every state × event class, over every input that a class asks for. Deterministic. */
export function explore(machine: Machine, role: Role): Exploration {
  const paths = new Map<string, Path>()
  const arrivals = new Map<string, Omit<Path, 'row'>>()
  for (const valuation of valuations(machine, role)) exploreWith(new RoleRun(machine, role, valuation), paths, arrivals)
  return { paths, arrivals }
}

export function pathKey(state: string, eventClass: EventClass): string {
  return `${state} ${eventClass.key}`
}

function exploreWith(run: RoleRun, paths: Map<string, Path>, arrivals: Map<string, Omit<Path, 'row'>>): void {
  const { valuation } = run
  const start = run.start()
  const seen = new Set([keyOf(start.after)])
  let frontier: { readonly at: Configuration; readonly moves: readonly Move[] }[] = [{ at: start.after, moves: [] }]
  const better = (length: number, known: Omit<Path, 'row'> | undefined): boolean =>
    known === undefined || length < known.moves.length
  while (frontier.length > 0 && seen.size < maxConfigurations) {
    const next: typeof frontier = []
    for (const { at, moves } of frontier) {
      if (at.target.kind !== 'state') continue
      const { state } = at.target
      if (better(moves.length, arrivals.get(state))) arrivals.set(state, { run, valuation, start, moves })
      for (const move of possibleMoves(run, at)) {
        const longer = [...moves, move]
        const row = run.rowOf(at, move.eventClass)
        if (row === undefined) continue
        const key = pathKey(state, move.eventClass)
        if (better(longer.length, paths.get(key))) paths.set(key, { run, valuation, start, moves: longer, row })
        // What the origin is silent about is no road to anywhere: whoever takes it may be anywhere.
        if (row.verdict === 'observe') continue
        const reached = keyOf(move.step.after)
        if (seen.has(reached)) continue
        seen.add(reached)
        next.push({ at: move.step.after, moves: longer })
      }
    }
    frontier = next
  }
}

/** Every event class that can happen here, each with the first sample that falls into it. */
export function possibleMoves(run: RoleRun, at: Configuration): readonly Move[] {
  const moves: Move[] = []
  for (const event of run.role.events) {
    if (event.kind === 'timer' && !at.timers.has(event.name.slice('timer.'.length))) continue
    for (const eventClass of event.classes) {
      const sample = samplesOf(run.machine, event, eventClass, run.names(at)).find(
        (one) => run.classOf(event, at, one) === eventClass,
      )
      const row = run.rowOf(at, eventClass)
      if (sample === undefined || row === undefined || row.from === 'ignored') continue
      moves.push({ event, eventClass, sample, from: at, step: run.step(at, row, sample) })
    }
  }
  return moves
}

function keyOf({ target, vars, timers }: Configuration): string {
  const values = Object.entries(vars).map(([name, { value }]) => [name, value])
  const text = JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  })
  return `${JSON.stringify(target)} ${text} ${[...timers].sort().join(',')}`
}
