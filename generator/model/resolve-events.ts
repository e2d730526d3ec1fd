import { parseExpression } from '../expression/parse.ts'
import { nearestName } from '../load/nearest-name.ts'
import type { ExpressionReader } from './expression-reader.ts'
import type { Event, EventClass, Field, Machine, MachineNames, Variable } from './machine.ts'
import { NameScope } from './name-scope.ts'
import { resolveWhen } from './resolve-action.ts'
import type { MachineRole, MachineRows } from './spec-types.ts'
import { scalarType } from './value-type.ts'

/** The role as its events see it. */
export interface EventContext {
  readonly name: string
  readonly data: MachineRole
  /** The machine's own anyState. */
  readonly anyState: MachineRows
  readonly names: MachineNames
  readonly input: readonly Field[]
  readonly vars: readonly Variable[]
  readonly reader: ExpressionReader
}

/** Every event that the role can meet: each has a row in each state. */
export function resolveEvents(context: EventContext): readonly Event[] {
  const { name: role, data, names } = context
  const tables = [...Object.values(data.states), data.anyState ?? {}]
  const mentioned = new Set(tables.flatMap((rows) => Object.keys(rows).map((key) => key.split('/')[0] ?? key)))
  const started = startedTimers(context)
  const events: readonly Omit<Event, 'classes'>[] = [
    ...names.messages
      .filter((message) => receives(role, message))
      .map((message) => ({ name: `recv.${message.name}`, kind: 'recv' as const, message, fields: message.fields })),
    plain('recv.malformed', 'malformed'),
    plain('io.eof', 'io'),
    plain('io.reset', 'io'),
    ...(mentioned.has('io.drained') ? [plain('io.drained', 'io')] : []),
    ...names.timers.filter((timer) => started.has(timer.name)).map((timer) => plain(`timer.${timer.name}`, 'timer')),
    ...names.calls
      .filter((call) => mentioned.has(`call.${call.name}`))
      .map((call) => ({ ...plain(`call.${call.name}`, 'call'), fields: call.fields })),
  ]
  const known = events.map((event) => event.name)
  for (const event of Object.keys(data.classes ?? {})) {
    if (!known.includes(event))
      context.reader.report(
        ['roles', role, 'classes', event],
        `${role} never meets \`${event}\``,
        `${nearestName(event, known)}Its events: ${known.join(', ')}.`,
      )
  }
  return events.map((event) => ({ ...event, classes: resolveClasses(event.name, event.fields, context) }))
}

function plain(name: string, kind: Event['kind']): Omit<Event, 'classes'> {
  return { name, kind, message: undefined, fields: [] }
}

function receives(role: string, { sendOnly, from, to }: Machine['messages'][number]): boolean {
  if (sendOnly) return false
  return to === undefined ? from === undefined || from.some((sender) => sender !== role) : to.includes(role)
}

function startedTimers({ data, anyState }: EventContext): ReadonlySet<string> {
  const rows = [
    data.start,
    ...[...Object.values(data.states), data.anyState ?? {}, anyState].flatMap((table) => Object.values(table)),
  ]
  const text = rows.flatMap((row) => row.do ?? []).join('\n')
  return new Set([...text.matchAll(/timer\.start\(\s*([A-Za-z0-9]+)\s*\)/g)].map((match) => match[1] ?? ''))
}

function resolveClasses(event: string, fields: readonly Field[], context: EventContext): readonly EventClass[] {
  const { name: role, data, names, input, vars, reader } = context
  const written = data.classes?.[event]
  if (written === undefined) {
    const undivided = {
      name: undefined,
      when: undefined,
      witness: undefined,
      given: undefined,
      fixture: undefined,
      what: undefined,
    }
    return [{ key: event, event, ...undivided, position: reader.positionOf(['roles', role]) }]
  }
  const scope = new NameScope(names, input, vars, fields)
  const entries = Object.entries(written)
  return entries.map(([name, row], index): EventClass => {
    const path = ['roles', role, 'classes', event, name]
    const last = index === entries.length - 1
    if (last && row.when !== 'else')
      reader.report(
        [...path, 'when'],
        'the last class is not `else`',
        'Write `when: else`: only so do the classes cover every event.',
      )
    if (!last && row.when === 'else')
      reader.report(
        [...path, 'when'],
        '`else` stands before the last class',
        'Move the class that says `else` to the end.',
      )
    const { witness } = row
    return {
      key: `${event}/${name}`,
      event,
      name,
      when: last
        ? undefined
        : reader.expression(() => resolveWhen(row.when), [...path, 'when'], scope, scalarType('bool')),
      witness:
        witness === undefined
          ? undefined
          : reader.expression(() => parseExpression(witness), [...path, 'witness'], scope, fields[0]?.type),
      given: row.given,
      fixture: row.fixture,
      what: row.what,
      position: reader.positionOf(path),
    }
  })
}
