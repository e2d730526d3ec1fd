import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { concatBytes } from './concat-bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { coordinateBytes, exportPoint, importPoint } from './elliptic.ts'
import type { Curve } from './elliptic.ts'
import type { KeyScheme } from './key-scheme.ts'

const curve: Curve = { name: 'P-256', jwkName: 'P-256', opensslName: 'prime256v1' }

/** SubjectPublicKeyInfo up to and with the 0x04 of an uncompressed point: fixed for this curve, so that no DER is parsed. */
const prefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')

export const ecdsa: KeyScheme = {
  generate: () => generateKeyPairSync('ec', { namedCurve: curve.opensslName }).privateKey,
  importPublic,
  importPrivate,
  exportPrivate: (privateKey) => new Uint8Array(privateKey.export({ format: 'der', type: 'sec1' })),
  publicOf(privateKey) {
    const publicKey = createPublicKey(privateKey)
    return { data: concatBytes(prefix, exportPoint(publicKey).subarray(1)), publicKey }
  },
  //= KEY-ECDSA-3
  sign: (privateKey, message) => new Uint8Array(sign('sha256', message, privateKey)),
  verify: (publicKey, message, signature) => verify('sha256', message, publicKey, signature),
}

function importPublic(data: Uint8Array): KeyObject {
  //= KEY-ECDSA-1
  if (data.length !== prefix.length + 2 * coordinateBytes || prefix.some((byte, index) => byte !== data[index])) {
    throw new CryptoError(
      'bad-public-key',
      'an ECDSA public key is the DER of an uncompressed P-256 point; this is none',
    )
  }
  return importPoint(curve, data.subarray(prefix.length - 1))
}

/** The vectors hold the SEC 1 form, though the text names PKIX; PKCS #8 is read as well. */
function importPrivate(data: Uint8Array): KeyObject {
  //= KEY-ECDSA-2
  const key = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  for (const type of ['sec1', 'pkcs8'] as const) {
    let privateKey: KeyObject
    try {
      privateKey = createPrivateKey({ key, format: 'der', type })
    } catch {
      // Not this form: the next one is tried, and the error below covers both.
      continue
    }
    if (privateKey.asymmetricKeyDetails?.namedCurve === curve.opensslName) return privateKey
  }
  throw new CryptoError('bad-private-key', 'the ECDSA private key is neither SEC 1 nor PKCS #8 DER of a P-256 key')
}
