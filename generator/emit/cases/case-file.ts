import type { Machine, Role, StateRow } from '../../model/machine.ts'
import type { Requirement } from '../../model/spec-types.ts'
import type { Move, Path } from '../../simulation/explore.ts'
import { explore, pathKey, possibleMoves } from '../../simulation/explore.ts'
import type { Step } from '../../simulation/run.ts'
import type { Symbol } from '../../simulation/symbol.ts'
import { specValue } from '../../simulation/symbol.ts'
import { atLimit } from './at-limit.ts'
import type { ExpectedSend } from './case-sends.ts'
import { expectedSends, isTesterStep } from './case-sends.ts'
import { caseTitle } from './case-title.ts'
import type { Malformation } from './malformations.ts'
import { brokenMessage, malformationRequirements, malformationsOf } from './malformations.ts'

export type Chunking = 'whole' | 'bytewise' | 'coalesced' | 'trailing'

export type CaseStep =
  | {
      readonly do: 'send'
      readonly message: string
      readonly fields?: Readonly<Record<string, Symbol>>
      readonly fixture?: string
    }
  | { readonly do: 'malform'; readonly how: Malformation; readonly of: string }
  | { readonly do: 'end' | 'reset' }
  | { readonly do: 'expire'; readonly timer: string; readonly timeoutMs: number }
  | { readonly do: 'call'; readonly call: string; readonly fields?: Readonly<Record<string, Symbol>> }

/** One case; the shape is generated/common/cases.ts. */
export interface EmittedCase {
  readonly id: string
  readonly title: string
  readonly role: string
  readonly state: string
  readonly event: string
  readonly chunking: Chunking
  readonly requirements: readonly string[]
  readonly level: Requirement['level'] | null
  readonly stated: Requirement['stated'] | null
  readonly verdict: 'judge' | 'observe'
  readonly given: Readonly<Record<string, Symbol>>
  readonly steps: readonly CaseStep[]
  readonly expect: {
    readonly sends: readonly ExpectedSend[]
    readonly end: 'open' | 'done' | 'failed'
    readonly error?: string
  }
}

export interface EmittedCaseFile {
  readonly fixtures: Readonly<
    Record<string, { readonly message: string; readonly fields: Readonly<Record<string, Symbol>> }>
  >
  /** State × event class that no path reaches, with the state and the class: nothing that a tester could do. */
  readonly unreached: readonly string[]
  readonly cases: readonly EmittedCase[]
}

const built = new WeakMap<Machine, EmittedCaseFile>()

/** Every case of one machine, in the order of its roles, states and events. */
export function caseFile(machine: Machine): EmittedCaseFile {
  const file = built.get(machine) ?? buildCaseFile(machine)
  built.set(machine, file)
  return file
}

function buildCaseFile(machine: Machine): EmittedCaseFile {
  const requirements = machine.protocol.requirements?.data ?? {}
  const builder = new CaseBuilder(machine, (id) => {
    const row = requirements[id]
    return typeof row === 'object' && 'level' in row && typeof row.level === 'string' ? (row as Requirement) : undefined // rows with a level are requirements; `sources` has none
  })
  for (const role of machine.roles) builder.role(role)
  const fixtures = Object.entries(machine.protocol.vectors?.data.fixtures ?? {}).map(
    ([name, { message, fields }]) =>
      [
        name,
        {
          message,
          fields: Object.fromEntries(
            Object.entries(fields).map(([field, value]) => [field, specValue(value).symbol ?? null]),
          ),
        },
      ] as const,
  )
  return { fixtures: Object.fromEntries(fixtures), unreached: builder.unreached, cases: builder.cases }
}

class CaseBuilder {
  readonly cases: EmittedCase[] = []
  readonly unreached: string[] = []
  readonly #machine: Machine
  readonly #requirement: (id: string) => Requirement | undefined

  constructor(machine: Machine, requirement: (id: string) => Requirement | undefined) {
    this.#machine = machine
    this.#requirement = requirement
  }

