import { Buffer } from 'node:buffer'

/** The tags of X.509 that this folder reads and writes. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  issuerUniqueId: 0x81,
  subjectUniqueId: 0x82,
  extensions: 0xa3,
} as const

/** One DER element: tag, the shortest length, the contents one behind the other. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag), lengthBytes(length), ...contents]))
}

/** A bit string of whole bytes. */
export function bitString(content: Uint8Array): Uint8Array {
  return element(tags.bitString, Uint8Array.of(0), content)
}

/** UTCTime up to 2049 and GeneralizedTime from then on, as X.509 wants it. */
export function time(milliseconds: number): Uint8Array {
  const text = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  const short = Number(text.slice(0, 4)) < 2050
  return element(short ? tags.utcTime : tags.generalizedTime, new TextEncoder().encode(short ? text.slice(2) : text))
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return Uint8Array.of(0x80 | digits.length, ...digits)
}
