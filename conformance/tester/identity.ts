import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decodeFields, encodeFields, bytesField } from './protobuf.ts'

/** PKCS #8 and SPKI wrappings of raw keys (RFC 8410, RFC 5480). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const SECP256K1_SPKI = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex')

/** A libp2p identity that signs. */
export interface Identity {
  /** The public key in its protobuf encoding. */
  readonly publicKey: Uint8Array
  readonly peerId: string
  sign(message: Uint8Array): Uint8Array
}

export function ed25519Identity(seed: Uint8Array): Identity {
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(ED25519_SPKI.length)
  const publicKey = encodeFields([
    { number: 1, value: 1n },
    { number: 2, value: new Uint8Array(raw) },
  ])
  return { publicKey, peerId: peerIdOf(publicKey), sign: (message) => new Uint8Array(sign(null, message, privateKey)) }
}

/** The text form of the peer id that a public key in protobuf encoding has. */
export function peerIdOf(publicKey: Uint8Array): string {
  return base58(peerIdBytesOf(publicKey))
}

/** Its binary form. */
export function peerIdBytesOf(publicKey: Uint8Array): Uint8Array {
  // A key of up to 42 bytes is its own id (identity multihash); longer ones are hashed.
  return new Uint8Array(
    publicKey.length <= 42
      ? Buffer.concat([Uint8Array.of(0x00, publicKey.length), publicKey])
      : Buffer.concat([Uint8Array.of(0x12, 0x20), createHash('sha256').update(publicKey).digest()]),
  )
}

/** Whether `signature` over `message` is by the holder of this protobuf-encoded public key. */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const fields = decodeFields(publicKey)
  if (fields === null) return false
  const type = fields.find((field) => field.number === 1)?.value ?? 0n
  const data = bytesField(fields, 2)
  if (data === undefined) return false
  try {
    // Key types: 0 RSA, 1 Ed25519, 2 secp256k1, 3 ECDSA.
    if (type === 1n) return verify(null, message, spki(Buffer.concat([ED25519_SPKI, data])), signature)
    if (type === 2n) return verify('sha256', message, spki(Buffer.concat([SECP256K1_SPKI, data])), signature)
    if (type === 0n || type === 3n) return verify('sha256', message, spki(Buffer.from(data)), signature)
  } catch {
    // OpenSSL throws on a key that it cannot read: then nothing is proven.
    return false
  }
  return false
}

function spki(der: Buffer): KeyObject {
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

const BASE58_ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

export function base58(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
  let text = ''
  while (value > 0n) {
    text = `${BASE58_ALPHABET[Number(value % 58n)] ?? ''}${text}`
    value /= 58n
  }
  for (const byte of bytes) {
    if (byte !== 0) break
    text = `1${text}`
  }
  return text
}
