import { parseExpression } from '../expression/parse.ts'
import { ExpressionError, walkExpression } from '../expression/syntax.ts'
import type { Expression } from '../expression/syntax.ts'
import { nearestName } from '../load/nearest-name.ts'
import type { Problem } from '../load/problem.ts'
import type { SpecFile, YamlPath } from '../load/spec-file.ts'
import { inferType } from './infer-type.ts'
import type { Action, Event, EventClass, Field, Machine, Role, Row, State, StateRow, Variable } from './machine.ts'
import { resolveAction, resolveTarget, resolveWhen } from './resolve-action.ts'
import { checkNames, NameScope } from './name-scope.ts'
import { resolveFields } from './resolve-messages.ts'
import type { MachineFile, MachineRole, MachineRow, MachineRows } from './spec-types.ts'
import { parseType, scalarType, unknownType } from './value-type.ts'
import type { ValueType } from './value-type.ts'

export type MachineNames = Pick<
  Machine,
  'messages' | 'timers' | 'limits' | 'outputs' | 'calls' | 'errors' | 'predicates'
>

/** One role with a row for each state × event class; faults go to `problems`. */
export function resolveRole(
  name: string,
  data: MachineRole,
  file: SpecFile<MachineFile>,
  names: MachineNames,
  problems: Problem[],
): Role {
  return new RoleResolver(name, data, file, names, problems).resolve()
}

class RoleResolver {
  readonly #name: string
  readonly #data: MachineRole
  readonly #file: SpecFile<MachineFile>
  readonly #names: MachineNames
  readonly #problems: Problem[]
  readonly #input: readonly Field[]
  readonly #actionNames: Parameters<typeof resolveAction>[1]

