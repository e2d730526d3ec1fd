// Generated from spec/common/limits.yaml#mplex sha256:b35b6572702ddb573ab7eff68ee4fe445c9bf4f733b54bd9b3cd913a1e2087d6
// Generated from spec/protocols/mplex/layout.yaml sha256:e177af6bcf6970bc531b60af6e922f2f724e5d1ce0cf9725d680f0a97c2c1aea
// Do not edit: change the spec and run `p2pspec generate`.
import { ByteCursor } from '../../common/byte-cursor.ts'
import { DecodeError } from '../../common/decode-error.ts'
import type { WireWriter } from '../../common/wire.ts'
import { sharedWriter } from '../../common/wire.ts'

/** The two varints before every message; the bytes of the message follow. */
export interface Header {
  /** The stream's id times eight, and the flag in the lower three bits. */
  readonly key: number
  /** Bytes that follow. */
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
  const key = cursor.uvarint('key')
  const length = cursor.uvarint('length')
  if (length > 1048576) throw new DecodeError('bad-value', `length is ${length}: at most 1048576`, cursor.offset, 'too-long')
  return { key, length }
}

/** From the last field to the first, as the writer goes. */
function writeHeaderFields(writer: WireWriter, value: Header): void {
  writer.uvarint(value.length)
  writer.uvarint(value.key)
}
