import { decodeVarint, encodeVarint } from './varint.ts'

/** One field of a protobuf message as it stands on the wire. */
export interface WireField {
  readonly number: number
  readonly value: bigint | Uint8Array
}

/** Writes fields in the given order: no schema, so that anything can be said. */
export function encodeFields(fields: readonly WireField[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { number, value } of fields) {
    if (typeof value === 'bigint') parts.push(encodeVarint((number << 3) >>> 0), encodeVarint(value))
    else parts.push(encodeVarint(((number << 3) | 2) >>> 0), encodeVarint(value.length), value)
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** Reads fields of wire types 0 and 2, skips 1 and 5; null where the bytes are no protobuf message. */
export function decodeFields(bytes: Uint8Array): WireField[] | null {
  const fields: WireField[] = []
  let rest = bytes
  while (rest.length > 0) {
    const tag = decodeVarint(rest)
    if (tag === null || tag === 'malformed') return null
    rest = rest.subarray(tag.length)
    const number = Number(tag.value >> 3n)
    const type = Number(tag.value & 7n)
    if (type === 0 || type === 2) {
      const value = decodeVarint(rest)
      if (value === null || value === 'malformed') return null
      rest = rest.subarray(value.length)
      if (type === 0) {
        fields.push({ number, value: value.value })
        continue
      }
      const length = Number(value.value)
      if (length > rest.length) return null
      fields.push({ number, value: rest.subarray(0, length) })
      rest = rest.subarray(length)
    } else if (type === 1 || type === 5) {
      const length = type === 1 ? 8 : 4
      if (length > rest.length) return null
      rest = rest.subarray(length)
    } else {
      return null
    }
  }
  return fields
}

export function bytesField(fields: readonly WireField[], number: number): Uint8Array | undefined {
  const field = fields.find((candidate) => candidate.number === number)
  return field !== undefined && typeof field.value !== 'bigint' ? field.value : undefined
}
