import { decodeVarint, encodeVarint } from './varint.ts'

export const mplexFlags = {
  'new-stream': 0,
  'message-receiver': 1,
  'message-initiator': 2,
  'close-receiver': 3,
  'close-initiator': 4,
  'reset-receiver': 5,
  'reset-initiator': 6,
} as const
export type MplexFlagName = keyof typeof mplexFlags

const FLAG_NAMES = Object.keys(mplexFlags)

/** A frame as it stands on the wire; nothing says that it is legal. */
export interface MplexFrame {
  readonly flag: number
  readonly id: number
  /** The length field, whatever the body is. */
  readonly length: number
  readonly body: Uint8Array
}

export function encodeMplexFrame({ flag, id, length, body }: MplexFrame): Uint8Array {
  return new Uint8Array(Buffer.concat([encodeVarint((BigInt(id) << 3n) | BigInt(flag)), encodeVarint(length), body]))
}

/** Header and length at the front, and how many bytes they take; null while they are not whole. */
export function decodeMplexHeader(
  bytes: Uint8Array,
): { readonly frame: MplexFrame; readonly headerLength: number } | null | 'malformed' {
  const header = decodeVarint(bytes)
  if (header === null || header === 'malformed') return header
  const length = decodeVarint(bytes.subarray(header.length))
  if (length === null || length === 'malformed') return length
  const frame = {
    flag: Number(header.value & 7n),
    id: Number(header.value >> 3n),
    length: Number(length.value),
    body: new Uint8Array(),
  }
  return { frame, headerLength: header.length + length.length }
}

/** `message-initiator stream 3 length 12`: one frame in words. */
export function describeMplexFrame({ flag, id, length }: MplexFrame): string {
  return `${FLAG_NAMES[flag] ?? `flag ${flag}`} stream ${id} length ${length}`
}
