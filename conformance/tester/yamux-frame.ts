export const YAMUX_HEADER_LENGTH = 12
export const YAMUX_INITIAL_WINDOW = 256 * 1024

export const yamuxTypes = { data: 0, window: 1, ping: 2, 'go-away': 3 } as const
export const yamuxFlags = { syn: 1, ack: 2, fin: 4, rst: 8 } as const
export type YamuxTypeName = keyof typeof yamuxTypes
export type YamuxFlagName = keyof typeof yamuxFlags

/** A frame as it stands on the wire; nothing says that it is legal. */
export interface YamuxFrame {
  readonly version: number
  readonly type: number
  readonly flags: number
  readonly streamId: number
  /** The length field, whatever the body is. */
  readonly length: number
  readonly body: Uint8Array
}

/** A frame to send; version 0 and no body where nothing else is said. */
export interface FrameFields {
  readonly version?: number
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly length: number
  readonly body?: Uint8Array
}

export function encodeYamuxFrame(frame: YamuxFrame): Uint8Array {
  const bytes = new Uint8Array(YAMUX_HEADER_LENGTH + frame.body.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, frame.version)
  view.setUint8(1, frame.type)
  view.setUint16(2, frame.flags)
  view.setUint32(4, frame.streamId)
  view.setUint32(8, frame.length)
  bytes.set(frame.body, YAMUX_HEADER_LENGTH)
  return bytes
}

/** The header at the front, with an empty body. */
export function decodeYamuxHeader(bytes: Uint8Array): YamuxFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, YAMUX_HEADER_LENGTH)
  return {
    version: view.getUint8(0),
    type: view.getUint8(1),
    flags: view.getUint16(2),
    streamId: view.getUint32(4),
    length: view.getUint32(8),
    body: new Uint8Array(),
  }
}

const TYPE_NAMES = new Map<number, string>(Object.entries(yamuxTypes).map(([name, value]) => [value, name]))

export function yamuxTypeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `type ${type}`
}

export function yamuxFlagNames(flags: number): readonly string[] {
  if (flags === 0) return []
  const names: string[] = Object.entries(yamuxFlags).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name]))
  const unknown = flags & ~0xf
  return unknown === 0 ? names : [...names, `0x${unknown.toString(16)}`]
}

/** `data syn,ack stream 3 length 12`: one frame in words. */
export function describeYamuxFrame(frame: YamuxFrame): string {
  const flags = yamuxFlagNames(frame.flags).join(',')
  const version = frame.version === 0 ? '' : `version ${frame.version} `
  return `${version}${yamuxTypeName(frame.type)}${flags === '' ? '' : ` ${flags}`} stream ${frame.streamId} length ${frame.length}`
}