  constructor(name: string, data: MachineRole, file: SpecFile<MachineFile>, names: MachineNames, problems: Problem[]) {
    this.#name = name
    this.#data = data
    this.#file = file
    this.#names = names
    this.#problems = problems
    this.#input = resolveFields(data.input)
    this.#actionNames = {
      messages: new Map(names.messages.map((message) => [message.name, message])),
      outputs: new Map(names.outputs.map((output) => [output.name, output])),
      timers: new Set(names.timers.map((timer) => timer.name)),
    }
  }

  resolve(): Role {
    const path = ['roles', this.#name]
    const vars = this.#vars()
    const events = this.#events(vars)
    this.#checkClassKeys(events)
    const start = this.#row(
      this.#data.start,
      [...path, 'start'],
      new NameScope(this.#names, this.#input, vars, undefined),
    )
    this.#checkRowKeys(events)
    const states = Object.entries(this.#data.states).map(([name, rows]) => this.#state(name, rows, events, vars))
    return { name: this.#name, what: this.#data.what, input: this.#input, vars, events, start, states }
  }

  #vars(): readonly Variable[] {
    const types = this.#data.varTypes ?? {}
    for (const name of Object.keys(types)) {
      if (!Object.hasOwn(this.#data.vars ?? {}, name))
        this.#report(['varTypes', name], `no variable is called \`${name}\``, 'Give it a first value in `vars`.')
    }
    return Object.entries(this.#data.vars ?? {}).map(([name, initial]) => {
      const written = types[name]
      return { name, initial, type: written === undefined ? this.#guessType(name, initial) : parseType(written) }
    })
  }

  /** From the first value; of `{}` and `[]` from what is merged into it. */
  #guessType(name: string, initial: unknown): ValueType {
    switch (typeof initial) {
      case 'number':
        return scalarType('number')
      case 'boolean':
        return scalarType('bool')
      case 'string':
        return scalarType('string')
      default:
    }
    for (const rows of Object.values(this.#data.states)) {
      for (const [key, row] of Object.entries(rows)) {
        const value = row.set?.[name]
        if (typeof value !== 'string') continue
        const expression = this.#quietly(() => parseExpression(value))
        if (expression === undefined) continue
        const event = key.split('/')[0] ?? key
        const scope = new NameScope(this.#names, this.#input, [], this.#fieldsOf(event))
        const type = inferType(expression, scope)
        if (type.base !== 'unknown') return type
      }
    }
    this.#report(
      ['vars', name],
      `the type of \`${name}\` cannot be told from its first value`,
      `Add it to \`varTypes\`: { ${name}: … }.`,
    )
    return unknownType
  }

  #fieldsOf(event: string): readonly Field[] {
    const [kind, name = ''] = event.split('.')
    if (kind === 'recv') return this.#actionNames.messages.get(name)?.fields ?? []
    if (kind === 'call') return this.#names.calls.find((call) => call.name === name)?.fields ?? []
    return []
  }

  #events(vars: readonly Variable[]): readonly Event[] {
    const tables = [...Object.values(this.#data.states), this.#data.anyState ?? {}]
    const mentioned = new Set(tables.flatMap((rows) => Object.keys(rows).map((key) => key.split('/')[0] ?? key)))
    const started = this.#startedTimers()
    const events: { readonly name: string; readonly kind: Event['kind'] }[] = [
      ...this.#names.messages
        .filter((message) => this.#receives(message))
        .map((message) => ({ name: `recv.${message.name}`, kind: 'recv' as const })),
      { name: 'recv.malformed', kind: 'malformed' },
      { name: 'io.eof', kind: 'io' },
      { name: 'io.reset', kind: 'io' },
      ...(mentioned.has('io.drained') ? [{ name: 'io.drained', kind: 'io' as const }] : []),
      ...this.#names.timers
        .filter((timer) => started.has(timer.name))
        .map((timer) => ({ name: `timer.${timer.name}`, kind: 'timer' as const })),
      ...this.#names.calls
        .filter((call) => mentioned.has(`call.${call.name}`))
        .map((call) => ({ name: `call.${call.name}`, kind: 'call' as const })),
    ]
    return events.map(({ name, kind }): Event => {
      const fields = this.#fieldsOf(name)
      const message = kind === 'recv' ? this.#actionNames.messages.get(name.slice('recv.'.length)) : undefined
      return { name, kind, message, fields, classes: this.#classes(name, fields, vars) }
    })
  }

  #receives({ sendOnly, from, to }: Machine['messages'][number]): boolean {
    if (sendOnly) return false
    return to === undefined ? from === undefined || from.some((role) => role !== this.#name) : to.includes(this.#name)
  }

  #startedTimers(): ReadonlySet<string> {
    const rows = [
      this.#data.start,
      ...Object.values(this.#data.states).flatMap((state) => Object.values(state)),
      ...Object.values(this.#data.anyState ?? {}),
    ]
    const text = [...rows, ...Object.values(this.#file.data.anyState ?? {})].flatMap((row) => row.do ?? []).join('\n')
    return new Set([...text.matchAll(/timer\.start\(\s*([A-Za-z0-9]+)\s*\)/g)].map((match) => match[1] ?? ''))
  }

  #classes(event: string, fields: readonly Field[], vars: readonly Variable[]): readonly EventClass[] {
    const written = this.#data.classes?.[event]
    const path = ['roles', this.#name, 'classes', event]
    if (written === undefined) {
      const nothing = {
        name: undefined,
        when: undefined,
        witness: undefined,
        given: undefined,
        fixture: undefined,
        what: undefined,
      }
      return [{ key: event, event, ...nothing, position: this.#file.positionOf(['roles', this.#name]) }]
    }
    const scope = new NameScope(this.#names, this.#input, vars, fields)
    const entries = Object.entries(written)
    return entries.map(([name, row], index): EventClass => {
      const at = [...path, name]
      const last = index === entries.length - 1
      if (last !== (row.when === 'else')) {
        const fix = last
          ? 'Write `when: else`: only so do the classes cover every event.'
          : 'Move the class that says `else` to the end.'
        this.#report(
          ['classes', event, name, 'when'],
          last ? 'the last class is not `else`' : '`else` stands before the last class',
          fix,
        )
      }
      const when = last ? undefined : this.#expression(() => resolveWhen(row.when), [...at, 'when'], scope)
      const witness = row.witness
      return {
        key: `${event}/${name}`,
        event,
        name,
        when,
        witness:
          witness === undefined
            ? undefined
            : this.#expression(() => parseExpression(witness), [...at, 'witness'], scope),
        given: row.given,
        fixture: row.fixture,
        what: row.what,
        position: this.#file.positionOf(at),
      }
    })
  }

  #state(name: string, rows: MachineRows, events: readonly Event[], vars: readonly Variable[]): State {
    const path = ['roles', this.#name, 'states', name]
    const resolvedRows: StateRow[] = []
    for (const event of events) {
      const scope = new NameScope(this.#names, this.#input, vars, event.fields)
      for (const eventClass of event.classes) {
        const found = this.#nearestRow(rows, path, event, eventClass)
        if (found !== undefined) {
          resolvedRows.push({ ...this.#row(found.row, found.path, scope), eventClass, from: found.from })
        } else if (event.name === 'io.drained') {
          resolvedRows.push({ ...ignored(name, this.#file.positionOf(path)), eventClass, from: 'ignored' })
        } else {
          this.#report(
            ['states', name],
            `state \`${name}\` of ${this.#name} has no row for ${eventClass.key}`,
            event.kind === 'recv'
              ? `Add \`${eventClass.key}\`, or a \`recv.*\` row.`
              : `Add \`${eventClass.key}\` here, or in anyState.`,
          )
        }
      }
    }
    return { name, rows: resolvedRows, position: this.#file.positionOf(path) }
  }

  /** Class, then event, then recv.* (well-formed only), then the role's and the machine's anyState. */
  #nearestRow(
    rows: MachineRows,
    path: YamlPath,
    event: Event,
    eventClass: EventClass,
  ): { readonly row: MachineRow; readonly path: YamlPath; readonly from: StateRow['from'] } | undefined {
    const anyRole = ['roles', this.#name, 'anyState']
    const tables: readonly (readonly [MachineRows | undefined, YamlPath, boolean])[] = [
      [rows, path, false],
      [this.#data.anyState, anyRole, true],
      [this.#file.data.anyState, ['anyState'], true],
    ]
    for (const [table, at, any] of tables) {
      if (table === undefined) continue
      const keys: readonly (readonly [string, StateRow['from']])[] = [
        [eventClass.key, 'class'],
        [event.name, 'event'],
        ...(event.kind === 'recv' ? ([['recv.*', 'recv.*']] as const) : []),
      ]
      for (const [key, from] of keys) {
        const row = Object.hasOwn(table, key) ? table[key] : undefined
        if (row !== undefined) return { row, path: [...at, key], from: any ? 'anyState' : from }
      }
    }
    return undefined
  }

  #row(row: MachineRow, path: YamlPath, before: NameScope): Row {
    const target = resolveTarget(
      row.to,
      new Set(Object.keys(this.#data.states)),
      new Set(this.#names.errors.map((error) => error.code)),
    )
    if (typeof target === 'string') this.#reportAt([...path, 'to'], target, 'Correct the name, or add it.')
    const set = Object.entries(row.set ?? {}).map(([name, value]) => {
      if (!Object.hasOwn(this.#data.vars ?? {}, name)) {
        this.#reportAt(
          [...path, 'set', name],
          `no variable is called \`${name}\``,
          `${nearestName(name, Object.keys(this.#data.vars ?? {}))}Give it a first value in \`vars\`.`,
        )
      }
      return { name, value: this.#expression(() => parseExpression(value), [...path, 'set', name], before) ?? zero }
    })
    const actions = (key: 'do' | 'or'): readonly Action[] =>
      (row[key] ?? []).flatMap((text, index) => {
        const at = [...path, key, index]
        const action = this.#quietly(() => resolveAction(text, this.#actionNames), at)
        if (action === undefined) return []
        if (action.kind === 'send' || action.kind === 'output')
          for (const argument of action.args) this.#checkScope(argument, at, before)
        return [action]
      })
    const done = actions('do')
    const sends = new Set(done.flatMap((action) => (action.kind === 'send' ? [action.message] : [])))
    const moments = (key: 'late' | 'early'): readonly string[] =>
      (row[key] ?? []).map((text, index) => {
        const message = text.slice('send.'.length)
        if (!sends.has(message))
          this.#reportAt(
            [...path, key, index],
            `\`${text}\` is not among the sends of \`do\``,
            '`late` and `early` name sends of the same row.',
          )
        return message
      })
    return {
      to: typeof target === 'string' ? { kind: 'done' } : target,
      set,
      do: done,
      or: actions('or'),
      late: moments('late'),
      early: moments('early'),
      verdict: row.verdict ?? 'judge',
      req: row.req ?? [],
      note: row.note,
      position: this.#file.positionOf(path),
    }
  }

  #expression(parse: () => Expression | undefined, path: YamlPath, scope: NameScope): Expression | undefined {
    const expression = this.#quietly(parse, path)
    if (expression !== undefined) this.#checkScope(expression, path, scope)
    return expression
  }

  #checkScope(expression: Expression, path: YamlPath, scope: NameScope): void {
    const fault = checkNames(expression, scope, walkExpression)
    if (fault !== undefined) this.#reportAt(path, fault.message, fault.fix)
  }

  /** Runs a parser; its complaint becomes a problem at `path`, or nothing where no path is given. */
  #quietly<T>(parse: () => T, path?: YamlPath): T | undefined {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      if (path !== undefined) this.#reportAt(path, error.message, 'See "Expressions and actions" in spec/README.md.')
      return undefined
    }
  }

  #checkClassKeys(events: readonly Event[]): void {
    const known = events.map((event) => event.name)
    for (const name of Object.keys(this.#data.classes ?? {})) {
      if (!known.includes(name))
        this.#report(
          ['classes', name],
          `${this.#name} never meets \`${name}\``,
          `${nearestName(name, known)}${eventsText(known)}`,
        )
    }
  }

  #checkRowKeys(events: readonly Event[]): void {
    const known = events.map((event) => event.name)
    const keys = new Set(['recv.*', ...events.flatMap((event) => [event.name, ...event.classes.map((one) => one.key)])])
    const check = (rows: MachineRows | undefined, path: YamlPath): void => {
      for (const key of Object.keys(rows ?? {})) {
        if (!keys.has(key))
          this.#reportAt(
            [...path, key],
            `${this.#name} never meets \`${key}\``,
            `${nearestName(key, [...keys])}${eventsText(known)}`,
          )
      }
    }
    for (const [state, rows] of Object.entries(this.#data.states)) check(rows, ['roles', this.#name, 'states', state])
    check(this.#data.anyState, ['roles', this.#name, 'anyState'])
  }

  #report(path: YamlPath, message: string, fix: string): void {
    this.#reportAt(['roles', this.#name, ...path], message, fix)
  }

  #reportAt(path: YamlPath, message: string, fix: string): void {
    this.#problems.push({ ...this.#file.positionOf(path), message, fix })
  }
}

function eventsText(known: readonly string[]): string {
  return `Its events: ${known.join(', ')}.`
}

const zero: Expression = { kind: 'literal', value: 0 }

function ignored(state: string, position: Row['position']): Row {
  return {
    to: { kind: 'state', state },
    set: [],
    do: [],
    or: [],
    late: [],
    early: [],
    verdict: 'judge',
    req: [],
    note: undefined,
    position,
  }
}
