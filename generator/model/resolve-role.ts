import { nearestName } from '../load/nearest-name.ts'
import type { Problem } from '../load/problem.ts'
import type { SpecFile, YamlPath } from '../load/spec-file.ts'
import { ExpressionReader } from './expression-reader.ts'
import type { Event, EventClass, MachineNames, Role, State, StateRow } from './machine.ts'
import { NameScope } from './name-scope.ts'
import { resolveEvents } from './resolve-events.ts'
import { resolveFields } from './resolve-messages.ts'
import { ignoredRow, resolveRow } from './resolve-row.ts'
import { resolveVars } from './resolve-vars.ts'
import type { MachineFile, MachineRole, MachineRow, MachineRows } from './spec-types.ts'

/** One role with a row for each state × event class; faults go to `problems`. */
export function resolveRole(
  name: string,
  data: MachineRole,
  file: SpecFile<MachineFile>,
  names: MachineNames,
  problems: Problem[],
): Role {
  const reader = new ExpressionReader(file, problems)
  const input = resolveFields(data.input)
  const vars = resolveVars(name, data, names, input, reader)
  const anyState = file.data.anyState ?? {}
  const events = resolveEvents({ name, data, anyState, names, input, vars, reader })
  checkRowKeys(name, data, events, reader)
  const rowNames = {
    messages: new Map(names.messages.map((message) => [message.name, message])),
    outputs: new Map(names.outputs.map((output) => [output.name, output])),
    timers: new Set(names.timers.map((timer) => timer.name)),
    states: new Set(Object.keys(data.states)),
    errors: new Set(names.errors.map((error) => error.code)),
    vars,
  }
  // Nobody has brought the predicates yet when a machine starts.
  const startScope = new NameScope({ ...names, predicates: [] }, input, vars, undefined)
  const start = resolveRow(data.start, ['roles', name, 'start'], startScope, rowNames, reader)
  const states = Object.entries(data.states).map(([state, rows]): State => {
    const path = ['roles', name, 'states', state]
    const position = file.positionOf(path)
    const tables: readonly RowTable[] = [
      { rows, path, any: false },
      { rows: data.anyState ?? {}, path: ['roles', name, 'anyState'], any: true },
      { rows: anyState, path: ['anyState'], any: true },
    ]
    const resolved = events.flatMap((event) => {
      const scope = new NameScope(names, input, vars, event.fields)
      return event.classes.flatMap((eventClass): readonly StateRow[] => {
        const found = nearestRow(tables, event, eventClass)
        if (found !== undefined)
          return [{ ...resolveRow(found.row, found.path, scope, rowNames, reader), eventClass, from: found.from }]
        if (event.name === 'io.drained') return [{ ...ignoredRow(state, position), eventClass, from: 'ignored' }]
        const fix =
          event.kind === 'recv'
            ? `Add \`${eventClass.key}\`, or a \`recv.*\` row.`
            : `Add \`${eventClass.key}\` here, or in anyState.`
        reader.report(path, `state \`${state}\` of ${name} has no row for ${eventClass.key}`, fix)
        return []
      })
    })
    return { name: state, rows: resolved, position }
  })
  return { name, what: data.what, input, vars, events, start, states }
}

/** Rows that may serve a state, the nearest table first. */
interface RowTable {
  readonly rows: MachineRows
  readonly path: YamlPath
  readonly any: boolean
}

interface FoundRow {
  readonly row: MachineRow
  readonly path: YamlPath
  readonly from: StateRow['from']
}

/** Class, then event, then recv.* (well-formed only); in the state, then in the role's and the machine's anyState. */
function nearestRow(tables: readonly RowTable[], event: Event, eventClass: EventClass): FoundRow | undefined {
  const keys: readonly (readonly [string, StateRow['from']])[] = [
    [eventClass.key, 'class'],
    [event.name, 'event'],
    ...(event.kind === 'recv' ? ([['recv.*', 'recv.*']] as const) : []),
  ]
  for (const { rows, path, any } of tables) {
    for (const [key, from] of keys) {
      const row = Object.hasOwn(rows, key) ? rows[key] : undefined
      if (row !== undefined) return { row, path: [...path, key], from: any ? 'anyState' : from }
    }
  }
  return undefined
}

/** A row for an event that the role never meets is a slip of the pen. */
function checkRowKeys(role: string, data: MachineRole, events: readonly Event[], reader: ExpressionReader): void {
  const keys = new Set(['recv.*', ...events.flatMap((event) => [event.name, ...event.classes.map((one) => one.key)])])
  const known = events.map((event) => event.name).join(', ')
  const check = (rows: MachineRows, path: YamlPath): void => {
    for (const key of Object.keys(rows)) {
      if (!keys.has(key))
        reader.report(
          [...path, key],
          `${role} never meets \`${key}\``,
          `${nearestName(key, [...keys])}Its events: ${known}.`,
        )
    }
  }
  for (const [state, rows] of Object.entries(data.states)) check(rows, ['roles', role, 'states', state])
  check(data.anyState ?? {}, ['roles', role, 'anyState'])
}
