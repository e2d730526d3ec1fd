import type { ValueType } from '../model/value-type.ts'

/** A value of a spec file as expressions see it: `{hex}` and the like are bytes, a number of a u64 is a bigint. */
export function specValue(value: unknown, type?: ValueType): unknown {
  if (typeof value === 'number' && type?.base === 'u64') return BigInt(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value))
    return value.map((item: unknown) => specValue(item, type === undefined ? undefined : { ...type, list: undefined }))
  const [key, second] = Object.keys(value)
  if (second === undefined || (key === 'repeat' && second === 'count')) {
    const bytes = bytesOf(value)
    if (bytes !== undefined) return bytes
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, specValue(item)]))
}

function bytesOf(value: object): Uint8Array | undefined {
  if ('hex' in value && typeof value.hex === 'string') return Uint8Array.from(Buffer.from(value.hex, 'hex'))
  if ('utf8' in value && typeof value.utf8 === 'string') return new TextEncoder().encode(value.utf8)
  if ('base64' in value && typeof value.base64 === 'string') return Uint8Array.from(Buffer.from(value.base64, 'base64'))
  if ('repeat' in value && 'count' in value) return new Uint8Array(Number(value.count)).fill(Number(value.repeat))
  // Filled by whoever sends it: some bytes here.
  if ('hole' in value || 'base58' in value) return Uint8Array.of(1, 2, 3)
  return undefined
}
