import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'

// First packets of QUIC version 1, written and read without a QUIC library: their keys follow from a connection id that anybody can see (RFC 9001, section 5.2).

const VERSION = 1
const SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex')
const TAG_BYTES = 16
const NUMBER_BYTES = 4
const LONG_INITIAL = 0xc0
/** The kind of a long packet, in its first byte: 0 is a first packet. */
export const TYPE_BITS = 0x30
const CRYPTO_FRAME = 0x06
const SAMPLE_OFFSET = 4
const SAMPLE_BYTES = 16
const MOST_NUMBER_BYTES = 8
/** A datagram with a first packet has at least so many bytes. */
export const SMALLEST_DATAGRAM = 1200

export interface InitialKeys {
  readonly key: Uint8Array
  readonly iv: Uint8Array
  readonly headerKey: Uint8Array
}

/** The keys of the first packets: both sides' follow from the id that whoever dials has made up for the other. */
export function initialKeys(destinationId: Uint8Array, side: 'client' | 'server' = 'client'): InitialKeys {
  const secret = expand(hmac(SALT, destinationId), `${side} in`, 32)
  return {
    key: expand(secret, 'quic key', 16),
    iv: expand(secret, 'quic iv', 12),
    headerKey: expand(secret, 'quic hp', 16),
  }
}

export interface LongHeader {
  readonly version: number
  readonly destinationId: Uint8Array
  readonly sourceId: Uint8Array
  /** Behind the connection ids. */
  readonly rest: Uint8Array
}

/** The part of a long packet that all versions share; null for anything else. */
export function readLongHeader(packet: Uint8Array): LongHeader | null {
  const bytes = Buffer.from(packet)
  if (bytes.length < 7 || (bytes.readUInt8(0) & 0x80) === 0) return null
  const destinationEnd = 6 + bytes.readUInt8(5)
  if (destinationEnd >= bytes.length) return null
  const sourceEnd = destinationEnd + 1 + bytes.readUInt8(destinationEnd)
  if (sourceEnd > bytes.length) return null
  return {
    version: bytes.readUInt32BE(1),
    destinationId: bytes.subarray(6, destinationEnd),
    sourceId: bytes.subarray(destinationEnd + 1, sourceEnd),
    rest: bytes.subarray(sourceEnd),
  }
}

export function writeLongHeader(first: number, { version, destinationId, sourceId, rest }: LongHeader): Uint8Array {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(version)
  return Buffer.concat([
    Uint8Array.of(first),
    number,
    Uint8Array.of(destinationId.length),
    destinationId,
    Uint8Array.of(sourceId.length),
    sourceId,
    rest,
  ])
}

/** The frame with the beginning of the TLS handshake in it, out of an honest first packet. */
export function cryptoFrameOf(packet: Uint8Array): Uint8Array {
  const header = readLongHeader(packet)
  if (header === null) throw new Error('a first packet is long')
  const payload = openInitial(packet, initialKeys(header.destinationId))
  if (payload === null) throw new Error('a first packet is sealed by the keys of its id')
  // Padding may stand before it.
  const at = payload.findIndex((byte) => byte !== 0)
  if (payload[at] !== CRYPTO_FRAME) throw new Error('a first packet begins the handshake of TLS')
  const frameLength = readNumber(payload, readNumber(payload, at + 1).end)
  return payload.subarray(at, frameLength.end + frameLength.value)
}

