import { pascalCase } from '../../model/names.ts'
import type { LayoutField } from '../../model/spec-types.ts'
import { bytesLiteral, widths } from './emit-layout-read.ts'
import type { LayoutScope } from './layout-scope.ts'
import { valueFields } from './layout-scope.ts'

/** Statements that write each field, the last one first; `value` is an expression for the record that holds them. */
export function writeLines(fields: Readonly<Record<string, LayoutField>>, scope: LayoutScope, value: string): string[] {
  const names = Object.keys(fields)
  return names.toReversed().flatMap((name) => {
    const field = fields[name]
    if (field === undefined) return []
    const counted = field.counts
    if (counted !== undefined && names.indexOf(counted) < names.indexOf(name))
      throw scope.fail(
        name,
        `\`${name}\` stands behind \`${counted}\`, which it counts`,
        'Put the count first: it is known only when the counted field is written.',
      )
    return writeField(name, field, fields, scope, counted === undefined ? `${value}.${name}` : `${counted}Count`)
  })
}

function writeField(
  name: string,
  field: LayoutField,
  fields: Readonly<Record<string, LayoutField>>,
  scope: LayoutScope,
  value: string,
): string[] {
  const big = (field.endian ?? scope.endian) === 'big'
  switch (field.type) {
    case 'u8':
    case 'u16':
    case 'u24':
    case 'u32':
      return [
        `writer.unsigned(${field.equals === undefined ? value : String(field.equals)}, ${widths[field.type]}, ${big})`,
      ]
    case 'u64':
      return [`writer.unsigned64(${field.equals === undefined ? value : `${String(field.equals)}n`}, ${big})`]
    case 'uvarint':
      return [`writer.uvarint(${field.equals === undefined ? value : String(field.equals)})`]
    case 'bytes':
    case 'text':
      return writeBytes(name, field, fields, scope, value)
    case 'list':
      return writeList(name, field, fields, scope, value)
    case 'layout':
      return [`write${pascalCase(field.layout ?? '')}Fields(writer, ${value})`]
    default: {
      const missed: never = field.type
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function writeBytes(
  name: string,
  field: LayoutField,
  fields: Readonly<Record<string, LayoutField>>,
  scope: LayoutScope,
  value: string,
): string[] {
  if (field.equals !== undefined) return [`writer.raw(${bytesLiteral(field.equals)})`]
  const counter = Object.values(fields).find(({ counts }) => counts === name)
  const suffix = field.suffix === undefined ? [] : [`writer.raw(${bytesLiteral(field.suffix)})`]
  const mark = `const ${name}End = writer.mark()`
  const write = field.type === 'bytes' ? `writer.raw(${value})` : `writer.text(${value})`
  const body =
    counter === undefined
      ? [...suffix, write]
      : counter.countsSuffix === true
        ? [mark, ...suffix, write]
        : [...suffix, mark, write]
  if (counter !== undefined) return [...body, `const ${name}Count = writer.mark() - ${name}End`]
  if (field.size === 'rest' || field.size === undefined) return body
  const size = typeof field.size === 'number' ? field.size : scope.limit(field.size)
  const length = field.type === 'bytes' ? `${value}.length` : `new TextEncoder().encode(${value}).length`
  return [`if (${length} !== ${size}) throw new RangeError('${name} has ${size} bytes, no more and no fewer')`, ...body]
}

function writeList(
  name: string,
  field: LayoutField,
  fields: Readonly<Record<string, LayoutField>>,
  scope: LayoutScope,
  value: string,
): string[] {
  const items = field.of ?? {}
  const values = valueFields(items)
  const [only] = values
  const inner =
    values.length === 1 && only !== undefined
      ? writeLines(items, { ...scope, fields: items }, 'item').map((line) => line.replaceAll(`item.${only[0]}`, 'item'))
      : writeLines(items, { ...scope, fields: items }, 'item')
  const counted = Object.values(fields).some(({ counts }) => counts === name)
  return [
    `for (let index = ${value}.length - 1; index >= 0; index--) {`,
    `  const item = ${value}[index]`,
    '  if (item === undefined) continue',
    ...inner.map((line) => `  ${line}`),
    '}',
    ...(counted ? [`const ${name}Count = ${value}.length`] : []),
  ]
}
