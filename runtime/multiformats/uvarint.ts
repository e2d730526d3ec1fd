import { MultiformatError } from './multiformat-error.ts'

/** Nine groups of seven bits: the longest unsigned varint that multiformats allow. */
export const maxUvarintLength = 9

export interface DecodedUvarint<Value> {
  readonly value: Value
  /** Offset of the first byte behind the varint. */
  readonly end: number
}

/** Bytes that the minimal encoding of `value` takes. */
export function uvarintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++
  return length
}

/** The minimal encoding of a safe, non-negative integer. */
export function encodeUvarint(value: number): Uint8Array {
  const bytes = new Uint8Array(uvarintLength(value))
  writeUvarint(value, bytes, 0)
  return bytes
}

/** Writes the minimal encoding at `offset` and returns the offset behind it. */
export function writeUvarint(value: number, target: Uint8Array, offset: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new MultiformatError(
      'bad-uvarint',
      `${value} is not a non-negative safe integer; use encodeUvarint64 for larger values`,
    )
  }
  let rest = value
  let position = offset
  while (rest >= 0x80) {
    target[position++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[position++] = rest
  return position
}

/** The minimal encoding of a value below 2^63. */
export function encodeUvarint64(value: bigint): Uint8Array {
  if (value < 0n || value >= 1n << 63n)
    throw new MultiformatError('bad-uvarint', `${value} does not fit into ${maxUvarintLength} bytes of varint`)
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

/** Reads a value up to `Number.MAX_SAFE_INTEGER`; throws `bad-uvarint` for padded, cut off or longer ones. */
export function decodeUvarint(bytes: Uint8Array, offset = 0): DecodedUvarint<number> {
  const { value, end } = decodeUvarint64(bytes, offset)
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new MultiformatError('bad-uvarint', `varint ${value} is larger than any length or code can be`)
  return { value: Number(value), end }
}

/** Reads a value below 2^63; throws `bad-uvarint` for padded, cut off or longer ones. */
export function decodeUvarint64(bytes: Uint8Array, offset = 0): DecodedUvarint<bigint> {
  let value = 0n
  for (let index = 0; index < maxUvarintLength; index++) {
    const byte = bytes[offset + index]
    if (byte === undefined)
      throw new MultiformatError('bad-uvarint', `varint at offset ${offset} is cut off after ${index} bytes`)
    value |= BigInt(byte & 0x7f) << BigInt(7 * index)
    if (byte >= 0x80) continue
    if (byte === 0 && index > 0)
      throw new MultiformatError(
        'bad-uvarint',
        `varint at offset ${offset} is padded with a zero group; encode it minimally`,
      )
    return { value, end: offset + index + 1 }
  }
  throw new MultiformatError('bad-uvarint', `varint at offset ${offset} is longer than ${maxUvarintLength} bytes`)
}
