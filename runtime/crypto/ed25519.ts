import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { concatBytes } from './concat-bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { importPublicKey } from './import-public-key.ts'
import { fromBase64url, toBase64url } from './jwk.ts'
import type { KeyScheme } from './key-scheme.ts'

const keyBytes = 32
/** PKCS #8 around a seed; a JWK would want the public half too. */
const seedPrefix = Uint8Array.of(
  0x30,
  0x2e,
  0x02,
  0x01,
  0x00,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x04,
  0x22,
  0x04,
  0x20,
)

export const ed25519: KeyScheme = {
  generate: () => generateKeyPairSync('ed25519').privateKey,
  importPublic,
  importPrivate,
  exportPrivate(privateKey) {
    const { d, x } = privateKey.export({ format: 'jwk' })
    return concatBytes(fromBase64url(d), fromBase64url(x))
  },
  publicOf(privateKey) {
    const publicKey = createPublicKey(privateKey)
    return { data: fromBase64url(publicKey.export({ format: 'jwk' }).x), publicKey }
  },
  //= KEY-ED-4
  sign: (privateKey, message) => new Uint8Array(sign(null, message, privateKey)),
  verify: (publicKey, message, signature) => verify(null, message, publicKey, signature),
}

function importPublic(data: Uint8Array): KeyObject {
  //= KEY-ED-1
  if (data.length !== keyBytes)
    throw new CryptoError('bad-public-key', `an Ed25519 public key has ${keyBytes} bytes, this one ${data.length}`)
  return importPublicKey({ kty: 'OKP', crv: 'Ed25519', x: toBase64url(data) })
}

/** Takes a seed alone, seed and public key, and the older form that repeats the public key. */
function importPrivate(data: Uint8Array): KeyObject {
  //= KEY-ED-2, KEY-ED-3
  if (data.length !== keyBytes && data.length !== 2 * keyBytes && data.length !== 3 * keyBytes) {
    throw new CryptoError(
      'bad-private-key',
      `an Ed25519 private key has 64 bytes (96 in its old form), this one ${data.length}`,
    )
  }
  const privateKey = createPrivateKey({
    key: asBuffer(concatBytes(seedPrefix, data.subarray(0, keyBytes))),
    format: 'der',
    type: 'pkcs8',
  })
  const derived = fromBase64url(privateKey.export({ format: 'jwk' }).x)
  //= KEY-ED-3, KEY-ED-5
  for (let offset = keyBytes; offset < data.length; offset += keyBytes) {
    if (derived.some((byte, index) => byte !== data[offset + index])) {
      throw new CryptoError(
        'bad-private-key',
        'the public half stored with the Ed25519 private key does not belong to it; the file is damaged or tampered with',
      )
    }
  }
  return privateKey
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
