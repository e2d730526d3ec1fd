import type { FunctionDeclarationStructure } from 'ts-morph'
import { StructureKind } from 'ts-morph'
import { defaultOf, packedTag, tagOf, wireMethod } from './emit-read.ts'
import type { ProtoField, ProtoMessage } from './proto-schema.ts'

/** `writeX(writer, message)`: fields by falling number, because the writer goes from the last byte to the first. */
export function writeFunction(message: ProtoMessage, withInit: ReadonlySet<string>): FunctionDeclarationStructure {
  const lines: string[] = []
  if (message.keepsUnknown) lines.push('if (message.unknown !== undefined) writer.raw(message.unknown)')
  for (const field of message.fields.toReversed()) lines.push(...fieldLines(field))
  if (message.fields.length === 0 && !message.keepsUnknown) lines.push('void [writer, message]')
  return {
    kind: StructureKind.Function,
    name: `write${message.name}`,
    parameters: [
      { name: 'writer', type: 'WireWriter' },
      { name: 'message', type: withInit.has(message.name) ? `${message.name}Init` : message.name },
    ],
    returnType: 'void',
    statements: lines.join('\n'),
  }
}

/** `mergeX(into, from)`: what a decoder makes of the two messages' bytes, one behind the other. */
export function mergeFunction(message: ProtoMessage): FunctionDeclarationStructure {
  const members = message.fields.map((field) => `  ${field.name}: ${mergedValue(field)},`)
  if (message.keepsUnknown) members.push('  unknown: joinBytes(into.unknown, from.unknown),')
  return {
    kind: StructureKind.Function,
    name: `merge${message.name}`,
    isExported: true,
    docs: [
      'What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts.',
    ],
    parameters: [
      { name: 'into', type: message.name },
      { name: 'from', type: message.name },
    ],
    returnType: message.name,
    statements: members.length === 0 ? 'void [into, from]\nreturn {}' : ['return {', ...members, '}'].join('\n'),
  }
}

function mergedValue({ name, type, presence, rivals, ...field }: ProtoField): string {
  if (presence === 'required' && type.kind !== 'message') return `from.${name}`
  if (presence === 'repeated') return `join(into.${name}, from.${name})`
  if (presence === 'implicit') {
    const isDefault = isDefaultValue(`from.${name}`, { name, type, presence, rivals, ...field })
    return `${isDefault} ? into.${name} : from.${name}`
  }
  const later = rivals.map((rival) => `from.${rival} !== undefined`).join(' || ')
  const merged =
    type.kind === 'message' && presence === 'required'
      ? `merge${type.name}(into.${name}, from.${name})`
      : type.kind === 'message'
        ? `from.${name} === undefined ? into.${name} : into.${name} === undefined ? from.${name} : merge${type.name}(into.${name}, from.${name})`
        : `from.${name} ?? into.${name}`
  return later === '' ? merged : `${later} ? from.${name} : ${merged}`
}

function isDefaultValue(value: string, field: ProtoField): string {
  if (field.type.kind === 'scalar') {
    if (field.type.scalar === 'bytes') return `${value}.length === 0`
    // Minus zero is not the default: its bits are not all zero.
    if (field.type.scalar === 'double' || field.type.scalar === 'float') return `Object.is(${value}, 0)`
    if (field.type.scalar === 'bool') return `!${value}`
  }
  return `${value} === ${defaultOf(field)}`
}

function fieldLines(field: ProtoField): string[] {
  const value = `message.${field.name}`
  if (field.presence === 'repeated') return repeatedLines(field, value)
  const write = writeValue(field, value)
  if (field.presence === 'required') return write
  const condition =
    field.presence === 'implicit'
      ? `${value} !== undefined && ${negated(isDefaultValue(value, field))}`
      : `${value} !== undefined`
  return [`if (${condition}) {`, ...write.map((line) => `  ${line}`), '}']
}

function negated(condition: string): string {
  if (condition.includes(' === ')) return condition.replace(' === ', ' !== ')
  return condition.startsWith('!') ? condition.slice(1) : `!${condition}`
}

function repeatedLines(field: ProtoField, list: string): string[] {
  const loop = (body: readonly string[]): string[] => [
    `for (let index = ${list}.length - 1; index >= 0; index--) {`,
    `  const value = ${list}[index]`,
    '  if (value === undefined) continue',
    ...body.map((line) => `  ${line}`),
    '}',
  ]
  if (!field.packed)
    return [`if (${list} !== undefined) {`, ...loop(writeValue(field, 'value')).map((line) => `  ${line}`), '}']
  return [
    `if (${list} !== undefined && ${list}.length > 0) {`,
    `  const mark = writer.mark()`,
    ...loop([`writer.${wireMethod(field)}(value)`]).map((line) => `  ${line}`),
    '  writer.lengthSince(mark)',
    `  ${writeTag(packedTag(field))}`,
    '}',
  ]
}

function writeValue(field: ProtoField, value: string): string[] {
  const tag = writeTag(tagOf(field))
  if (field.type.kind !== 'message') return [`writer.${wireMethod(field)}(${value})`, tag]
  const mark = `${field.name}End`
  return [
    `const ${mark} = writer.mark()`,
    `write${field.type.name}(writer, ${value})`,
    `writer.lengthSince(${mark})`,
    tag,
  ]
}

function writeTag(tag: number): string {
  return tag < 0x80 ? `writer.byte(${tag})` : `writer.uint32(${tag})`
}
