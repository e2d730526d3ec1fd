import { StructureKind } from 'ts-morph'
import type { StatementStructures } from 'ts-morph'
import type { Machine, ResolvedFraming } from '../../model/machine.ts'
import { camelCase, pascalCase } from '../../model/names.ts'
import type { ValueType } from '../../model/value-type.ts'
import { quoted } from './expression-text.ts'
import { constant, objectText } from './render.ts'
import { typeText } from './type-text.ts'

export function protocolStatements(machine: Machine): readonly StatementStructures[] {
  if (machine.protocols.length === 0) return []
  const rows = machine.protocols.map(
    ({ id, opener, acceptor }) => `${quoted(id)}: { opener: ${quoted(opener)}, acceptor: ${quoted(acceptor)} }`,
  )
  return [
    {
      ...constant(`${camelCase(machine.id)}Protocols`, '', `${objectText(rows)} as const`),
      isExported: true,
      docs: ['Protocol ids, and who plays which role on a stream.'],
    },
  ]
}

export function limitStatements(machine: Machine): readonly StatementStructures[] {
  return machine.limits.map(({ name, value }) => constant(name, '', String(value)))
}

export function predicateStatements(machine: Machine): readonly StatementStructures[] {
  if (machine.predicates.length === 0) return []
  return [
    {
      kind: StructureKind.Interface,
      isExported: true,
      name: `${pascalCase(machine.id)}Predicates`,
      docs: ['Pure functions that the machine asks; its owner brings them.'],
      methods: machine.predicates.map(({ name, args, returns, what }) => ({
        name,
        ...(what === undefined ? {} : { docs: [what] }),
        parameters: args.map((type, index) => ({ name: argumentName(type, index, args), type: typeText(type) })),
        returnType: typeText(returns),
      })),
    },
  ]
}

/** The spec gives arguments types and no names. */
function argumentName(type: ValueType, index: number, all: readonly ValueType[]): string {
  const word = {
    string: 'text',
    bytes: 'bytes',
    bool: 'flag',
    number: 'number',
    u64: 'number',
    PeerId: 'peer',
    message: 'message',
    unknown: 'value',
  }[type.base]
  const name = type.list === undefined ? word : `${word}s`
  return all.filter((other) => other.base === type.base).length > 1 ? `${name}${index + 1}` : name
}

export function framingText(framing: ResolvedFraming, use: (support: string) => void): string {
  switch (framing.kind) {
    case 'uvarint-prefixed': {
      let suffix = 'null'
      if (framing.suffix !== undefined) {
        use('encodeText')
        suffix = `encodeText(${quoted(framing.suffix)})`
      }
      return `{ kind: 'uvarint-prefixed', limit: ${framing.limit}, sendLimit: ${framing.sendLimit}, suffix: ${suffix} }`
    }
    case 'u16be-prefixed':
      return `{ kind: 'u16be-prefixed', limit: ${framing.limit} }`
    case 'fixed':
      return `{ kind: 'fixed', length: ${framing.length} }`
    case 'manual':
      return "{ kind: 'manual' }"
    default: {
      const missed: never = framing
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

export function timersText(machine: Machine): string {
  return `{${machine.timers.map(({ name, milliseconds }) => ` ${name}: ${milliseconds}`).join(',')}${machine.timers.length === 0 ? '' : ' '}}`
}
