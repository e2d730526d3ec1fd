import { parseExpression } from '../expression/parse.ts'
import type { Expression } from '../expression/syntax.ts'
import { nearestName } from '../load/nearest-name.ts'
import type { YamlPath } from '../load/spec-file.ts'
import type { ExpressionReader } from './expression-reader.ts'
import type { Action, Row, Variable } from './machine.ts'
import type { NameScope } from './name-scope.ts'
import { resolveAction, resolveTarget } from './resolve-action.ts'
import type { ActionNames } from './resolve-action.ts'
import type { MachineRow } from './spec-types.ts'

/** What the rows of one role may name. */
export interface RowNames extends ActionNames {
  readonly states: ReadonlySet<string>
  readonly errors: ReadonlySet<string>
  readonly vars: readonly Variable[]
}

/** One row of the file, its names looked up and its expressions parsed. */
export function resolveRow(
  row: MachineRow,
  path: YamlPath,
  scope: NameScope,
  names: RowNames,
  reader: ExpressionReader,
): Row {
  const target = resolveTarget(row.to, names.states, names.errors)
  if (typeof target === 'string') reader.report([...path, 'to'], target, 'Correct the name, or add it.')
  const actions = resolveActions(row.do, [...path, 'do'], scope, names, reader)
  const sends = new Set(actions.flatMap((action) => (action.kind === 'send' ? [action.message] : [])))
  return {
    to: typeof target === 'string' ? { kind: 'done' } : target,
    set: resolveSet(row, path, scope, names, reader),
    do: actions,
    or: resolveActions(row.or, [...path, 'or'], scope, names, reader),
    late: resolveMoments(row.late, [...path, 'late'], sends, reader),
    early: resolveMoments(row.early, [...path, 'early'], sends, reader),
    verdict: row.verdict ?? 'judge',
    req: row.req ?? [],
    note: row.note,
    position: reader.positionOf(path),
  }
}

/** The row of an event that a state leaves alone. */
export function ignoredRow(state: string, position: Row['position']): Row {
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

function resolveSet(
  row: MachineRow,
  path: YamlPath,
  scope: NameScope,
  { vars }: RowNames,
  reader: ExpressionReader,
): Row['set'] {
  return Object.entries(row.set ?? {}).map(([name, value]) => {
    const at = [...path, 'set', name]
    const variable = vars.find((one) => one.name === name)
    if (variable === undefined) {
      const known = vars.map((one) => one.name)
      reader.report(
        at,
        `no variable is called \`${name}\``,
        `${nearestName(name, known)}Give it a first value in \`vars\`.`,
      )
    }
    return { name, value: reader.expression(() => parseExpression(value), at, scope, variable?.type) ?? zero }
  })
}

function resolveActions(
  texts: readonly string[] = [],
  path: YamlPath,
  scope: NameScope,
  names: RowNames,
  reader: ExpressionReader,
): readonly Action[] {
  return texts.flatMap((text, index) => {
    const at = [...path, index]
    const action = reader.parsed(() => resolveAction(text, names), at)
    if (action === undefined) return []
    if (action.kind === 'send' || action.kind === 'output') {
      const fields =
        action.kind === 'send'
          ? names.messages.get(action.message)?.parameters
          : names.outputs.get(action.output)?.fields
      action.args.forEach((argument, position) => reader.check(argument, at, scope, fields?.[position]?.type))
    }
    return [action]
  })
}

function resolveMoments(
  texts: readonly string[] = [],
  path: YamlPath,
  sends: ReadonlySet<string>,
  reader: ExpressionReader,
): readonly string[] {
  return texts.map((text, index) => {
    const message = text.slice('send.'.length)
    if (!sends.has(message))
      reader.report(
        [...path, index],
        `\`${text}\` is not among the sends of \`do\``,
        '`late` and `early` name sends of the same row.',
      )
    return message
  })
}

const zero: Expression = { kind: 'literal', value: 0 }
