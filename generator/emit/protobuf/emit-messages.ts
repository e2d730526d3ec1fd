import type {
  FunctionDeclarationStructure,
  InterfaceDeclarationStructure,
  PropertySignatureStructure,
  StatementStructures,
} from 'ts-morph'
import { IndentationText, Project, QuoteKind, StructureKind } from 'ts-morph'
import { readFunction } from './emit-read.ts'
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoSchema, Scalar } from './proto-schema.ts'
import { mergeFunction, writeFunction } from './emit-write.ts'

/** The limits that a decoder of this file has where its caller names none. */
export interface DefaultLimits {
  readonly maxBytes: number
  readonly maxCount: number
  readonly maxDepth: number
}

/** One messages.ts: interfaces, encoders, decoders and merges of every message of a .proto. Deterministic. */
export function emitMessages(schema: ProtoSchema, limits: DefaultLimits, header: string): string {
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { quoteKind: QuoteKind.Single, indentationText: IndentationText.TwoSpaces },
  })
  const withInit = messagesWithInit(schema)
  const statements: (string | StatementStructures)[] = []
  for (const one of schema.enums) statements.push(...enumStatements(one))
  for (const message of schema.messages) {
    statements.push(interfaceOf(message, '', new Set()))
    if (withInit.has(message.name)) statements.push(interfaceOf(message, 'Init', withInit))
  }
  statements.push(limitsStatement(limits))
  for (const message of schema.messages) {
    const copies = holdsBytes(message, schema, new Set())
    statements.push(...codecFunctions(message, copies, withInit))
  }
  for (const message of schema.messages) {
    statements.push(readFunction(message))
    statements.push(writeFunction(message, withInit))
  }
  const file = project.createSourceFile('messages.ts', { statements })
  // Our files have no semicolons; ts-morph ends interface members with one.
  const text = file.getFullText().replace(/;$/gm, '')
  const joinHelper = /\bjoin\(/.test(text) ? joinFunction(text) : ''
  return `${header}${imports(text + joinHelper)}\n${text}${joinHelper}`
}

function imports(text: string): string {
  const values = ['sharedWriter', 'WireReader'].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
  return (
    `import type { DecodeOptions${/\bWireWriter\b/.test(text) ? ', WireWriter' : ''} } from '../../common/wire.ts'\n` +
    `import { ${values.join(', ')} } from '../../common/wire.ts'\n`
  )
}

