import { unreachable, type Framing } from '@p2pspec/generated/common/machine'

/** Puts the framing around a payload, in one new buffer. A payload over the limit for sending is this side's own fault and throws. */
export function frame(framing: Framing, payload: Uint8Array): Uint8Array {
  switch (framing.kind) {
    case 'uvarint-prefixed':
      return uvarintFrame(payload, framing.suffix, framing.sendLimit)
    case 'u16be-prefixed':
      return uint16Frame(payload, framing.limit)
    case 'fixed':
      if (payload.byteLength !== framing.length) throw tooLong(payload.byteLength, framing.length)
      return payload
    case 'manual':
      return payload
    default:
      return unreachable(framing)
  }
}

/** One buffer of several frames, so that they leave in one write. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of frames) length += part.byteLength
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of frames) {
    joined.set(part, at)
    at += part.byteLength
  }
  return joined
}

function uvarintFrame(payload: Uint8Array, suffix: Uint8Array | null, limit: number): Uint8Array {
  const length = payload.byteLength + (suffix?.byteLength ?? 0)
  if (length > limit) throw tooLong(length, limit)
  let prefixBytes = 1
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) prefixBytes += 1
  const bytes = new Uint8Array(prefixBytes + length)
  let rest = length
  for (let at = 0; at < prefixBytes; at += 1) {
    bytes[at] = at < prefixBytes - 1 ? (rest % 0x80) | 0x80 : rest
    rest = Math.floor(rest / 0x80)
  }
  bytes.set(payload, prefixBytes)
  if (suffix !== null) bytes.set(suffix, prefixBytes + payload.byteLength)
  return bytes
}

function uint16Frame(payload: Uint8Array, limit: number): Uint8Array {
  if (payload.byteLength > limit) throw tooLong(payload.byteLength, limit)
  const bytes = new Uint8Array(2 + payload.byteLength)
  bytes[0] = payload.byteLength >> 8
  bytes[1] = payload.byteLength & 0xff
  bytes.set(payload, 2)
  return bytes
}

function tooLong(length: number, limit: number): RangeError {
  return new RangeError(`a message of ${length} bytes does not fit the framing's ${limit}: send less`)
}
