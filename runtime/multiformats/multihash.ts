import { hash } from 'node:crypto'
import { MultiformatError } from './multiformat-error.ts'
import { decodeUvarint, uvarintLength, writeUvarint } from './uvarint.ts'

export const identityCode = 0x00
export const sha256Code = 0x12

export interface Multihash {
  readonly code: number
  /** A view of the bytes it was read from. */
  readonly digest: Uint8Array
}

/** The bytes themselves under the identity code: nothing is hashed. */
export function identityMultihash(content: Uint8Array): Uint8Array {
  return encodeMultihash(identityCode, content)
}

/** The SHA-256 multihash of the content. */
export function sha256Multihash(content: Uint8Array): Uint8Array {
  return encodeMultihash(sha256Code, hash('sha256', content, 'buffer'))
}

export function encodeMultihash(code: number, digest: Uint8Array): Uint8Array {
  const header = uvarintLength(code) + uvarintLength(digest.length)
  const bytes = new Uint8Array(header + digest.length)
  writeUvarint(digest.length, bytes, writeUvarint(code, bytes, 0))
  bytes.set(digest, header)
  return bytes
}

/** Reads one multihash that fills `bytes` exactly; throws `bad-multihash` otherwise. */
export function decodeMultihash(bytes: Uint8Array): Multihash {
  const code = decodeUvarint(bytes)
  const length = decodeUvarint(bytes, code.end)
  const digest = bytes.subarray(length.end)
  if (digest.length !== length.value) {
    throw new MultiformatError(
      'bad-multihash',
      `multihash announces a digest of ${length.value} bytes but ${digest.length} follow`,
    )
  }
  return { code: code.value, digest }
}
