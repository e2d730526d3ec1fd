import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { limits } from '@p2pspec/generated/common/limits'
import { copyBytes } from '../core/memory.ts'
import { CryptoError } from './crypto-error.ts'
import { ecdsa } from './ecdsa.ts'
import { ed25519 } from './ed25519.ts'
import { decodeKeyMessage, encodeKeyMessage } from './key-message.ts'
import type { KeyType } from './key-message.ts'
import type { KeyScheme } from './key-scheme.ts'
import { rsa } from './rsa.ts'
import { secp256k1 } from './secp256k1.ts'

export type { KeyType } from './key-message.ts'

export interface PublicKey {
  readonly type: KeyType
  /** The key in the form of its type, without the message around it. */
  readonly data: Uint8Array
  /** The protobuf message, made once. Do not change the bytes. */
  encode(): Uint8Array
  /** False for a wrong signature and for one that is no signature at all. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
  equals(other: PublicKey): boolean
}

export interface PrivateKey {
  readonly type: KeyType
  readonly publicKey: PublicKey
  sign(message: Uint8Array): Uint8Array
  /** The protobuf message in which key files hold it. Secret. */
  encode(): Uint8Array
}

//= KEY-TYPE-1, KEY-TYPE-2, KEY-TYPE-3
const schemes: Readonly<Record<KeyType, KeyScheme>> = { rsa, ed25519, secp256k1, ecdsa }

/** Keys read lately, oldest first: an import costs a tenth of a verification. */
const recentKeys = new Map<string, PublicKey>()
const maxRecentKeys = 128

/** A new key. `rsaBits` counts for RSA alone. */
export function generatePrivateKey(type: KeyType = 'ed25519', options: { readonly rsaBits?: number } = {}): PrivateKey {
  return fromPrivateKeyObject(type, schemes[type].generate(options))
}

/** The Ed25519 key of a 32-byte seed: the same seed gives the same identity. */
export function privateKeyFromSeed(seed: Uint8Array): PrivateKey {
  if (seed.length !== 32) throw new CryptoError('bad-seed', `an Ed25519 seed has 32 bytes, this one ${seed.length}`)
  //= KEY-SEED-1
  return fromPrivateKeyObject('ed25519', ed25519.importPrivate(seed))
}

/** Reads a public key message. Sizes are checked before anything is parsed; throws `CryptoError`. */
export function decodePublicKey(bytes: Uint8Array): PublicKey {
  const { type, data } = decodeKeyMessage(bytes, limits.keys.maxPublicKeyBytes)
  // One connection shows its key three times: in the handshake, in identify and around its peer record.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const known = recentKeys.get(text)
  if (known !== undefined) return known
  const kept = copyBytes(data)
  const key = publicKeyFrom(type, kept, schemes[type].importPublic(kept))
  if (recentKeys.size >= maxRecentKeys) {
    for (const oldest of recentKeys.keys()) {
      recentKeys.delete(oldest)
      break
    }
  }
  recentKeys.set(text, key)
  return key
}

/** Reads a private key message as key files hold it; throws `CryptoError`. */
export function decodePrivateKey(bytes: Uint8Array): PrivateKey {
  const { type, data } = decodeKeyMessage(bytes, limits.keys.maxPrivateKeyBytes)
  return fromPrivateKeyObject(type, schemes[type].importPrivate(data))
}

function publicKeyFrom(type: KeyType, data: Uint8Array, keyObject: KeyObject): PublicKey {
  const scheme = schemes[type]
  let encoded: Uint8Array | undefined
  return {
    type,
    data,
    encode: () => (encoded ??= encodeKeyMessage({ type, data })),
    verify: (message, signature) => scheme.verify(keyObject, message, signature),
    equals: (other) => other.type === type && sameBytes(other.data, data),
  }
}

function fromPrivateKeyObject(type: KeyType, keyObject: KeyObject): PrivateKey {
  const scheme = schemes[type]
  const { data, publicKey } = scheme.publicOf(keyObject)
  return {
    type,
    publicKey: publicKeyFrom(type, data, publicKey),
    sign: (message) => scheme.sign(keyObject, message),
    encode: () => encodeKeyMessage({ type, data: scheme.exportPrivate(keyObject) }),
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
