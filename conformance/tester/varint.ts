/** An unsigned varint in its shortest form. */
export function encodeVarint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt(value)
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

/** The varint at the front; null where more bytes are needed; `malformed` where it is longer than 10 bytes. */
export function decodeVarint(
  bytes: Uint8Array,
): { readonly value: bigint; readonly length: number } | null | 'malformed' {
  let value = 0n
  for (let index = 0; index < bytes.length; index++) {
    if (index === 10) return 'malformed'
    const byte = bytes[index] ?? 0
    value |= BigInt(byte & 0x7f) << BigInt(7 * index)
    if (byte < 0x80) return { value, length: index + 1 }
  }
  return null
}
