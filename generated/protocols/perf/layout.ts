// Generated from spec/common/limits.yaml#perf sha256:8b6a713b9aa7b1e34839efd6338256fe1ec70b465664c568bd70e2c0cd8f5f39
// Generated from spec/protocols/perf/layout.yaml sha256:f6cff38b4b1564cea9d6f9a42bdc1b86bc26adc4097171c7ce469d216926301d
// Do not edit: change the spec and run `p2pspec generate`.
import { ByteCursor } from '../../common/byte-cursor.ts'
import type { WireWriter } from '../../common/wire.ts'
import { sharedWriter } from '../../common/wire.ts'

/** The first eight bytes of a stream; the uploaded bytes follow. */
export interface Request {
  /** How many bytes the client wants back. */
  readonly downloadBytes: bigint
}

export function encodeRequest(value: Request): Uint8Array {
  sharedWriter.begin()
  writeRequestFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no request. Bytes behind it are left alone. Bytes fields are views of the input. */
export function decodeRequest(bytes: Uint8Array, offset = 0): Request {
  const cursor = new ByteCursor(bytes, offset)
  const value = readRequestFields(cursor)
  return value
}

function readRequestFields(cursor: ByteCursor): Request {
  const downloadBytes = cursor.unsigned64(true, 'downloadBytes')
  return { downloadBytes }
}

/** From the last field to the first, as the writer goes. */
function writeRequestFields(writer: WireWriter, value: Request): void {
  writer.unsigned64(value.downloadBytes, true)
}
