// Generated from spec/common/limits.yaml#keys sha256:5568cb8c3ef041b994da65bb2c16e41e7266784b96e4f7ff2d8a6fefa12b8b83
// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/records/keys/keys.proto sha256:d199ab564ab273be22cdbb968b950b79673f0e54c1a048402823233c9faf11d8
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

export const KeyType = {
  RSA: 0,
  Ed25519: 1,
  Secp256k1: 2,
  ECDSA: 3,
} as const
/** A number of `KeyType`, or one that a newer sender knows. */
export type KeyType = (typeof KeyType)[keyof typeof KeyType] | (number & {})

/** A public key as it travels and as it is hashed into a peer id. */
export interface PublicKey {
  readonly type: KeyType
  /** RSA and ECDSA: DER SubjectPublicKeyInfo. Ed25519: 32 bytes. secp256k1: a compressed point of 33 bytes. */
  readonly data: Uint8Array
}

/** A private key as key files hold it; it never travels. */
export interface PrivateKey {
  readonly type: KeyType
  /** RSA: PKCS #1 DER. Ed25519: seed and public key. secp256k1: the 32-byte number. ECDSA: SEC 1 DER. */
  readonly data: Uint8Array
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 4194304, maxCount: 1024, maxDepth: 8 }

export function encodePublicKey(message: PublicKey): Uint8Array {
  sharedWriter.begin()
  writePublicKey(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no PublicKey or are over a limit. */
export function decodePublicKey(bytes: Uint8Array, options: DecodeOptions = decodeLimits): PublicKey {
  return readPublicKey(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergePublicKey(into: PublicKey, from: PublicKey): PublicKey {
  return {
    type: from.type,
    data: from.data,
  }
}

export function encodePrivateKey(message: PrivateKey): Uint8Array {
  sharedWriter.begin()
  writePrivateKey(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no PrivateKey or are over a limit. */
export function decodePrivateKey(bytes: Uint8Array, options: DecodeOptions = decodeLimits): PrivateKey {
  return readPrivateKey(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergePrivateKey(into: PrivateKey, from: PrivateKey): PrivateKey {
  return {
    type: from.type,
    data: from.data,
  }
}

function readPublicKey(reader: WireReader): PublicKey {
  let type: KeyType | undefined
  let data: Uint8Array | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        type = reader.int32()
        break
      case 18:
        data = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  if (type === undefined) throw reader.missing('PublicKey.type')
  if (data === undefined) throw reader.missing('PublicKey.data')
  return { type, data }
}

function writePublicKey(writer: WireWriter, message: PublicKey): void {
  writer.bytes(message.data)
  writer.byte(18)
  writer.int32(message.type)
  writer.byte(8)
}

function readPrivateKey(reader: WireReader): PrivateKey {
  let type: KeyType | undefined
  let data: Uint8Array | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        type = reader.int32()
        break
      case 18:
        data = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  if (type === undefined) throw reader.missing('PrivateKey.type')
  if (data === undefined) throw reader.missing('PrivateKey.data')
  return { type, data }
}

function writePrivateKey(writer: WireWriter, message: PrivateKey): void {
  writer.bytes(message.data)
  writer.byte(18)
  writer.int32(message.type)
  writer.byte(8)
}
