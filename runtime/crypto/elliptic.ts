import { createECDH, createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { concatBytes } from './concat-bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { importPublicKey } from './import-public-key.ts'
import { fromBase64url, toBase64url } from './jwk.ts'

export interface Curve {
  readonly name: string
  readonly jwkName: 'P-256' | 'secp256k1'
  readonly opensslName: 'prime256v1' | 'secp256k1'
}

/** Both curves have 32-byte coordinates. */
export const coordinateBytes = 32

/** Takes 0x04, x, y; throws unless the point is on the curve. */
export function importPoint(curve: Curve, point: Uint8Array): KeyObject {
  try {
    return importPublicKey({
      kty: 'EC',
      crv: curve.jwkName,
      x: toBase64url(point.subarray(1, 1 + coordinateBytes)),
      y: toBase64url(point.subarray(1 + coordinateBytes)),
    })
  } catch (cause) {
    throw new CryptoError('bad-public-key', `the point is not on the curve of ${curve.name}`, { cause })
  }
}

/** 0x04, x, y. */
export function exportPoint(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: 'jwk' })
  return concatBytes(Uint8Array.of(4), fromBase64url(x), fromBase64url(y))
}

export function importScalar(curve: Curve, scalar: Uint8Array): KeyObject {
  try {
    const exchange = createECDH(curve.opensslName)
    exchange.setPrivateKey(scalar)
    const point = exchange.getPublicKey()
    return createPrivateKey({
      key: {
        kty: 'EC',
        crv: curve.jwkName,
        d: toBase64url(scalar),
        x: toBase64url(point.subarray(1, 1 + coordinateBytes)),
        y: toBase64url(point.subarray(1 + coordinateBytes)),
      },
      format: 'jwk',
    })
  } catch (cause) {
    throw new CryptoError('bad-private-key', `the number is no private key of ${curve.name}`, { cause })
  }
}
