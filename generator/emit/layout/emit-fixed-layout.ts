import { camelCase } from '../../model/names.ts'
import type { LayoutField } from '../../model/spec-types.ts'
import { checks, widths } from './emit-layout-read.ts'
import type { Layout, LayoutScope } from './layout-scope.ts'
import { valueFields, valueTypeOf } from './layout-scope.ts'

/** Integers of fixed width alone: it gets accessors that allocate nothing. */
export function isFixed({ fields }: LayoutScope): boolean {
  return Object.values(fields).every(({ type, counts }) => widths[type] !== undefined && counts === undefined)
}

/** `headerBytes`, `readHeader(bytes, offset, target)` and `writeHeader(bytes, offset, …)` for hot paths. */
export function fixedCodec(name: string, layout: Layout, scope: LayoutScope): string[] {
  const { typeName, fields } = scope
  const size = Object.values(fields).reduce((sum, { type }) => sum + (widths[type] ?? 0), 0)
  const values = valueFields(fields)
  const parameters = values.map(([field, spec]) => `${field}: ${valueTypeOf(field, spec, typeName)}`)
  const constant = `${camelCase(name)}Bytes`
  const reads: string[] = []
  const writes: string[] = []
  let at = 0
  for (const [field, spec] of Object.entries(layout.fields)) {
    const big = (spec.endian ?? scope.endian) === 'big'
    const cast =
      spec.values !== undefined && spec.equals === undefined
        ? ` as ${valueTypeOf(field, spec, typeName)} // checked below`
        : ''
    reads.push(`  const ${field} = ${loadText(spec, at, big)}${cast}`)
    reads.push(...checks(field, spec, scope, at === 0 ? 'offset' : `offset + ${at}`).map((line) => `  ${line}`))
    writes.push(...storeLines(spec, at, big, spec.equals === undefined ? field : String(spec.equals)))
    at += widths[spec.type] ?? 0
  }
  return [
    `/** Bytes of one ${name}. */\nexport const ${constant} = ${size}\n`,
    [
      `/** Reads into \`target\`, which the caller keeps and reuses; allocates nothing. Throws \`DecodeError\`. */`,
      `export function read${typeName}(bytes: Uint8Array, offset: number, target: { -readonly [Field in keyof ${typeName}]: ${typeName}[Field] }): void {`,
      `  if (bytes.length - offset < ${size}) throw new DecodeError('truncated', 'the bytes end inside the ${name}', bytes.length)`,
      ...reads,
      ...values.map(([field]) => `  target.${field} = ${field}`),
      '}\n',
    ].join('\n'),
    [
      `/** Writes ${size} bytes at \`offset\`; allocates nothing. Values are taken as they are: the caller keeps them in range. */`,
      `export function write${typeName}(target: Uint8Array, offset: number, ${parameters.join(', ')}): void {`,
      ...writes,
      '}\n',
    ].join('\n'),
  ]
}

function byteAt(offset: number): string {
  return `(bytes[offset${offset === 0 ? '' : ` + ${offset}`}] ?? 0)`
}

function loadText({ type }: LayoutField, at: number, big: boolean): string {
  const width = widths[type] ?? 0
  const parts = Array.from({ length: width }, (_, index) => {
    const shift = 8 * (big ? width - 1 - index : index)
    return shift === 0 ? byteAt(at + index) : `(${byteAt(at + index)} << ${shift})`
  })
  return width === 1 ? (parts[0] ?? '0') : width === 4 ? `(${parts.join(' | ')}) >>> 0` : parts.join(' | ')
}

function storeLines({ type }: LayoutField, at: number, big: boolean, value: string): string[] {
  const width = widths[type] ?? 0
  return Array.from({ length: width }, (_, index) => {
    const shift = 8 * (big ? width - 1 - index : index)
    const place = at + index
    const literal = /^\d+$/.test(value)
    const byte = literal ? String((Number(value) >>> shift) & 0xff) : shift === 0 ? value : `${value} >>> ${shift}`
    return `  target[offset${place === 0 ? '' : ` + ${place}`}] = ${byte}`
  })
}
