/** The type of a field, an input, a variable or an argument. */
export interface ValueType {
  readonly base: 'string' | 'bytes' | 'bool' | 'number' | 'u64' | 'PeerId' | 'message' | 'unknown'
  /** The message's or layout's name, where `base` is `message`. */
  readonly message: string | undefined
  readonly list: { readonly atLeast: number; readonly atMost: number | undefined } | undefined
  readonly optional: boolean
}

const pattern = /^(?<base>[A-Za-z][A-Za-z0-9]*)(?<list>\[(?:(?<from>[0-9]+)\.\.(?<to>[0-9]*))?\])?(?<optional>\?)?$/

/** Parses a type that the schema has accepted: `string[1..]`, `PeerId?`, `Identify`. */
export function parseType(text: string): ValueType {
  const groups = pattern.exec(text)?.groups
  const base = groups?.['base']
  if (groups === undefined || base === undefined) return unknownType
  const optional = groups['optional'] !== undefined
  const list =
    groups['list'] === undefined
      ? undefined
      : {
          atLeast: Number(groups['from'] ?? 0),
          atMost: groups['to'] === undefined || groups['to'] === '' ? undefined : Number(groups['to']),
        }
  switch (base) {
    case 'string':
    case 'bytes':
    case 'bool':
    case 'number':
    case 'u64':
    case 'PeerId':
      return { base, message: undefined, list, optional }
    default:
      return { base: 'message', message: base, list, optional }
  }
}

export const unknownType: ValueType = { base: 'unknown', message: undefined, list: undefined, optional: false }

export function scalarType(base: Exclude<ValueType['base'], 'message'>): ValueType {
  return { base, message: undefined, list: undefined, optional: false }
}

export function messageType(message: string): ValueType {
  return { base: 'message', message, list: undefined, optional: false }
}
