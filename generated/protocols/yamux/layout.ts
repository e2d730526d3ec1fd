// Generated from spec/common/limits.yaml#yamux sha256:a9b1544c566d49122c99c738a6bff5bd0ffea65d7dffdf5c64017d128bbe3ec8
// Generated from spec/protocols/yamux/layout.yaml sha256:836626d7d3f2755f82e8e7ff6af1c7e29d602857dfea6c32d767384ad1028a2a
// Do not edit: change the spec and run `p2pspec generate`.
import { ByteCursor } from '../../common/byte-cursor.ts'
import { DecodeError } from '../../common/decode-error.ts'
import type { WireWriter } from '../../common/wire.ts'
import { sharedWriter } from '../../common/wire.ts'

/** What the frame is for. */
export const HeaderKind = {
  data: 0,
  windowUpdate: 1,
  ping: 2,
  goAway: 3,
} as const
export type HeaderKind = (typeof HeaderKind)[keyof typeof HeaderKind]
/** What else it says. */
export const HeaderFlags = {
  syn: 1,
  ack: 2,
  fin: 4,
  rst: 8,
} as const

/** The twelve bytes before every frame; a data frame's bytes follow. */
export interface Header {
  /** What the frame is for. */
  readonly kind: HeaderKind
  /** What else it says. */
  readonly flags: number
  /** The stream, or 0 for the session. */
  readonly streamId: number
  /** Bytes that follow, credit, an opaque value or a reason, by kind. */
  readonly length: number
}

export function encodeHeader(value: Header): Uint8Array {
  sharedWriter.begin()
  writeHeaderFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no header. Bytes behind it are left alone. Bytes fields are views of the input. */
export function decodeHeader(bytes: Uint8Array, offset = 0): Header {
  const cursor = new ByteCursor(bytes, offset)
  const value = readHeaderFields(cursor)
  return value
}

function readHeaderFields(cursor: ByteCursor): Header {
  const version = cursor.unsigned(1, true, 'version')
  if (version !== 0) throw new DecodeError('bad-value', `version is ${version}: it must be 0`, cursor.offset, 'bad-version')
  const kind = cursor.unsigned(1, true, 'kind') as HeaderKind // checked below
  if (kind > 3) throw new DecodeError('bad-value', `kind is ${kind}: no such value`, cursor.offset, 'bad-type')
  const flags = cursor.unsigned(2, true, 'flags')
  const streamId = cursor.unsigned(4, true, 'streamId')
  const length = cursor.unsigned(4, true, 'length')
  return { kind, flags, streamId, length }
}

/** From the last field to the first, as the writer goes. */
function writeHeaderFields(writer: WireWriter, value: Header): void {
  writer.unsigned(value.length, 4, true)
  writer.unsigned(value.streamId, 4, true)
  writer.unsigned(value.flags, 2, true)
  writer.unsigned(value.kind, 1, true)
  writer.unsigned(0, 1, true)
}

/** Bytes of one header. */
export const headerBytes = 12
/** Reads into `target`, which the caller keeps and reuses; allocates nothing. Throws `DecodeError`. */
export function readHeader(bytes: Uint8Array, offset: number, target: { -readonly [Field in keyof Header]: Header[Field] }): void {
  if (bytes.length - offset < 12) throw new DecodeError('truncated', 'the bytes end inside the header', bytes.length)
  const version = (bytes[offset] ?? 0)
  if (version !== 0) throw new DecodeError('bad-value', `version is ${version}: it must be 0`, offset, 'bad-version')
  const kind = (bytes[offset + 1] ?? 0) as HeaderKind // checked below
  if (kind > 3) throw new DecodeError('bad-value', `kind is ${kind}: no such value`, offset + 1, 'bad-type')
  const flags = ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0)
  const streamId = (((bytes[offset + 4] ?? 0) << 24) | ((bytes[offset + 5] ?? 0) << 16) | ((bytes[offset + 6] ?? 0) << 8) | (bytes[offset + 7] ?? 0)) >>> 0
  const length = (((bytes[offset + 8] ?? 0) << 24) | ((bytes[offset + 9] ?? 0) << 16) | ((bytes[offset + 10] ?? 0) << 8) | (bytes[offset + 11] ?? 0)) >>> 0
  target.kind = kind
  target.flags = flags
  target.streamId = streamId
  target.length = length
}

/** Writes 12 bytes at `offset`; allocates nothing. Values are taken as they are: the caller keeps them in range. */
export function writeHeader(target: Uint8Array, offset: number, kind: HeaderKind, flags: number, streamId: number, length: number): void {
  target[offset] = 0
  target[offset + 1] = kind
  target[offset + 2] = flags >>> 8
  target[offset + 3] = flags
  target[offset + 4] = streamId >>> 24
  target[offset + 5] = streamId >>> 16
  target[offset + 6] = streamId >>> 8
  target[offset + 7] = streamId
  target[offset + 8] = length >>> 24
  target[offset + 9] = length >>> 16
  target[offset + 10] = length >>> 8
  target[offset + 11] = length
}
