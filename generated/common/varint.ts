// Generated from generator/templates/common/varint.ts.txt sha256:7ce760e1734728a9534ad1ddb31c1648f8770f1a89a6c9c5acf0a79aa5960598
// Do not edit: change the spec and run `p2pspec generate`.

/** Nine groups of seven bits: no unsigned varint of multiformats is longer. */
export const maxUvarintBytes = 9

/** What `readUvarint` answers instead of a value. */
export const uvarintIncomplete = -1
/** Padded with a zero group, so not minimal. */
export const uvarintNotMinimal = -2
/** Longer than nine bytes, or over `Number.MAX_SAFE_INTEGER`. */
export const uvarintTooLarge = -3

/** Bytes of the minimal encoding. */
export function uvarintLength(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x200000) return 3
  let length = 4
  for (let rest = value / 0x10000000; rest >= 1; rest /= 0x80) length++
  return length
}

/** Writes the minimal encoding of a non-negative safe integer and returns the offset behind it. */
export function writeUvarint(target: Uint8Array, offset: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no length: give a non-negative safe integer`)
  let position = offset
  let rest = value
  while (rest >= 0x80) {
    target[position++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[position++] = rest
  if (position > target.length) throw new RangeError(`a varint of ${position - offset} bytes does not fit at byte ${offset} of ${target.length}`)
  return position
}

/**
 * Reads a minimal varint from `bytes[offset, end)` without allocating: a value of at least 0, or one of the three negative answers.
 * A value that was read took `uvarintLength(value)` bytes.
 */
export function readUvarint(bytes: Uint8Array, offset: number, end: number): number {
  let value = 0
  let scale = 1
  for (let index = 0; index < maxUvarintBytes; index++) {
    if (offset + index >= end) return uvarintIncomplete
    const byte = bytes[offset + index] ?? 0
    value += (byte & 0x7f) * scale
    if (byte < 0x80) {
      if (byte === 0 && index > 0) return uvarintNotMinimal
      return value <= Number.MAX_SAFE_INTEGER ? value : uvarintTooLarge
    }
    scale *= 0x80
  }
  return uvarintTooLarge
}
