import { ECDH, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { CryptoError } from './crypto-error.ts'
import { coordinateBytes, exportPoint, importPoint, importScalar } from './elliptic.ts'
import type { Curve } from './elliptic.ts'
import { fromBase64url } from './jwk.ts'
import type { KeyScheme } from './key-scheme.ts'
import { isLowS, toLowS } from './low-s.ts'

const curve: Curve = { name: 'secp256k1', jwkName: 'secp256k1', opensslName: 'secp256k1' }

export const secp256k1: KeyScheme = {
  generate: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
  importPublic,
  importPrivate(data) {
    if (data.length !== coordinateBytes)
      throw new CryptoError(
        'bad-private-key',
        `a secp256k1 private key has ${coordinateBytes} bytes, this one ${data.length}`,
      )
    return importScalar(curve, data)
  },
  exportPrivate: (privateKey) => fromBase64url(privateKey.export({ format: 'jwk' }).d),
  publicOf(privateKey) {
    const publicKey = createPublicKey(privateKey)
    const point = exportPoint(publicKey)
    const data = point.slice(0, 1 + coordinateBytes)
    // The compressed form keeps x and says in its first byte whether y is odd.
    data[0] = 2 | ((point[2 * coordinateBytes] ?? 0) & 1)
    return { data, publicKey }
  },
  //= KEY-SECP-2
  sign: (privateKey, message) => toLowS(sign('sha256', message, privateKey)),
  //= KEY-SECP-3
  verify: (publicKey, message, signature) => isLowS(signature) && verify('sha256', message, publicKey, signature),
}

function importPublic(data: Uint8Array): KeyObject {
  //= KEY-SECP-1
  if (data.length !== 1 + coordinateBytes || (data[0] !== 2 && data[0] !== 3)) {
    throw new CryptoError(
      'bad-public-key',
      `a secp256k1 public key is a compressed point of ${1 + coordinateBytes} bytes; this is none`,
    )
  }
  let point: Uint8Array
  try {
    // Without an output encoding the answer is bytes, which the declared type does not tell apart.
    point = ECDH.convertKey(data, curve.opensslName, undefined, undefined, 'uncompressed') as Uint8Array
  } catch (cause) {
    throw new CryptoError('bad-public-key', 'the point is not on the curve secp256k1', { cause })
  }
  return importPoint(curve, point)
}
