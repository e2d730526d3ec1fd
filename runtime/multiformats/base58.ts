import { base58btc } from 'multiformats/bases/base58'
import { MultiformatError } from './multiformat-error.ts'

/** Base58btc text without a multibase prefix. */
export function encodeBase58(bytes: Uint8Array): string {
  return base58btc.baseEncode(bytes)
}

/** Decodes base58btc text without a multibase prefix. The time is quadratic: the caller bounds the length. */
export function decodeBase58(text: string): Uint8Array {
  try {
    return base58btc.baseDecode(text)
  } catch (cause) {
    throw new MultiformatError('bad-base-text', `"${text}" holds characters outside the base58btc alphabet`, { cause })
  }
}