  role(role: Role): void {
    const { paths, arrivals } = explore(this.#machine, role)
    for (const state of role.states) {
      for (const row of state.rows) {
        if (row.from === 'ignored') continue
        const path = paths.get(pathKey(state.name, row.eventClass))
        if (path === undefined) {
          // A malformed frame needs no path of its own: it is built below from the way to the state.
          this.unreached.push(`${role.name}/${state.name}/${row.eventClass.key.replace('/', '.')}`)
        } else if (row.eventClass.event !== 'recv.malformed') {
          this.#pathCases(role, state.name, path)
          const limit = atLimit(this.#machine, path)
          if (limit !== undefined) this.#pathCases(role, state.name, limit, 'at-limit')
        }
      }
      const malformed = state.rows.find(({ eventClass }) => eventClass.event === 'recv.malformed')
      const arrival = arrivals.get(state.name)
      if (malformed !== undefined && arrival !== undefined) this.#malformedCases(role, state.name, arrival, malformed)
    }
  }

  #pathCases(role: Role, state: string, path: Path, className?: string): void {
    const { row, moves } = path
    const { event } = row.eventClass
    const suffix = className ?? row.eventClass.name
    const steps = moves.flatMap((move) => this.#step(move))
    this.#add(role, state, path, row, {
      event: suffix === undefined ? event : `${event}.${suffix}`,
      shown: event,
      steps,
      requirements: row.req,
      what: className === undefined ? row.eventClass.name : 'exactly at the limit',
    })
  }

  #malformedCases(role: Role, state: string, arrival: Omit<Path, 'row'>, row: StateRow): void {
    const broken = brokenMessage(role)
    if (broken === undefined) return
    const event = role.events.find(({ name }) => name === 'recv.malformed')
    const { start, moves, run } = arrival
    const from = moves.at(-1)?.step.after ?? start.after
    if (event === undefined) return
    const sample = { fields: {}, fixture: undefined, predicates: {} }
    const move: Move = { event, eventClass: row.eventClass, sample, from, step: run.step(from, row, sample) }
    for (const how of malformationsOf(this.#machine, role)) {
      const steps: CaseStep[] = [...moves.flatMap((one) => this.#step(one)), { do: 'malform', how, of: broken.name }]
      this.#add(role, state, { ...arrival, moves: [...moves, move], row }, row, {
        event: `recv.malformed.${how}`,
        shown: 'recv.malformed',
        steps,
        requirements: malformationRequirements(this.#machine, how, row.req),
        what: how,
      })
    }
  }

  #add(
    role: Role,
    state: string,
    path: Path,
    row: StateRow,
    one: {
      readonly event: string
      readonly shown: string
      readonly steps: readonly CaseStep[]
      readonly requirements: readonly string[]
      readonly what: string | undefined
    },
  ): void {
    const tail = this.#tail(path)
    const last = tail.at(-1)?.after.target ?? path.moves.at(-1)?.step.after.target ?? row.to
    const end = last.kind === 'state' ? 'open' : last.kind
    const requirements = one.requirements.filter((id) => this.#applies(id, role.name))
    const strongest = requirements.flatMap((id) => this.#requirement(id) ?? []).toSorted(byStrength)[0]
    const given = Object.fromEntries(
      Object.entries(path.valuation.given).map(([name, value]) => [name, specValue(value).symbol ?? null]),
    )
    const sends = expectedSends(path, tail, end === 'failed')
    // Bytes that race with the draining of the subject's own: either may come first.
    const raced = one.shown !== 'io.drained' && drains(role, state)
    const base: EmittedCase = {
      id: `${this.#machine.id}/${role.name}/${state}/${one.event}`,
      title: caseTitle(role.name, state, one.shown, one.what, last),
      role: role.name,
      state,
      event: one.shown,
      chunking: 'whole',
      requirements,
      level: strongest?.level ?? null,
      stated: strongest?.stated ?? null,
      verdict: row.verdict === 'observe' || raced ? 'observe' : 'judge',
      given,
      steps: one.steps,
      expect: { sends, end, ...(last.kind === 'failed' ? { error: last.error } : {}) },
    }
    this.cases.push(base)
    for (const chunking of chunkings(base))
      this.cases.push({ ...base, id: `${base.id}~${chunking}`, title: `${base.title} (${chunking})`, chunking })
  }

  /** What follows by itself once the subject's bytes are out. */
  #tail({ run, moves, start }: Path): readonly Step[] {
    const steps: Step[] = []
    let at = moves.at(-1)?.step.after ?? start.after
    for (let count = 0; count < run.role.states.length; count++) {
      const drained = possibleMoves(run, at).find(({ event }) => event.name === 'io.drained')
      if (drained === undefined) break
      steps.push(drained.step)
      at = drained.step.after
    }
    return steps
  }

  #step(move: Move): readonly CaseStep[] {
    const { event, sample } = move
    if (!isTesterStep(event.name)) return []
    switch (event.kind) {
      case 'recv': {
        const message = event.message?.name ?? ''
        if (sample.fixture !== undefined) return [{ do: 'send', message, fixture: sample.fixture }]
        const fields = this.#writtenFields(move)
        return [fields === undefined ? { do: 'send', message } : { do: 'send', message, fields }]
      }
      case 'malformed': {
        const role = this.#roleOf(move)
        const [how = 'truncated'] = malformationsOf(this.#machine, role)
        return [{ do: 'malform', how, of: brokenMessage(role)?.name ?? '' }]
      }
      case 'io':
        return [{ do: event.name === 'io.eof' ? 'end' : 'reset' }]
      case 'timer': {
        const timer = event.name.slice('timer.'.length)
        return [
          {
            do: 'expire',
            timer,
            timeoutMs: this.#machine.timers.find(({ name }) => name === timer)?.milliseconds ?? 0,
          },
        ]
      }
      case 'call': {
        const fields = this.#writtenFields(move)
        const call = event.name.slice('call.'.length)
        return [fields === undefined ? { do: 'call', call } : { do: 'call', call, fields }]
      }
      default: {
        const missed: never = event.kind
        throw new Error(`unreachable: ${String(missed)}`)
      }
    }
  }

  #roleOf(move: Move): Role {
    const role = this.#machine.roles.find(({ events }) => events.includes(move.event))
    if (role === undefined) throw new Error(`no role of ${this.#machine.id} has the event ${move.event.name}`)
    return role
  }

