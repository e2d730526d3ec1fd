import { limits } from '@p2pspec/generated/common/limits'

const longBit = 0x80
const typeBits = 0x30
const initialType = 0x00
const retryType = 0x30
const version1 = 1
/** A first byte, the version, and the lengths of two connection ids. */
const smallestLongBytes = 7
const { maxJoinedPackets } = limits.quic

/**
 * Hands on each packet of a datagram by itself. The library reads no further where it cannot open one, and what stands behind it is lost: a dialler that ends
 * a connection at once puts its last word behind a packet whose keys the listener has dropped by then.
 */
export function eachPacket(datagram: Uint8Array, take: (packet: Uint8Array) => void): void {
  let rest = datagram
  for (let count = 1; count < maxJoinedPackets; count += 1) {
    const end = endOfLongPacket(rest)
    if (end === undefined || end >= rest.length) break
    take(rest.subarray(0, end))
    rest = rest.subarray(end)
  }
  take(rest)
}

/** Where the next packet begins; undefined where the whole rest is one: a short packet, one without a length, or no packet at all. */
function endOfLongPacket(bytes: Uint8Array): number | undefined {
  const [first = 0] = bytes
  if ((first & longBit) === 0 || bytes.length < smallestLongBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = first & typeBits
  if (view.getUint32(1) !== version1 || type === retryType) return undefined
  let at = 5
  for (let id = 0; id < 2; id += 1) at += 1 + (bytes[at] ?? Infinity)
  if (type === initialType) {
    const token = readNumber(bytes, at)
    if (token === undefined) return undefined
    at = token.end + token.value
  }
  const length = readNumber(bytes, at)
  return length === undefined ? undefined : length.end + length.value
}

/** A number of one to eight bytes (RFC 9000, section 16); undefined where it breaks off. */
function readNumber(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const end = at + (1 << (first >> 6))
  if (end > bytes.length) return undefined
  let value = first & 0x3f
  for (let next = at + 1; next < end; next += 1) value = value * 256 + (bytes[next] ?? 0)
  return { value, end }
}
