import { StructureKind } from 'ts-morph'
import type { StatementStructures } from 'ts-morph'
import type { Machine, Role } from '../../model/machine.ts'
import { camelCase, pascalCase } from '../../model/names.ts'
import { decodable, decodeBody, encodable } from './codec-text.ts'
import { ConstantPool } from './constant-pool.ts'
import { quoted } from './expression-text.ts'
import { constant, objectText, poolStatements } from './render.ts'
import { roleNames } from './role-names.ts'
import { roleTypes } from './role-types.ts'
import { StepText, usesPredicates } from './step-text.ts'

export function roleStatements(
  machine: Machine,
  role: Role,
  codecPool: ConstantPool,
  use: (support: string) => void,
): { readonly types: readonly StatementStructures[]; readonly code: readonly StatementStructures[] } {
  const names = roleNames(role)
  const pool = new ConstantPool()
  const text = new StepText(machine, role, pool, use)
  const start = text.start()
  const step = text.step()
  const predicates = usesPredicates(machine, role) ? `${pascalCase(machine.id)}Predicates` : undefined
  const named = predicates === undefined ? [] : [{ name: 'predicates', type: predicates }]
  const readsInput = /\binput\b/.test(start)
  const code: StatementStructures[] = [
    {
      kind: StructureKind.Function,
      isExported: true,
      name: names.start,
      docs: [`The ${role.name}'s first state, and what it does at once.`],
      parameters: [{ name: readsInput ? 'input' : '_input', type: names.input }],
      returnType: names.transition,
      statements: start,
    },
    {
      kind: StructureKind.Function,
      isExported: true,
      name: names.step,
      docs: [`What one event does to the ${role.name}.`],
      parameters: [{ name: 'state', type: names.state }, { name: 'event', type: names.event }, ...named],
      returnType: names.transition,
      statements: step,
    },
    {
      kind: StructureKind.Function,
      name: names.decode,
      parameters: [{ name: decodable(role).length === 0 ? '_payload' : 'payload', type: 'Uint8Array' }],
      returnType: names.event,
      statements: decodeBody(decodable(role), codecPool, use),
    },
    {
      kind: StructureKind.Function,
      name: names.encode,
      parameters: [{ name: 'action', type: names.action }],
      returnType: 'Uint8Array',
      statements: roleEncodeBody(machine, role, use),
    },
    roleStatement(machine, role, predicates),
  ]
  return { types: roleTypes(machine, role), code: [...poolStatements(pool), ...code] }
}

/** The role for the driver: a constant, or a function of the predicates that it names. */
function roleStatement(machine: Machine, role: Role, predicates: string | undefined): StatementStructures {
  const names = roleNames(role)
  const type = `MachineRole<${names.input}, ${names.state}, ${names.event}, ${names.action}>`
  const drained = role.events.some((event) => event.name === 'io.drained')
  const members = [
    `protocol: ${quoted(machine.id)}`,
    `role: ${quoted(role.name)}`,
    'framing',
    'timers',
    `drained: ${String(drained)}`,
    `errors: ${camelCase(machine.id)}Errors`,
    `start: ${names.start}`,
    `step: ${predicates === undefined ? names.step : `(state, event) => ${names.step}(state, event, predicates)`}`,
    `decode: ${names.decode}`,
    `encode: ${names.encode}`,
  ]
  const literal = objectText(members)
  const docs = [
    role.what === undefined ? `The ${role.name}, ready for the driver.` : `${role.what} Ready for the driver.`,
  ]
  if (predicates === undefined) return { ...constant(names.role, type, literal), isExported: true, docs }
  return {
    kind: StructureKind.Function,
    isExported: true,
    name: names.role,
    docs,
    parameters: [{ name: 'predicates', type: predicates }],
    returnType: type,
    statements: `return ${literal};`,
  }
}

function roleEncodeBody(machine: Machine, role: Role, use: (support: string) => void): string {
  use('notEncodable')
  const sent = new Set(
    [role.start, ...role.states.flatMap((state) => state.rows)]
      .flatMap((row) => [...row.do, ...row.or])
      .flatMap((action) => (action.kind === 'send' ? [action.message] : [])),
  )
  const labels = encodable(machine)
    .filter((message) => sent.has(message.name))
    .map((message) => `  case ${quoted(`send.${message.name}`)}:\n`)
  if (labels.length === 0) return 'return notEncodable(action.type);'
  return `switch (action.type) {\n${labels.join('')}    return encodeMessage(action);\n  default:\n    return notEncodable(action.type);\n}`
}