/** The frames in a first packet; null where the bytes are none of these keys. Whatever else stands in its datagram is passed over. */
export function openInitial(packet: Uint8Array, keys: InitialKeys): Buffer | null {
  const header = readLongHeader(packet)
  if (header === null || ((packet[0] ?? 0) & TYPE_BITS) !== 0) return null
  // Numbers that say more than has come are read from zeros: the seal breaks then.
  const bytes = Buffer.concat([packet, new Uint8Array(MOST_NUMBER_BYTES)])
  const tokenLength = readNumber(bytes, packet.length - header.rest.length)
  const lengthAt = tokenLength.end + tokenLength.value
  if (lengthAt >= packet.length) return null
  const length = readNumber(bytes, lengthAt)
  const numberAt = length.end
  const end = numberAt + length.value
  if (end > packet.length || length.value < SAMPLE_OFFSET + SAMPLE_BYTES) return null
  const mask = maskOf(keys, bytes.subarray(numberAt + SAMPLE_OFFSET, numberAt + SAMPLE_OFFSET + SAMPLE_BYTES))
  bytes.writeUInt8(bytes.readUInt8(0) ^ (mask.readUInt8(0) & 0x0f), 0)
  const numberBytes = (bytes.readUInt8(0) & 3) + 1
  let number = 0
  for (let at = 0; at < numberBytes; at++) {
    const plain = bytes.readUInt8(numberAt + at) ^ mask.readUInt8(1 + at)
    bytes.writeUInt8(plain, numberAt + at)
    number = number * 256 + plain
  }
  const start = numberAt + numberBytes
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonceOf(keys, number))
  decipher.setAAD(bytes.subarray(0, start))
  decipher.setAuthTag(bytes.subarray(end - TAG_BYTES, end))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(start, end - TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

export interface InitialParts {
  readonly destinationId: Uint8Array
  readonly sourceId: Uint8Array
  readonly frames: Uint8Array
  /** Filled up to a datagram of so many bytes. */
  readonly datagramBytes: number
  /** Those of whoever dials, where none are given. */
  readonly keys?: InitialKeys
}

/** A first packet, encrypted as it should be. */
export function sealInitial({
  destinationId,
  sourceId,
  frames,
  datagramBytes,
  keys = initialKeys(destinationId),
}: InitialParts): Uint8Array {
  const headBytes = 7 + destinationId.length + sourceId.length + 1 + 2 + NUMBER_BYTES
  const padding = Math.max(0, datagramBytes - headBytes - frames.length - TAG_BYTES)
  const payload = Buffer.concat([frames, new Uint8Array(padding)])
  const length = NUMBER_BYTES + payload.length + TAG_BYTES
  const rest = Uint8Array.of(0, 0x40 | (length >> 8), length & 0xff, 0, 0, 0, 0)
  const first = LONG_INITIAL | (NUMBER_BYTES - 1)
  const head = Buffer.from(writeLongHeader(first, { version: VERSION, destinationId, sourceId, rest }))
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonceOf(keys, 0))
  cipher.setAAD(head)
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()])
  const mask = maskOf(keys, sealed.subarray(0, 16))
  head.writeUInt8(head.readUInt8(0) ^ (mask.readUInt8(0) & 0x0f), 0)
  for (let at = 0; at < NUMBER_BYTES; at++) head.writeUInt8(mask.readUInt8(1 + at), head.length - NUMBER_BYTES + at)
  return Buffer.concat([head, sealed])
}

function nonceOf({ iv }: InitialKeys, number: number): Buffer {
  const nonce = Buffer.from(iv)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ number) >>> 0, 8)
  return nonce
}

function maskOf({ headerKey }: InitialKeys, sample: Uint8Array): Buffer {
  return createCipheriv('aes-128-ecb', headerKey, null).update(sample)
}

function expand(secret: Uint8Array, label: string, length: number): Buffer {
  const full = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Uint8Array.of(0, length, full.length), full, Uint8Array.of(0)])
  // No key is longer than one block of the hash.
  return hmac(secret, Buffer.concat([info, Uint8Array.of(1)])).subarray(0, length)
}

function hmac(key: Uint8Array, text: Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

export interface ReadNumber {
  readonly value: number
  readonly end: number
}

/** A number of one to eight bytes (RFC 9000, section 16). */
export function readNumber(bytes: Buffer, at: number): ReadNumber {
  const length = 1 << (bytes.readUInt8(at) >> 6)
  let value = bytes.readUInt8(at) & 0x3f
  for (let next = 1; next < length; next++) value = value * 256 + bytes.readUInt8(at + next)
  return { value, end: at + length }
}
