import type { SubjectInfo, Verdict } from '../../events.ts'
import { casesByRequirement, foldVerdicts } from '../annotated.ts'
import { readRequirements, specFolder, type Requirement } from '../requirement-index.ts'
import { protocolsOf, type RunRecord } from '../run-record.ts'

/** Every requirement × every implementation, folded from the runs: the public result. */
export interface ClauseTable {
  readonly implementations: readonly Implementation[]
  readonly protocols: readonly ClauseProtocol[]
}

export interface Implementation {
  readonly name: string
  readonly agent: string | null
  readonly modes: readonly SubjectInfo['mode'][]
  readonly totals: Totals
}

export interface ClauseProtocol {
  readonly protocol: string
  readonly rows: readonly ClauseRow[]
  /** One per implementation. */
  readonly totals: readonly Totals[]
}

export interface ClauseRow {
  readonly requirement: Requirement
  /** One per implementation. */
  readonly cells: readonly ClauseCell[]
}

/** What an implementation did where it was dialled, and where it dialled; null where no case speaks of it. */
export interface ClauseCell {
  readonly listener: Verdict | null
  readonly dialer: Verdict | null
}

/** Requirements by folded verdict. */
export type Totals = Readonly<Record<'held' | 'nonstrict' | 'broken' | 'observed' | 'undecided', number>>

/** Implementations of the house first, then by name, so that the table reads the same every time. */
const order = ['p2pspec', 'go', 'rust', 'js']

export function clauseTable(records: readonly RunRecord[], folder: string = specFolder): ClauseTable {
  const names = [...new Set(records.map((record) => record.started.subject.name))].sort(
    (left, right) => rank(left) - rank(right) || (left < right ? -1 : 1),
  )
  const runsOf = (name: string): readonly RunRecord[] =>
    records.filter((record) => record.started.subject.name === name)
  const named = [...new Set(records.flatMap((record) => [...protocolsOf(record)]))]
  const requirements = [...readRequirements(named, folder).values()]
  // Sanity cases stand for no protocol and cite no requirement.
  const protocols = named.filter((protocol) => requirements.some((requirement) => requirement.protocol === protocol))
  const cellsOf = names.map((name) => cellReader(runsOf(name)))
  const tables = protocols.map((protocol): ClauseProtocol => {
    const rows = requirements
      .filter((requirement) => requirement.protocol === protocol)
      .map((requirement) => ({ requirement, cells: cellsOf.map((read) => read(requirement.id)) }))
    return { protocol, rows, totals: names.map((_, index) => totalsOf(rows, index)) }
  })
  const all = tables.flatMap((table) => table.rows)
  return {
    implementations: names.map((name, index) => ({
      name,
      agent: runsOf(name).findLast((record) => record.started.subject.agent !== null)?.started.subject.agent ?? null,
      modes: [...new Set(runsOf(name).map((record) => record.started.subject.mode))],
      totals: totalsOf(all, index),
    })),
    protocols: tables,
  }
}

/** One verdict for both directions: the worse. */
export function foldCell(cell: ClauseCell): Verdict | null {
  return foldVerdicts([cell.listener, cell.dialer].filter((verdict) => verdict !== null))
}

export function isTested(row: ClauseRow): boolean {
  return row.cells.some((cell) => foldCell(cell) !== null)
}

function rank(name: string): number {
  const at = order.indexOf(name)
  return at === -1 ? order.length : at
}

function cellReader(runs: readonly RunRecord[]): (requirement: string) => ClauseCell {
  const byMode = (...modes: SubjectInfo['mode'][]): ReturnType<typeof casesByRequirement> =>
    casesByRequirement(
      runs.filter((record) => modes.includes(record.started.subject.mode)).flatMap((record) => record.cases),
    )
  // An agent is a listener whose application was told what to do.
  const listener = byMode('listener', 'agent')
  const dialer = byMode('dialer')
  const fold = (index: typeof listener, id: string): Verdict | null =>
    foldVerdicts((index.get(id) ?? []).map((finished) => finished.verdict))
  return (id) => ({ listener: fold(listener, id), dialer: fold(dialer, id) })
}

function totalsOf(rows: readonly ClauseRow[], implementation: number): Totals {
  const totals = { held: 0, nonstrict: 0, broken: 0, observed: 0, undecided: 0 }
  for (const row of rows) {
    const cell = row.cells[implementation]
    const verdict = cell === undefined ? null : foldCell(cell)
    if (verdict !== null) totals[bucketOf[verdict]]++
  }
  return totals
}

const bucketOf: Readonly<Record<Verdict, keyof Totals>> = {
  pass: 'held',
  nonstrict: 'nonstrict',
  fail: 'broken',
  flaky: 'broken',
  observed: 'observed',
  unsupported: 'undecided',
  blocked: 'undecided',
  error: 'undecided',
}
