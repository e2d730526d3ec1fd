import { StructureKind } from 'ts-morph'
import type { ImportDeclarationStructure } from 'ts-morph'
import type { Machine, Message } from '../../model/machine.ts'
import { camelCase } from '../../model/names.ts'
import type { ValueType } from '../../model/value-type.ts'
import { errorType } from './role-types.ts'

const valueSupport = ['at', 'decodeText', 'encodeText', 'notEncodable', 'sameBytes']

export function imports(machine: Machine, uses: ReadonlySet<string>): readonly ImportDeclarationStructure[] {
  const values = valueSupport.filter((name) => uses.has(name))
  const types = messageTypes(machine)
  const usesPeer = allTypes(machine).some((type) => type.base === 'PeerId')
  const ofKind = (kind: Message['kind']): ReadonlySet<string> =>
    new Set(
      machine.messages.flatMap((message) =>
        message.kind === kind && message.typeName !== undefined ? [message.typeName] : [],
      ),
    )
  const layouts = ofKind('layout')
  const support = (isLayout: boolean): readonly string[] =>
    [...uses]
      .filter(
        (name) =>
          /^(decode|encode|merge)[A-Z]/.test(name) &&
          name !== 'decodeText' &&
          name !== 'encodeText' &&
          layouts.has(name.replace(/^(decode|encode|merge)/, '')) === isLayout,
      )
      .sort()
  return [
    importOf('../../common/machine.ts', ['Framing', 'MachineRole', 'Transition'], true),
    importOf('../../common/machine.ts', ['unreachable'], false),
    importOf('../../common/machine-values.ts', values, false),
    importOf('../../common/decode-error.ts', uses.has('DecodeError') ? ['DecodeError'] : [], false),
    importOf('../../interfaces/connection.ts', usesPeer ? ['PeerId'] : [], true),
    importOf('./errors.ts', [errorType(machine)], true),
    importOf('./errors.ts', [`${camelCase(machine.id)}Errors`], false),
    importOf(
      './layout.ts',
      types.filter((name) => layouts.has(name)),
      true,
    ),
    importOf('./layout.ts', support(true), false),
    importOf(
      './messages.ts',
      types.filter((name) => !layouts.has(name)),
      true,
    ),
    importOf('./messages.ts', support(false), false),
  ].filter((one) => Array.isArray(one.namedImports) && one.namedImports.length > 0)
}

function importOf(
  moduleSpecifier: string,
  namedImports: readonly string[],
  isTypeOnly: boolean,
): ImportDeclarationStructure {
  return { kind: StructureKind.ImportDeclaration, moduleSpecifier, isTypeOnly, namedImports: [...namedImports] }
}

function messageTypes(machine: Machine): readonly string[] {
  return [...new Set(allTypes(machine).flatMap((type) => (type.message === undefined ? [] : [type.message])))].sort()
}

/** Every type that the file writes down. */
function allTypes(machine: Machine): readonly ValueType[] {
  return [
    ...machine.messages.flatMap((message) => [...message.fields, ...message.sendFields]),
    ...machine.outputs.flatMap((output) => output.fields),
    ...machine.calls.flatMap((call) => call.fields),
    ...machine.roles.flatMap((role) => [...role.input, ...role.vars]),
  ]
    .map((field) => field.type)
    .concat(machine.predicates.flatMap((predicate) => [...predicate.args, predicate.returns]))
}
