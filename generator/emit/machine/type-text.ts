import type { Field } from '../../model/machine.ts'
import type { ValueType } from '../../model/value-type.ts'

/** The TypeScript of a value's type. */
export function typeText(type: ValueType): string {
  const item = baseText(type)
  const whole = type.list === undefined ? item : listText(item, type.list.atLeast)
  return type.optional ? `${whole} | undefined` : whole
}

/** `readonly name: string` for each field, joined by `; `. */
export function fieldsText(fields: readonly Field[]): string {
  return fields.map(({ name, type }) => `readonly ${name}: ${typeText(type)}`).join('; ')
}

function baseText(type: ValueType): string {
  switch (type.base) {
    case 'string':
    case 'number':
    case 'PeerId':
      return type.base
    case 'bytes':
      return 'Uint8Array'
    case 'bool':
      return 'boolean'
    case 'u64':
      return 'bigint'
    case 'message':
      return type.message ?? 'unknown'
    case 'unknown':
      return 'unknown'
    default: {
      const missed: never = type.base
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

/** A list that is never empty says so, and its first items need no check. */
function listText(item: string, atLeast: number): string {
  if (atLeast === 0 || atLeast > 4) return `readonly ${item}[]`
  return `readonly [${`${item}, `.repeat(atLeast)}...${item}[]]`
}