function joinFunction(text: string): string {
  const bytes = /\bjoinBytes\(/.test(text)
  return (
    '\nfunction join<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined {\n' +
    '  return first === undefined ? second : second === undefined ? first : [...first, ...second]\n}\n' +
    (bytes
      ? '\nfunction joinBytes(first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | undefined {\n' +
        '  if (first === undefined || second === undefined) return first ?? second\n' +
        '  const joined = new Uint8Array(first.length + second.length)\n  joined.set(first)\n  joined.set(second, first.length)\n  return joined\n}\n'
      : '')
  )
}

function enumStatements({ name, what, values }: ProtoEnum): (string | StatementStructures)[] {
  const members = values.map(
    (value) => `${value.what === '' ? '' : `  /** ${value.what} */\n`}  ${value.name}: ${value.number},\n`,
  )
  return [
    `${doc(what)}export const ${name} = {\n${members.join('')}} as const\n`,
    `/** A number of \`${name}\`, or one that a newer sender knows. */\nexport type ${name} = (typeof ${name})[keyof typeof ${name}] | (number & {})\n`,
  ]
}

function interfaceOf(
  message: ProtoMessage,
  suffix: string,
  withInit: ReadonlySet<string>,
): InterfaceDeclarationStructure {
  const properties = message.fields.map((field) => property(field, suffix === 'Init', withInit))
  if (message.keepsUnknown)
    properties.push({
      kind: StructureKind.PropertySignature,
      name: 'unknown',
      isReadonly: true,
      hasQuestionToken: true,
      type: 'Uint8Array | undefined',
      docs: ['Fields that this version does not know, as they stood on the wire.'],
    })
  const what =
    suffix === 'Init'
      ? `What \`encode${message.name}\` takes: a field that has its default may be left out.`
      : message.what
  return {
    kind: StructureKind.Interface,
    name: `${message.name}${suffix}`,
    isExported: true,
    properties,
    ...(what === '' ? {} : { docs: [what] }),
  }
}

function property(field: ProtoField, init: boolean, withInit: ReadonlySet<string>): PropertySignatureStructure {
  const always = field.presence === 'required' || (field.presence === 'implicit' && !init)
  const type = valueType(field, withInit)
  const whole = field.presence === 'repeated' ? `readonly ${/[ |]/.test(type) ? `(${type})` : type}[]` : type
  return {
    kind: StructureKind.PropertySignature,
    name: field.name,
    isReadonly: true,
    hasQuestionToken: !always,
    type: always ? whole : `${whole} | undefined`,
    ...(field.what === '' ? {} : { docs: [field.what] }),
  }
}

const scalarTypes: Readonly<Record<Scalar, string>> = {
  double: 'number',
  float: 'number',
  int32: 'number',
  uint32: 'number',
  sint32: 'number',
  fixed32: 'number',
  sfixed32: 'number',
  int64: 'bigint',
  uint64: 'bigint',
  sint64: 'bigint',
  fixed64: 'bigint',
  sfixed64: 'bigint',
  bool: 'boolean',
  string: 'string',
  bytes: 'Uint8Array',
}

/** The TypeScript type of one element. */
export function valueType(field: ProtoField, withInit: ReadonlySet<string>): string {
  if (field.type.kind === 'scalar') return scalarTypes[field.type.scalar]
  return field.type.kind === 'message' && withInit.has(field.type.name) ? `${field.type.name}Init` : field.type.name
}

function limitsStatement(limits: DefaultLimits): string {
  return (
    `/** What the decoders of this file accept where the caller names nothing else. */\n` +
    `export const decodeLimits: DecodeOptions = { maxBytes: ${limits.maxBytes}, maxCount: ${limits.maxCount}, maxDepth: ${limits.maxDepth} }\n`
  )
}

function codecFunctions(
  message: ProtoMessage,
  copies: boolean,
  withInit: ReadonlySet<string>,
): FunctionDeclarationStructure[] {
  const { name } = message
  return [
    {
      kind: StructureKind.Function,
      name: `encode${name}`,
      isExported: true,
      parameters: [{ name: 'message', type: withInit.has(name) ? `${name}Init` : name }],
      returnType: 'Uint8Array',
      statements: [`sharedWriter.begin()`, `write${name}(sharedWriter, message)`, `return sharedWriter.finish()`],
    },
    {
      kind: StructureKind.Function,
      name: `decode${name}`,
      isExported: true,
      docs: [`Throws \`DecodeError\` for bytes that are no ${name} or are over a limit.`],
      parameters: [
        { name: 'bytes', type: 'Uint8Array' },
        { name: 'options', type: 'DecodeOptions', initializer: 'decodeLimits' },
      ],
      returnType: name,
      statements: [`return read${name}(new WireReader(bytes, options, ${copies}))`],
    },
    mergeFunction(message),
  ]
}

function holdsBytes(message: ProtoMessage, schema: ProtoSchema, seen: Set<string>): boolean {
  if (seen.has(message.name)) return false
  seen.add(message.name)
  if (message.keepsUnknown) return true
  return message.fields.some(({ type }) => {
    if (type.kind === 'scalar') return type.scalar === 'bytes'
    const inner = type.kind === 'message' ? schema.messages.find(({ name }) => name === type.name) : undefined
    return inner !== undefined && holdsBytes(inner, schema, seen)
  })
}

/** Messages that have a field without presence, themselves or inside: what encode takes differs from what decode gives. */
function messagesWithInit(schema: ProtoSchema): ReadonlySet<string> {
  const found = new Set<string>()
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const { name, fields } of schema.messages) {
      if (
        fields.some(
          ({ presence, type }) => presence === 'implicit' || (type.kind === 'message' && found.has(type.name)),
        )
      )
        found.add(name)
    }
  }
  return found
}

function doc(what: string): string {
  return what === '' ? '' : `/** ${what} */\n`
}
