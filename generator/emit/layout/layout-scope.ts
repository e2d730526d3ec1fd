import type { SpecFailure } from '../../load/problem.ts'
import { pascalCase } from '../../model/names.ts'
import type { LayoutField, LayoutFile } from '../../model/spec-types.ts'

export type Layout = LayoutFile['layouts'][string]
export type FindLimit = (limit: number | string) => number

/** What the statement emitters need to know of the layout that they are in. */
export interface LayoutScope {
  readonly fields: Readonly<Record<string, LayoutField>>
  readonly endian: 'big' | 'little'
  /** Prefix of the names of its types: `Header`. */
  readonly typeName: string
  readonly limit: FindLimit
  fail(field: string, message: string, fix: string): SpecFailure
}

/** Fields that users see: counts and constants are the codec's own. */
export function valueFields(
  fields: Readonly<Record<string, LayoutField>>,
): readonly (readonly [string, LayoutField])[] {
  return Object.entries(fields).filter(([, field]) => field.equals === undefined && field.counts === undefined)
}

/** TypeScript type of a field's value. */
export function valueTypeOf(name: string, field: LayoutField, typeName: string): string {
  switch (field.type) {
    case 'u64':
      return 'bigint'
    case 'bytes':
      return 'Uint8Array'
    case 'text':
      return 'string'
    case 'layout':
      return pascalCase(field.layout ?? '')
    case 'list': {
      const values = valueFields(field.of ?? {})
      const [only] = values
      const item =
        values.length === 1 && only !== undefined
          ? valueTypeOf(only[0], only[1], typeName)
          : `${typeName}${pascalCase(name)}Item`
      return `readonly ${item}[]`
    }
    default:
      return field.values === undefined ? 'number' : `${typeName}${pascalCase(name)}`
  }
}
