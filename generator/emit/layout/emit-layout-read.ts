import { pascalCase } from '../../model/names.ts'
import type { LayoutField } from '../../model/spec-types.ts'
import type { LayoutScope } from './layout-scope.ts'
import { valueFields, valueTypeOf } from './layout-scope.ts'

export const widths: Readonly<Record<string, number>> = { u8: 1, u16: 2, u24: 3, u32: 4 }

/** Statements that read each field into a variable of its name. */
export function readLines(fields: Readonly<Record<string, LayoutField>>, scope: LayoutScope): string[] {
  return Object.entries(fields).flatMap(([name, field]) => readField(name, field, fields, scope))
}

function readField(
  name: string,
  field: LayoutField,
  fields: Readonly<Record<string, LayoutField>>,
  scope: LayoutScope,
): string[] {
  const big = (field.endian ?? scope.endian) === 'big'
  switch (field.type) {
    case 'u8':
    case 'u16':
    case 'u24':
    case 'u32':
      return [
        `const ${name} = ${valued(field, `cursor.unsigned(${widths[field.type]}, ${big}, '${name}')`, name, scope)}`,
        ...checks(name, field, scope, 'cursor.offset'),
      ]
    case 'u64':
      return [`const ${name} = cursor.unsigned64(${big}, '${name}')`, ...checks(name, field, scope, 'cursor.offset')]
    case 'uvarint':
      return [`const ${name} = cursor.uvarint('${name}')`, ...checks(name, field, scope, 'cursor.offset')]
    case 'bytes':
    case 'text': {
      if (field.equals !== undefined)
        return [`cursor.expect(${bytesLiteral(field.equals)}, '${name}', '${reasonOf(name, field)}')`]
      const size = sizeOf(name, field, fields, scope)
      const read =
        field.type === 'bytes'
          ? `const ${name} = cursor.take(${size.text}, '${name}')`
          : `const ${name} = cursor.text(${size.text}, '${name}')`
      const suffix =
        field.suffix === undefined
          ? []
          : [`cursor.expect(${bytesLiteral(field.suffix)}, '${name}', '${reasonOf(name, field)}')`]
      return [...size.before, read, ...suffix]
    }
    case 'list':
      return readList(name, field, fields, scope)
    case 'layout':
      return [`const ${name} = read${pascalCase(field.layout ?? '')}Fields(cursor)`]
    default: {
      const missed: never = field.type
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

/** A number with names is only cast after its check; TypeScript cannot see that the check leaves the union. */
function valued(field: LayoutField, read: string, name: string, scope: LayoutScope): string {
  return field.values === undefined || field.equals !== undefined
    ? read
    : `${read} as ${valueTypeOf(name, field, scope.typeName)} // checked below`
}

/** Everything that can be wrong with an integer's value. */
export function checks(name: string, field: LayoutField, scope: LayoutScope, offset: string): string[] {
  const reason = reasonOf(name, field)
  const fail = (what: string): string =>
    `throw new DecodeError('bad-value', \`${name} is \${${name}}: ${what}\`, ${offset}, '${reason}')`
  const big = field.type === 'u64' ? 'n' : ''
  const lines: string[] = []
  if (field.equals !== undefined)
    lines.push(`if (${name} !== ${String(field.equals)}${big}) ${fail(`it must be ${String(field.equals)}`)}`)
  if (field.values !== undefined && field.open !== true) {
    const legal = Object.values(field.values).sort((a, b) => a - b)
    const contiguous = legal.every((value, index) => index === 0 || value === (legal[index - 1] ?? 0) + 1)
    const [low = 0] = legal
    const high = legal.at(-1) ?? 0
    const test = contiguous
      ? `${low > 0 ? `${name} < ${low} || ` : ''}${name} > ${high}`
      : legal.map((value) => `${name} !== ${value}`).join(' && ')
    lines.push(`if (${test}) ${fail('no such value')}`)
  }
  if (field.flags !== undefined && field.open !== true) {
    const mask = Object.values(field.flags).reduce((all, bit) => all | bit, 0)
    lines.push(`if ((${name} & ~${mask}) !== 0) ${fail('no such bit')}`)
  }
  if (field.min !== undefined)
    lines.push(`if (${name} < ${scope.limit(field.min)}${big}) ${fail(`at least ${scope.limit(field.min)}`)}`)
  if (field.max !== undefined)
    lines.push(`if (${name} > ${scope.limit(field.max)}${big}) ${fail(`at most ${scope.limit(field.max)}`)}`)
  return lines
}

export function reasonOf(name: string, field: LayoutField): string {
  return field.error ?? `bad-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** How many bytes a field has, as an expression; statements that must run before. */
function sizeOf(
  name: string,
  field: LayoutField,
  fields: Readonly<Record<string, LayoutField>>,
  scope: LayoutScope,
): { readonly text: string; readonly before: readonly string[] } {
  const { size } = field
  if (size === 'rest')
    return {
      text: field.suffix === undefined ? 'cursor.remaining' : `cursor.remaining - ${utf8(field.suffix).length}`,
      before: [],
    }
  if (typeof size === 'number') return { text: String(size), before: [] }
  const counter = fields[size ?? '']
  if (size === undefined || counter === undefined) return { text: String(scope.limit(size ?? '')), before: [] }
  if (counter.counts !== name)
    throw scope.fail(
      name,
      `\`${size}\` does not say \`counts: ${name}\``,
      'A size is a number, a limit, rest, or the field that counts this one.',
    )
  if (counter.countsSuffix !== true || field.suffix === undefined) return { text: size, before: [] }
  const suffix = utf8(field.suffix).length
  return {
    text: `${size} - ${suffix}`,
    before: [
      `if (${size} < ${suffix}) throw new DecodeError('bad-length', '${name} is too short for its end', cursor.offset, '${reasonOf(name, field)}')`,
    ],
  }
}

function readList(
  name: string,
  field: LayoutField,
  fields: Readonly<Record<string, LayoutField>>,
  scope: LayoutScope,
): string[] {
  const items = field.of ?? {}
  const values = valueFields(items)
  const [only] = values
  const item = values.length === 1 && only !== undefined ? only[0] : `{ ${values.map(([one]) => one).join(', ')} }`
  const type = valueTypeOf(name, field, scope.typeName).replace(/^readonly /, '')
  const max = scope.limit(field.max ?? 0)
  const counted = field.until !== undefined && field.until !== 'rest'
  const count =
    typeof field.until === 'number'
      ? field.until
      : field.until !== undefined && fields[field.until] !== undefined
        ? field.until
        : counted
          ? scope.limit(field.until ?? 0)
          : 0
  return [
    `const ${name}: ${type} = []`,
    counted ? `while (${name}.length < ${count}) {` : 'while (cursor.remaining > 0) {',
    `  if (${name}.length >= ${max}) throw new DecodeError('too-many', '${name} has more than ${max} entries', cursor.offset, '${reasonOf(name, field)}')`,
    ...readLines(items, { ...scope, fields: items }).map((line) => `  ${line}`),
    `  ${name}.push(${item})`,
    '}',
  ]
}

export function bytesLiteral(value: number | string | { readonly hex: string }): string {
  const bytes = typeof value === 'object' ? Buffer.from(value.hex, 'hex') : utf8(String(value))
  return `Uint8Array.of(${[...bytes].join(', ')})`
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
