import { StructureKind } from 'ts-morph'
import type { StatementStructures } from 'ts-morph'
import type { Machine } from '../../model/machine.ts'
import { camelCase, pascalCase } from '../../model/names.ts'
import { encodable, encodeBody, sendUnion } from './codec-text.ts'
import { ConstantPool } from './constant-pool.ts'
import { framingText, limitStatements, predicateStatements, protocolStatements, timersText } from './declarations.ts'
import { quoted } from './expression-text.ts'
import { imports } from './imports.ts'
import { constant, objectText, poolStatements, render } from './render.ts'
import { roleStatements } from './role-statements.ts'
import { errorType } from './role-types.ts'

/** machine.ts of one machine, whole, without its header. */
export function machineText(machine: Machine): string {
  const uses = new Set<string>()
  const use = (support: string): void => {
    uses.add(support)
  }
  const codecPool = new ConstantPool()
  const codec = codecStatements(machine, codecPool, use)
  const roles = machine.roles.map((role) => roleStatements(machine, role, codecPool, use))
  const statements: StatementStructures[] = [
    ...protocolStatements(machine),
    ...limitStatements(machine),
    ...predicateStatements(machine),
    constant('framing', 'Framing', framingText(machine.framing, use)),
    constant('timers', '', timersText(machine)),
    ...roles.flatMap((role) => role.types),
    ...poolStatements(codecPool),
    ...codec,
    ...roles.flatMap((role) => role.code),
  ]
  return render([...imports(machine, uses), ...statements])
}

/** The codes of one machine, without the header. */
export function errorsText(machine: Machine): string {
  const type = errorType(machine)
  const texts = machine.errors.filter((error) => error.text !== undefined)
  return render([
    {
      kind: StructureKind.TypeAlias,
      isExported: true,
      name: type,
      docs: [`Why ${machine.id} fails.`],
      type: machine.errors.map(({ code }) => `\n  | ${quoted(code)}`).join(''),
    },
    {
      ...constant(
        `${camelCase(machine.id)}Errors`,
        texts.length === machine.errors.length
          ? `Readonly<Record<${type}, string>>`
          : 'Readonly<Record<string, string>>',
        objectText(texts.map(({ code, text }) => `${quoted(code)}: ${quoted(text ?? '')}`)),
      ),
      isExported: true,
      docs: ['What happened, and what to do.'],
    },
  ])
}

/** The machine-wide codec: every message that it encodes, whoever sends it. */
function codecStatements(
  machine: Machine,
  pool: ConstantPool,
  use: (support: string) => void,
): readonly StatementStructures[] {
  const messages = encodable(machine)
  const malformed = constant('malformed', '', "{ type: 'recv.malformed' } as const")
  if (messages.length === 0) return [malformed]
  const name = `${pascalCase(machine.id)}Message`
  return [
    malformed,
    {
      kind: StructureKind.TypeAlias,
      isExported: true,
      name,
      docs: ['Every message that the machine encodes, whichever role sends it.'],
      type: sendUnion(messages),
    },
    {
      kind: StructureKind.Function,
      isExported: true,
      name: 'encodeMessage',
      docs: ['A message → payload without framing; `bytes` messages are passed on, not copied.'],
      parameters: [{ name: 'action', type: name }],
      returnType: 'Uint8Array',
      statements: encodeBody(messages, pool, use),
    },
  ]
}
