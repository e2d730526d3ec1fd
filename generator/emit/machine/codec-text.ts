import type { Machine, Message, Role } from '../../model/machine.ts'
import { pascalCase } from '../../model/names.ts'
import type { ConstantPool } from './constant-pool.ts'
import { quoted } from './expression-text.ts'
import { fieldsText } from './type-text.ts'

/** Messages that a role recognises in a payload; those of a manual codec come from its driver. */
export function decodable(role: Role): readonly Message[] {
  return role.events.flatMap(({ message }) => (message === undefined || message.kind === 'manual' ? [] : [message]))
}

/** The body of `decodeX(payload)`. */
export function decodeBody(messages: readonly Message[], pool: ConstantPool, uses: (support: string) => void): string {
  const tries = messages.map((message) => decodeTry(message, pool, uses))
  // Text or bytes without a length take every payload that is left.
  return `${tries.join('')}return malformed;`
}

function decodeTry(message: Message, pool: ConstantPool, uses: (support: string) => void): string {
  const type = quoted(`recv.${message.name}`)
  const [field] = message.fields
  switch (message.kind) {
    case 'equals': {
      uses('sameBytes')
      const event = pool.name(`recv${pascalCase(message.name)}`, '', `{ type: ${type} } as const`)
      return `if (sameBytes(payload, ${bytesConstant(message, pool, uses)})) return ${event};\n`
    }
    case 'text':
      uses('decodeText')
      return `const ${message.name} = decodeText(payload);\nif (${message.name} !== undefined) return { type: ${type}, ${field?.name ?? 'text'}: ${message.name} };\n`
    case 'bytes': {
      const event = `{ type: ${type}, ${field?.name ?? 'bytes'}: payload }`
      return message.length === undefined
        ? `return ${event};\n`
        : `if (payload.length === ${message.length}) return ${event};\n`
    }
    case 'proto':
    case 'layout':
      uses('DecodeError')
      uses(`decode${message.typeName ?? ''}`)
      return `try {\n  return { type: ${type}, message: decode${message.typeName ?? ''}(payload) };\n} catch (error) {\n  if (!(error instanceof DecodeError)) throw error;\n}\n`
    case 'manual':
      return ''
    default: {
      const missed: never = message.kind
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

/** Every message that the machine encodes, as a union of `send.x`. */
export function sendUnion(messages: readonly Message[]): string {
  return messages
    .map(
      (message) =>
        `\n  | { readonly type: ${quoted(`send.${message.name}`)}${message.sendFields.length === 0 ? '' : `; ${fieldsText(message.sendFields)}`} }`,
    )
    .join('')
}

export function encodable(machine: Machine): readonly Message[] {
  return machine.messages.filter((message) => message.kind !== 'manual')
}

/** The body of `encodeMessage(action)`. */
export function encodeBody(messages: readonly Message[], pool: ConstantPool, uses: (support: string) => void): string {
  const [only, second] = messages
  if (only !== undefined && second === undefined) return `return ${encodeCall(only, pool, uses)};`
  const cases = messages.map(
    (message) => `  case ${quoted(`send.${message.name}`)}:\n    return ${encodeCall(message, pool, uses)};\n`,
  )
  return `switch (action.type) {\n${cases.join('')}  default:\n    return unreachable(action);\n}`
}

function encodeCall(message: Message, pool: ConstantPool, uses: (support: string) => void): string {
  const [field] = message.fields
  switch (message.kind) {
    case 'equals':
      return bytesConstant(message, pool, uses)
    case 'text':
      uses('encodeText')
      return `encodeText(action.${field?.name ?? 'text'})`
    case 'bytes':
      return `action.${field?.name ?? 'bytes'}`
    case 'proto':
    case 'layout':
      uses(`encode${message.typeName ?? ''}`)
      return `encode${message.typeName ?? ''}(action.message)`
    case 'manual':
      uses('notEncodable')
      return 'notEncodable(action.type)'
    default: {
      const missed: never = message.kind
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function bytesConstant(message: Message, pool: ConstantPool, uses: (support: string) => void): string {
  uses('encodeText')
  return pool.name(`${message.name}Bytes`, '', `encodeText(${quoted(message.equals ?? '')})`)
}