  #writtenFields({ sample }: Move): Readonly<Record<string, Symbol>> | undefined {
    const written = Object.entries(sample.fields).flatMap(([name, { symbol }]) =>
      symbol === undefined ? [] : [[name, symbol] as const],
    )
    // A whole message is written by its own fields.
    const [only] = written
    if (
      written.length === 1 &&
      only?.[0] === 'message' &&
      typeof only[1] === 'object' &&
      only[1] !== null &&
      !Array.isArray(only[1])
    )
      return only[1] as Readonly<Record<string, Symbol>> // no list and no scalar: a record of fields
    return written.length === 0 ? undefined : Object.fromEntries(written)
  }

  #applies(id: string, role: string): boolean {
    const applies = this.#requirement(id)?.applies
    return applies === undefined || applies.includes(role)
  }
}

function drains(role: Role, state: string): boolean {
  return (
    role.states
      .find(({ name }) => name === state)
      ?.rows.some((row) => row.eventClass.event === 'io.drained' && row.from !== 'ignored') ?? false
  )
}

/** The same bytes cut otherwise: bytewise always, glued where there are two parts, with bytes behind where the role is done. */
function chunkings({ steps, expect, event }: EmittedCase): readonly Chunking[] {
  const sent = steps.filter((step) => step.do === 'send' || step.do === 'malform')
  if (sent.length === 0) return []
  const glued =
    sent.length > 1 &&
    !steps.some((step) => step.do === 'call' || step.do === 'expire') &&
    !waitsForSubject(steps, expect.sends)
  const trailing = expect.end === 'done' && event.startsWith('recv.')
  return ['bytewise', ...(glued ? (['coalesced'] as const) : []), ...(trailing ? (['trailing'] as const) : [])]
}

/** A hole that only a later send of the subject fills cannot be sent before it. */
function waitsForSubject(steps: readonly CaseStep[], sends: readonly ExpectedSend[]): boolean {
  const holes = new Set(steps.flatMap((step) => holesIn(step)))
  return sends.some(
    ({ after, any }) => after !== 0 && any.some((send) => holesIn(send.fields).some((hole) => holes.has(hole))),
  )
}

function holesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if ('hole' in value && typeof value.hole === 'string') return [value.hole]
  return Object.values(value).flatMap(holesIn)
}

const levels: readonly Requirement['level'][] = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY']
const origins: readonly Requirement['stated'][] = ['keyword', 'prose', 'de-facto', 'project']

function byStrength(a: Requirement, b: Requirement): number {
  const rank = (level: Requirement['level']): number => Math.floor(levels.indexOf(level) / 2)
  return rank(a.level) - rank(b.level) || origins.indexOf(a.stated) - origins.indexOf(b.stated)
}
