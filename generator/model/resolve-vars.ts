import { parseExpression } from '../expression/parse.ts'
import type { ExpressionReader } from './expression-reader.ts'
import { inferType } from './infer-type.ts'
import type { Field, MachineNames, Variable } from './machine.ts'
import { NameScope } from './name-scope.ts'
import type { MachineRole } from './spec-types.ts'
import { parseType, scalarType, unknownType } from './value-type.ts'
import type { ValueType } from './value-type.ts'

/** The variables of a role, with the types that are written or can be told. */
export function resolveVars(
  role: string,
  data: MachineRole,
  names: MachineNames,
  input: readonly Field[],
  reader: ExpressionReader,
): readonly Variable[] {
  const types = data.varTypes ?? {}
  for (const name of Object.keys(types)) {
    if (!Object.hasOwn(data.vars ?? {}, name))
      reader.report(
        ['roles', role, 'varTypes', name],
        `no variable is called \`${name}\``,
        'Give it a first value in `vars`.',
      )
  }
  return Object.entries(data.vars ?? {}).map(([name, initial]) => {
    const written = types[name]
    const type =
      written === undefined
        ? (typeOfValue(initial) ?? mergedType(name, data, names, input, reader))
        : parseType(written)
    if (type === undefined) {
      reader.report(
        ['roles', role, 'vars', name],
        `the type of \`${name}\` cannot be told from its first value`,
        `Add it to \`varTypes\`: { ${name}: … }.`,
      )
    }
    return { name, initial, type: type ?? unknownType }
  })
}

function typeOfValue(initial: unknown): ValueType | undefined {
  switch (typeof initial) {
    case 'number':
      return scalarType('number')
    case 'boolean':
      return scalarType('bool')
    case 'string':
      return scalarType('string')
    default:
      return undefined
  }
}

/** The type of a variable that begins as `{}` or `[]`: that of what some row sets it to. */
function mergedType(
  name: string,
  data: MachineRole,
  names: MachineNames,
  input: readonly Field[],
  reader: ExpressionReader,
): ValueType | undefined {
  for (const [key, row] of Object.values(data.states).flatMap((rows) => Object.entries(rows))) {
    const value = row.set?.[name]
    if (typeof value !== 'string') continue
    const expression = reader.parsed(() => parseExpression(value))
    if (expression === undefined) continue
    const type = inferType(expression, new NameScope(names, input, [], fieldsOf(key.split('/')[0] ?? key, names)))
    if (type.base !== 'unknown') return type
  }
  return undefined
}

function fieldsOf(event: string, names: MachineNames): readonly Field[] {
  const [kind, name = ''] = event.split('.')
  if (kind === 'recv') return names.messages.find((message) => message.name === name)?.fields ?? []
  return names.calls.find((call) => kind === 'call' && call.name === name)?.fields ?? []
}
