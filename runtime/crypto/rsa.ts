import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { limits } from '@p2pspec/generated/common/limits'
import { CryptoError } from './crypto-error.ts'
import { importPublicKey } from './import-public-key.ts'
import { toBase64url } from './jwk.ts'
import type { KeyScheme } from './key-scheme.ts'
import { readRsaPublicKey } from './rsa-der.ts'

const { rsaMaximumBits, rsaMinimumBits } = limits.keys

export const rsa: KeyScheme = {
  generate({ rsaBits = rsaMinimumBits }) {
    checkSize(rsaBits)
    return generateKeyPairSync('rsa', { modulusLength: rsaBits }).privateKey
  },
  importPublic,
  importPrivate,
  //= KEY-RSA-2
  exportPrivate: (privateKey) => new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs1' })),
  publicOf(privateKey) {
    const publicKey = createPublicKey(privateKey)
    return { data: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), publicKey }
  },
  //= KEY-RSA-3
  sign: (privateKey, message) => new Uint8Array(sign('sha256', message, privateKey)),
  verify: (publicKey, message, signature) => verify('sha256', message, publicKey, signature),
}

function importPublic(data: Uint8Array): KeyObject {
  const { modulus, modulusBits, exponent } = readRsaPublicKey(data)
  //= KEY-RSA-4
  checkSize(modulusBits)
  return importPublicKey({ kty: 'RSA', n: toBase64url(modulus), e: toBase64url(exponent) })
}

function importPrivate(data: Uint8Array): KeyObject {
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey({
      key: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      format: 'der',
      type: 'pkcs1',
    })
  } catch (cause) {
    throw new CryptoError('bad-private-key', 'the RSA private key is no PKCS #1 DER', { cause })
  }
  checkSize(privateKey.asymmetricKeyDetails?.modulusLength ?? 0)
  return privateKey
}

function checkSize(bits: number): void {
  if (bits < rsaMinimumBits || bits > rsaMaximumBits) {
    throw new CryptoError(
      'rsa-key-size',
      `an RSA key of ${bits} bits is refused; use ${rsaMinimumBits} to ${rsaMaximumBits}, or Ed25519`,
    )
  }
}
