import type { InterfaceDeclarationStructure, PropertySignatureStructure, StatementStructures } from 'ts-morph'
import { IndentationText, Project, StructureKind } from 'ts-morph'
import { SpecFailure } from '../../load/problem.ts'
import type { SpecFile } from '../../load/spec-file.ts'
import { pascalCase } from '../../model/names.ts'
import type { LayoutField, LayoutFile } from '../../model/spec-types.ts'
import { readLines } from './emit-layout-read.ts'
import { writeLines } from './emit-layout-write.ts'
import { fixedCodec, isFixed } from './emit-fixed-layout.ts'
import type { FindLimit, Layout, LayoutScope } from './layout-scope.ts'
import { valueFields, valueTypeOf } from './layout-scope.ts'

/** One layout.ts. Deterministic. */
export function emitLayouts(file: SpecFile<LayoutFile>, header: string, limit: FindLimit): string {
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  })
  const statements: (string | StatementStructures)[] = []
  for (const [name, layout] of Object.entries(file.data.layouts)) {
    const typeName = pascalCase(name)
    const scope: LayoutScope = {
      fields: layout.fields,
      endian: layout.endian ?? 'big',
      typeName,
      limit,
      fail: (field, message, fix) =>
        new SpecFailure([{ ...file.positionOf(['layouts', name, 'fields', field]), message, fix }]),
    }
    statements.push(...namedNumbers(scope), ...interfaces(scope, typeName, layout.what))
    statements.push(...codecs(name, layout, scope))
    if (isFixed(scope)) statements.push(...fixedCodec(name, layout, scope))
  }
  const text = project.createSourceFile('layout.ts', { statements }).getFullText().replace(/;$/gm, '')
  return `${header}${imports(text)}\n${text}`
}

function imports(text: string): string {
  const lines: string[] = []
  if (/\bnew ByteCursor\b/.test(text)) lines.push(`import { ByteCursor } from '../../common/byte-cursor.ts'`)
  if (/\bDecodeError\b/.test(text.replace(/`DecodeError`/g, '')))
    lines.push(`import { DecodeError } from '../../common/decode-error.ts'`)
  if (/: WireWriter\b/.test(text)) lines.push(`import type { WireWriter } from '../../common/wire.ts'`)
  if (/\bsharedWriter\b/.test(text)) lines.push(`import { sharedWriter } from '../../common/wire.ts'`)
  return lines.map((line) => `${line}\n`).join('')
}

/** `HeaderKind` and `HeaderFlags`: the numbers by name. */
function namedNumbers({ fields, typeName }: LayoutScope): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const numbers = field.values ?? field.flags
    if (numbers === undefined) return []
    const type = `${typeName}${pascalCase(name)}`
    const members = Object.entries(numbers).map(([key, value]) => `  ${key}: ${value},\n`)
    const open = field.open === true ? ' | (number & {})' : ''
    return [
      `${field.what === undefined ? '' : `/** ${field.what} */\n`}export const ${type} = {\n${members.join('')}} as const\n`,
      ...(field.values === undefined ? [] : [`export type ${type} = (typeof ${type})[keyof typeof ${type}]${open}\n`]),
    ]
  })
}

function interfaces(scope: LayoutScope, typeName: string, what: string): InterfaceDeclarationStructure[] {
  const items = Object.entries(scope.fields).flatMap(([name, field]) => {
    if (field.type !== 'list' || valueFields(field.of ?? {}).length === 1) return []
    return [oneInterface(`${typeName}${pascalCase(name)}Item`, field.what, valueFields(field.of ?? {}), typeName)]
  })
  return [...items, oneInterface(typeName, what, valueFields(scope.fields), typeName)]
}

function oneInterface(
  name: string,
  what: string | undefined,
  fields: readonly (readonly [string, LayoutField])[],
  typeName: string,
): InterfaceDeclarationStructure {
  return {
    kind: StructureKind.Interface,
    name,
    isExported: true,
    ...(what === undefined ? {} : { docs: [what] }),
    properties: fields.map(([fieldName, field]): PropertySignatureStructure => ({
      kind: StructureKind.PropertySignature,
      name: fieldName,
      isReadonly: true,
      type: valueTypeOf(fieldName, field, typeName),
      ...(field.what === undefined ? {} : { docs: [field.what] }),
    })),
  }
}

function codecs(name: string, layout: Layout, scope: LayoutScope): string[] {
  const { typeName } = scope
  const returns = layout.trailing === 'return'
  const reader = [
    `function read${typeName}Fields(cursor: ByteCursor): ${typeName} {`,
    ...readLines(scope.fields, scope).map((line) => `  ${line}`),
    `  return { ${valueFields(scope.fields)
      .map(([field]) => field)
      .join(', ')} }`,
    '}\n',
  ]
  const decoder = [
    `/** Throws \`DecodeError\` for bytes that are no ${name}.${returns ? ' Bytes behind it are left alone.' : ''} Bytes fields are views of the input. */`,
    `export function decode${typeName}(bytes: Uint8Array${returns ? ', offset = 0' : ''}): ${typeName} {`,
    `  const cursor = new ByteCursor(bytes, ${returns ? 'offset' : '0'})`,
    `  const value = read${typeName}Fields(cursor)`,
    ...(returns ? [] : ['  cursor.finish()']),
    '  return value',
    '}\n',
  ]
  const encoder = [
    `export function encode${typeName}(value: ${typeName}): Uint8Array {`,
    '  sharedWriter.begin()',
    `  write${typeName}Fields(sharedWriter, value)`,
    '  return sharedWriter.finish()',
    '}\n',
  ]
  const writer = [
    `/** From the last field to the first, as the writer goes. */`,
    `function write${typeName}Fields(writer: WireWriter, value: ${typeName}): void {`,
    ...writeLines(scope.fields, scope, 'value').map((line) => `  ${line}`),
    '}\n',
  ]
  return [encoder, decoder, reader, writer].map((lines) => lines.join('\n'))
}
