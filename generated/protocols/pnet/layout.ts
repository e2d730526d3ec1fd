// Generated from spec/common/limits.yaml#pnet sha256:423585b7a7ff8d9a73ad4f0a168e7166e615d27fb885fa8eea619504ceb37295
// Generated from spec/protocols/pnet/layout.yaml sha256:7cebf8e55ca0f80a47029bcc7e6a714915cf01419940d77164f5f4194a93879a
// Do not edit: change the spec and run `p2pspec generate`.
import { ByteCursor } from '../../common/byte-cursor.ts'
import type { WireWriter } from '../../common/wire.ts'
import { sharedWriter } from '../../common/wire.ts'

/** The first bytes of each direction; everything behind them is under the key stream that they choose. */
export interface Greeting {
  /** Random, made for this direction of this connection alone. */
  readonly nonce: Uint8Array
}

export function encodeGreeting(value: Greeting): Uint8Array {
  sharedWriter.begin()
  writeGreetingFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no greeting. Bytes behind it are left alone. Bytes fields are views of the input. */
export function decodeGreeting(bytes: Uint8Array, offset = 0): Greeting {
  const cursor = new ByteCursor(bytes, offset)
  const value = readGreetingFields(cursor)
  return value
}

function readGreetingFields(cursor: ByteCursor): Greeting {
  const nonce = cursor.take(24, 'nonce')
  return { nonce }
}

/** From the last field to the first, as the writer goes. */
function writeGreetingFields(writer: WireWriter, value: Greeting): void {
  if (value.nonce.length !== 24) throw new RangeError('nonce has 24 bytes, no more and no fewer')
  writer.raw(value.nonce)
}

/** A key file whose key stands in it as it is. */
export interface BinaryKeyFile {
  readonly key: Uint8Array
}

export function encodeBinaryKeyFile(value: BinaryKeyFile): Uint8Array {
  sharedWriter.begin()
  writeBinaryKeyFileFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no binaryKeyFile. Bytes fields are views of the input. */
export function decodeBinaryKeyFile(bytes: Uint8Array): BinaryKeyFile {
  const cursor = new ByteCursor(bytes, 0)
  const value = readBinaryKeyFileFields(cursor)
  cursor.finish()
  return value
}

function readBinaryKeyFileFields(cursor: ByteCursor): BinaryKeyFile {
  cursor.expect(Uint8Array.of(47, 107, 101, 121, 47, 115, 119, 97, 114, 109, 47, 112, 115, 107, 47, 49, 46, 48, 46, 48, 47, 10, 47, 98, 105, 110, 47, 10), 'heading', 'bad-heading')
  const key = cursor.take(32, 'key')
  return { key }
}

/** From the last field to the first, as the writer goes. */
function writeBinaryKeyFileFields(writer: WireWriter, value: BinaryKeyFile): void {
  if (value.key.length !== 32) throw new RangeError('key has 32 bytes, no more and no fewer')
  writer.raw(value.key)
  writer.raw(Uint8Array.of(47, 107, 101, 121, 47, 115, 119, 97, 114, 109, 47, 112, 115, 107, 47, 49, 46, 48, 46, 48, 47, 10, 47, 98, 105, 110, 47, 10))
}

/** A key file whose key is written in hexadecimal digits. */
export interface Base16KeyFile {
  readonly digits: string
}

export function encodeBase16KeyFile(value: Base16KeyFile): Uint8Array {
  sharedWriter.begin()
  writeBase16KeyFileFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no base16KeyFile. Bytes behind it are left alone. Bytes fields are views of the input. */
export function decodeBase16KeyFile(bytes: Uint8Array, offset = 0): Base16KeyFile {
  const cursor = new ByteCursor(bytes, offset)
  const value = readBase16KeyFileFields(cursor)
  return value
}

function readBase16KeyFileFields(cursor: ByteCursor): Base16KeyFile {
  cursor.expect(Uint8Array.of(47, 107, 101, 121, 47, 115, 119, 97, 114, 109, 47, 112, 115, 107, 47, 49, 46, 48, 46, 48, 47, 10, 47, 98, 97, 115, 101, 49, 54, 47, 10), 'heading', 'bad-heading')
  const digits = cursor.text(64, 'digits')
  return { digits }
}

/** From the last field to the first, as the writer goes. */
function writeBase16KeyFileFields(writer: WireWriter, value: Base16KeyFile): void {
  if (new TextEncoder().encode(value.digits).length !== 64) throw new RangeError('digits has 64 bytes, no more and no fewer')
  writer.text(value.digits)
  writer.raw(Uint8Array.of(47, 107, 101, 121, 47, 115, 119, 97, 114, 109, 47, 112, 115, 107, 47, 49, 46, 48, 46, 48, 47, 10, 47, 98, 97, 115, 101, 49, 54, 47, 10))
}

/** A key file whose key is written in base64 with its padding. */
export interface Base64KeyFile {
  readonly digits: string
}

export function encodeBase64KeyFile(value: Base64KeyFile): Uint8Array {
  sharedWriter.begin()
  writeBase64KeyFileFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no base64KeyFile. Bytes behind it are left alone. Bytes fields are views of the input. */
export function decodeBase64KeyFile(bytes: Uint8Array, offset = 0): Base64KeyFile {
  const cursor = new ByteCursor(bytes, offset)
  const value = readBase64KeyFileFields(cursor)
  return value
}

function readBase64KeyFileFields(cursor: ByteCursor): Base64KeyFile {
  cursor.expect(Uint8Array.of(47, 107, 101, 121, 47, 115, 119, 97, 114, 109, 47, 112, 115, 107, 47, 49, 46, 48, 46, 48, 47, 10, 47, 98, 97, 115, 101, 54, 52, 47, 10), 'heading', 'bad-heading')
  const digits = cursor.text(44, 'digits')
  return { digits }
}

/** From the last field to the first, as the writer goes. */
function writeBase64KeyFileFields(writer: WireWriter, value: Base64KeyFile): void {
  if (new TextEncoder().encode(value.digits).length !== 44) throw new RangeError('digits has 44 bytes, no more and no fewer')
  writer.text(value.digits)
  writer.raw(Uint8Array.of(47, 107, 101, 121, 47, 115, 119, 97, 114, 109, 47, 112, 115, 107, 47, 49, 46, 48, 46, 48, 47, 10, 47, 98, 97, 115, 101, 54, 52, 47, 10))
}
