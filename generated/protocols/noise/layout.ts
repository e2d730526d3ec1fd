// Generated from spec/common/limits.yaml#noise sha256:ec35b5298a794650ea06e8eacd63f7d8ba832f834b6c88c585fd2533ae5c5ac8
// Generated from spec/protocols/noise/layout.yaml sha256:b78d05a3dd4a5acf8dd5bb08b4ea65fa3313bd6f4e82f589a88e5563d750a8c1
// Do not edit: change the spec and run `p2pspec generate`.
import { ByteCursor } from '../../common/byte-cursor.ts'
import type { WireWriter } from '../../common/wire.ts'
import { sharedWriter } from '../../common/wire.ts'

/** Every message of both phases, handshake and transport. */
export interface Frame {
  /** A handshake message, or ciphertext with its 16-byte tag at the end. */
  readonly message: Uint8Array
}

export function encodeFrame(value: Frame): Uint8Array {
  sharedWriter.begin()
  writeFrameFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no frame. Bytes fields are views of the input. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const cursor = new ByteCursor(bytes, 0)
  const value = readFrameFields(cursor)
  cursor.finish()
  return value
}

function readFrameFields(cursor: ByteCursor): Frame {
  const length = cursor.unsigned(2, true, 'length')
  const message = cursor.take(length, 'message')
  return { message }
}

/** From the last field to the first, as the writer goes. */
function writeFrameFields(writer: WireWriter, value: Frame): void {
  const messageEnd = writer.mark()
  writer.raw(value.message)
  const messageCount = writer.mark() - messageEnd
  writer.unsigned(messageCount, 2, true)
}

/** The first handshake message, initiator to responder; nothing in it is secret. */
export interface Hello {
  /** X25519 key made for this handshake alone. */
  readonly ephemeral: Uint8Array
  /** Empty when it comes from a libp2p node. */
  readonly payload: Uint8Array
}

export function encodeHello(value: Hello): Uint8Array {
  sharedWriter.begin()
  writeHelloFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no hello. Bytes fields are views of the input. */
export function decodeHello(bytes: Uint8Array): Hello {
  const cursor = new ByteCursor(bytes, 0)
  const value = readHelloFields(cursor)
  cursor.finish()
  return value
}

function readHelloFields(cursor: ByteCursor): Hello {
  const ephemeral = cursor.take(32, 'ephemeral')
  const payload = cursor.take(cursor.remaining, 'payload')
  return { ephemeral, payload }
}

/** From the last field to the first, as the writer goes. */
function writeHelloFields(writer: WireWriter, value: Hello): void {
  writer.raw(value.payload)
  if (value.ephemeral.length !== 32) throw new RangeError('ephemeral has 32 bytes, no more and no fewer')
  writer.raw(value.ephemeral)
}

/** The second handshake message, responder to initiator. */
export interface Response {
  /** X25519 key made for this handshake alone. */
  readonly ephemeral: Uint8Array
  /** The responder's static key under encryption, with its tag. */
  readonly staticKey: Uint8Array
  /** A NoiseHandshakePayload under encryption, with its tag. */
  readonly payload: Uint8Array
}

export function encodeResponse(value: Response): Uint8Array {
  sharedWriter.begin()
  writeResponseFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no response. Bytes fields are views of the input. */
export function decodeResponse(bytes: Uint8Array): Response {
  const cursor = new ByteCursor(bytes, 0)
  const value = readResponseFields(cursor)
  cursor.finish()
  return value
}

function readResponseFields(cursor: ByteCursor): Response {
  const ephemeral = cursor.take(32, 'ephemeral')
  const staticKey = cursor.take(48, 'staticKey')
  const payload = cursor.take(cursor.remaining, 'payload')
  return { ephemeral, staticKey, payload }
}

/** From the last field to the first, as the writer goes. */
function writeResponseFields(writer: WireWriter, value: Response): void {
  writer.raw(value.payload)
  if (value.staticKey.length !== 48) throw new RangeError('staticKey has 48 bytes, no more and no fewer')
  writer.raw(value.staticKey)
  if (value.ephemeral.length !== 32) throw new RangeError('ephemeral has 32 bytes, no more and no fewer')
  writer.raw(value.ephemeral)
}

/** The third handshake message, initiator to responder. */
export interface Finish {
  /** The initiator's static key under encryption, with its tag. */
  readonly staticKey: Uint8Array
  /** A NoiseHandshakePayload under encryption, with its tag. */
  readonly payload: Uint8Array
}

export function encodeFinish(value: Finish): Uint8Array {
  sharedWriter.begin()
  writeFinishFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no finish. Bytes fields are views of the input. */
export function decodeFinish(bytes: Uint8Array): Finish {
  const cursor = new ByteCursor(bytes, 0)
  const value = readFinishFields(cursor)
  cursor.finish()
  return value
}

function readFinishFields(cursor: ByteCursor): Finish {
  const staticKey = cursor.take(48, 'staticKey')
  const payload = cursor.take(cursor.remaining, 'payload')
  return { staticKey, payload }
}

/** From the last field to the first, as the writer goes. */
function writeFinishFields(writer: WireWriter, value: Finish): void {
  writer.raw(value.payload)
  if (value.staticKey.length !== 48) throw new RangeError('staticKey has 48 bytes, no more and no fewer')
  writer.raw(value.staticKey)
}
