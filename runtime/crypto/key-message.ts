import { decodeUvarint, uvarintLength, writeUvarint } from '@p2pspec/runtime/multiformats/uvarint'
import { CryptoError } from './crypto-error.ts'

export type KeyType = 'rsa' | 'ed25519' | 'secp256k1' | 'ecdsa'

/** Position is the number on the wire. */
const keyTypes: readonly KeyType[] = ['rsa', 'ed25519', 'secp256k1', 'ecdsa']

const typeTag = 0x08
const dataTag = 0x12

export interface KeyMessage {
  readonly type: KeyType
  /** A view of the bytes it was read from. */
  readonly data: Uint8Array
}

/** The one legal encoding: type, then data, minimal varints, nothing left out. */
export function encodeKeyMessage({ type, data }: KeyMessage): Uint8Array {
  //= KEY-ENC-1, KEY-ENC-2, KEY-ENC-3, KEY-ENC-4
  const header = 3 + uvarintLength(data.length)
  const bytes = new Uint8Array(header + data.length)
  bytes[0] = typeTag
  bytes[1] = keyTypes.indexOf(type)
  bytes[2] = dataTag
  writeUvarint(data.length, bytes, 3)
  bytes.set(data, header)
  return bytes
}

/** Reads a key message and refuses every encoding but the one that `encodeKeyMessage` writes. */
export function decodeKeyMessage(bytes: Uint8Array, limitBytes: number): KeyMessage {
  //= KEY-LIMIT-1
  if (bytes.length > limitBytes)
    throw new CryptoError(
      'bad-key-encoding',
      `a key message of ${bytes.length} bytes is longer than any key of a known type (${limitBytes})`,
    )
  //= KEY-ENC-5
  if (bytes[0] !== typeTag || bytes[2] !== dataTag)
    throw new CryptoError(
      'bad-key-encoding',
      'a key message holds its type, then its data, and nothing else; this one does not',
    )
  const type = keyTypes[bytes[1] ?? keyTypes.length]
  if (type === undefined)
    throw new CryptoError('unknown-key-type', `key type ${bytes[1]} is none of ${keyTypes.join(', ')}`)
  return { type, data: readData(bytes) }
}

function readData(bytes: Uint8Array): Uint8Array {
  let length
  try {
    length = decodeUvarint(bytes, 3)
  } catch (cause) {
    throw new CryptoError('bad-key-encoding', 'the length of the key data is no minimal varint', { cause })
  }
  const data = bytes.subarray(length.end)
  if (data.length !== length.value)
    throw new CryptoError(
      'bad-key-encoding',
      `the key message announces ${length.value} bytes of data but ${data.length} follow`,
    )
  return data
}
