import type { Framing } from '@p2pspec/generated/common/machine'
import type { Malformation } from '@p2pspec/generated/common/cases'
import type { Inbox } from './inbox.ts'
import { decodeVarint, encodeVarint } from './varint.ts'

/** What one read of a framed channel gave. */
export type FrameRead =
  | { readonly kind: 'frame'; readonly payload: Uint8Array; readonly bytes: Uint8Array }
  | { readonly kind: 'malformed'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended' | 'reset' | 'timeout' }

/** Longest payload that the tester reads from a subject: far above every limit, far below what would hurt. */
const MAX_READ_BYTES = 16 * 1024 * 1024

export function encodeFrame(framing: Framing, payload: Uint8Array): Uint8Array {
  switch (framing.kind) {
    case 'uvarint-prefixed': {
      const body = framing.suffix === null ? payload : join(payload, framing.suffix)
      return join(encodeVarint(body.length), body)
    }
    case 'u16be-prefixed':
      return join(Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload)
    case 'fixed':
    case 'manual':
      return payload
  }
}

/** The next whole message of the channel. A `manual` framing gives whatever is there. */
export async function readFrame(framing: Framing, inbox: Inbox, waitMs: number): Promise<FrameRead> {
  await inbox.watch.until(() => inbox.state !== 'open' || frontLength(framing, inbox) !== null, waitMs)
  const length = frontLength(framing, inbox)
  if (length === 'malformed') return { kind: 'malformed', bytes: inbox.takeAll() }
  if (length !== null) {
    const bytes = inbox.take(length.prefix + length.body)
    const payload = withoutSuffix(framing, bytes.subarray(length.prefix))
    return payload === null ? { kind: 'malformed', bytes } : { kind: 'frame', payload, bytes }
  }
  if (inbox.state === 'open') return { kind: 'timeout' }
  if (inbox.length > 0 && inbox.state === 'ended') return { kind: 'malformed', bytes: inbox.takeAll() }
  return { kind: inbox.state }
}

/** Bytes of the message at the front: its prefix and its body; null while it is not whole. */
function frontLength(
  framing: Framing,
  inbox: Inbox,
): { readonly prefix: number; readonly body: number } | null | 'malformed' {
  if (inbox.length === 0) return null
  switch (framing.kind) {
    case 'uvarint-prefixed': {
      const prefix = decodeVarint(inbox.peek(11))
      if (prefix === null || prefix === 'malformed') return prefix
      if (prefix.value > MAX_READ_BYTES) return 'malformed'
      const body = Number(prefix.value)
      return inbox.length >= prefix.length + body ? { prefix: prefix.length, body } : null
    }
    case 'u16be-prefixed': {
      const [high = 0, low = 0] = inbox.peek(2)
      const body = high * 256 + low
      return inbox.length >= 2 + body ? { prefix: 2, body } : null
    }
    case 'fixed':
      return inbox.length >= framing.length ? { prefix: 0, body: framing.length } : null
    case 'manual':
      return { prefix: 0, body: inbox.length }
  }
}

function withoutSuffix(framing: Framing, body: Uint8Array): Uint8Array | null {
  if (framing.kind !== 'uvarint-prefixed' || framing.suffix === null) return body
  const start = body.length - framing.suffix.length
  return start >= 0 && Buffer.compare(body.subarray(start), framing.suffix) === 0 ? body.subarray(0, start) : null
}

export interface Malformed {
  readonly bytes: Uint8Array
  /** The bytes are short of what they announce: only an end behind them shows it. */
  readonly cutShort: boolean
}

/** A broken frame, made of a well-formed payload; null where this framing cannot be broken that way. */
export function malform(framing: Framing, how: Malformation, payload: Uint8Array): Malformed | null {
  if (how === 'truncated') return cutShort(encodeFrame(framing, payload))
  if (framing.kind === 'u16be-prefixed') return how === 'zero-length' ? whole(Uint8Array.of(0, 0)) : null
  if (framing.kind !== 'uvarint-prefixed') return null
  const suffix = framing.suffix ?? new Uint8Array()
  const body = join(payload, suffix)
  switch (how) {
    case 'zero-length':
      return whole(Uint8Array.of(0))
    case 'no-suffix':
      return framing.suffix === null ? null : whole(join(encodeVarint(payload.length), payload))
    case 'over-limit': {
      const length = framing.limit + 1
      return whole(join(encodeVarint(length), filler(payload, length - suffix.length), suffix))
    }
    case 'huge-length':
      return whole(join(encodeVarint(2n ** 63n - 1n), body))
    case 'non-minimal-length': {
      const shortest = encodeVarint(body.length)
      const last = shortest.length - 1
      const longer = join(shortest, Uint8Array.of(0))
      longer[last] = (longer[last] ?? 0) | 0x80
      return whole(join(longer, body))
    }
    case 'length-too-long':
      return whole(join(new Uint8Array(10).fill(0xff), Uint8Array.of(1), body))
    case 'bad-utf8':
      return whole(encodeFrame(framing, join(payload.subarray(0, 1), Uint8Array.of(0xff, 0xfe), payload.subarray(1))))
    case 'bad-protobuf':
      return whole(encodeFrame(framing, Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0x7f, 1)))
  }
}

/** `payload`, lengthened with its own last byte: the front still looks right. */
function filler(payload: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(payload.at(-1) ?? 0x61)
  bytes.set(payload.subarray(0, length))
  return bytes
}

function whole(bytes: Uint8Array): Malformed {
  return { bytes, cutShort: false }
}

function cutShort(bytes: Uint8Array): Malformed {
  return { bytes: bytes.subarray(0, Math.max(1, bytes.length - 1)), cutShort: true }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
