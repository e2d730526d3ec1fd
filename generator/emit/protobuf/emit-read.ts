import type { FunctionDeclarationStructure } from 'ts-morph'
import { StructureKind } from 'ts-morph'
import type { ProtoField, ProtoMessage, Scalar } from './proto-schema.ts'

const wireTypes: Readonly<Record<Scalar, number>> = {
  double: 1,
  float: 5,
  int32: 0,
  uint32: 0,
  sint32: 0,
  fixed32: 5,
  sfixed32: 5,
  int64: 0,
  uint64: 0,
  sint64: 0,
  fixed64: 1,
  sfixed64: 1,
  bool: 0,
  string: 2,
  bytes: 2,
}

/** The key of a field on the wire, in its own wire type. */
export function tagOf({ id, type }: ProtoField): number {
  return ((id << 3) | (type.kind === 'message' ? 2 : type.kind === 'enum' ? 0 : wireTypes[type.scalar])) >>> 0
}

/** The key of a field's packed list. */
export function packedTag({ id }: ProtoField): number {
  return ((id << 3) | 2) >>> 0
}

/** The method of WireReader and WireWriter for the field's elements. */
export function wireMethod({ type }: ProtoField): string {
  return type.kind === 'scalar' ? type.scalar : 'int32'
}

/** What an absent field without presence means. */
export function defaultOf({ type }: ProtoField): string {
  if (type.kind !== 'scalar') return '0'
  switch (type.scalar) {
    case 'bool':
      return 'false'
    case 'string':
      return `''`
    case 'bytes':
      return 'reader.noBytes'
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return '0n'
    default:
      return '0'
  }
}

/** `readX(reader)`: one loop, one switch; the last value of a field wins, messages of a field are merged. */
export function readFunction(message: ProtoMessage): FunctionDeclarationStructure {
  const lines: string[] = []
  for (const field of message.fields)
    lines.push(
      `let ${local(field)}: ${variableType(field)}${field.presence === 'implicit' ? ` = ${defaultOf(field)}` : ''}`,
    )
  if (message.keepsUnknown) lines.push('let unknown: Uint8Array | undefined')
  lines.push('while (reader.position < reader.end) {')
  if (message.keepsUnknown) lines.push('  const start = reader.position')
  lines.push('  const tag = reader.tag()', '  switch (tag) {')
  for (const field of message.fields) lines.push(...cases(field, message).map((line) => `    ${line}`))
  lines.push(
    '    default:',
    message.keepsUnknown ? '      unknown = reader.keep(tag, start, unknown)' : '      reader.skip(tag)',
    '  }',
    '}',
  )
  for (const field of message.fields)
    if (field.presence === 'required')
      lines.push(`if (${local(field)} === undefined) throw reader.missing('${message.name}.${field.name}')`)
  const members = message.fields.map((field) =>
    local(field) === field.name ? field.name : `${field.name}: ${local(field)}`,
  )
  if (message.keepsUnknown) members.push('unknown')
  lines.push(`return { ${members.join(', ')} }`)
  return {
    kind: StructureKind.Function,
    name: `read${message.name}`,
    parameters: [{ name: 'reader', type: 'WireReader' }],
    returnType: message.name,
    statements: lines.join('\n'),
  }
}

/** Names that the function itself uses, or that TypeScript keeps, stand aside. */
const taken = new Set([
  'reader',
  'tag',
  'start',
  'unknown',
  'outer',
  'default',
  'delete',
  'in',
  'new',
  'function',
  'class',
  'export',
  'import',
  'enum',
  'let',
  'const',
  'var',
  'with',
  'package',
  'public',
  'private',
  'static',
  'yield',
  'await',
  'if',
  'for',
  'while',
  'do',
  'case',
  'switch',
  'return',
  'this',
  'null',
  'true',
  'false',
  'try',
  'catch',
  'throw',
  'void',
  'typeof',
  'interface',
  'protected',
  'implements',
])

function local({ name }: ProtoField): string {
  return taken.has(name) ? `${name}Field` : name
}

function variableType(field: ProtoField): string {
  const type = elementType(field)
  if (field.presence === 'repeated') return `${/[ |]/.test(type) ? `(${type})` : type}[] | undefined`
  return field.presence === 'implicit' ? type : `${type} | undefined`
}

function elementType({ type }: ProtoField): string {
  if (type.kind !== 'scalar') return type.name
  switch (type.scalar) {
    case 'string':
      return 'string'
    case 'bool':
      return 'boolean'
    case 'bytes':
      return 'Uint8Array'
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return 'bigint'
    default:
      return 'number'
  }
}

function cases(field: ProtoField, message: ProtoMessage): string[] {
  const name = local(field)
  const clear = field.rivals.map(
    (rival) => `  ${local(message.fields.find((one) => one.name === rival) ?? field)} = undefined`,
  )
  if (field.type.kind === 'message') {
    const read = `read${field.type.name}(reader)`
    const body =
      field.presence === 'repeated'
        ? [
            `  ${name} ??= []`,
            `  reader.count(${name})`,
            '  const outer = reader.enter()',
            `  ${name}.push(${read})`,
            '  reader.leave(outer)',
          ]
        : [
            '  const outer = reader.enter()',
            `  ${name} = ${name} === undefined ? ${read} : merge${field.type.name}(${name}, ${read})`,
            '  reader.leave(outer)',
          ]
    return [`case ${tagOf(field)}: {`, ...body, ...clear, '  break', '}']
  }
  const value = `reader.${wireMethod(field)}()`
  if (field.presence !== 'repeated') return [`case ${tagOf(field)}:`, `  ${name} = ${value}`, ...clear, '  break']
  const one = [
    `case ${tagOf(field)}:`,
    `  ${name} ??= []`,
    `  reader.count(${name})`,
    `  ${name}.push(${value})`,
    '  break',
  ]
  if (tagOf(field) === packedTag(field)) return one
  return [
    ...one,
    `case ${packedTag(field)}: {`,
    `  ${name} ??= []`,
    '  const outer = reader.enter()',
    '  while (reader.position < reader.end) {',
    `    reader.count(${name})`,
    `    ${name}.push(${value})`,
    '  }',
    '  reader.leave(outer)',
    '  break',
    '}',
  ]
}
