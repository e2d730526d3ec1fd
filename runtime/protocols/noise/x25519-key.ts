import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { importPublicKey } from '@p2pspec/runtime/crypto/import-public-key'

export const keyBytes = 32

/** A Diffie-Hellman key pair whose parts are imported once. */
export interface X25519Key {
  readonly publicBytes: Uint8Array
  readonly privateKey: KeyObject
}

export function generateX25519Key(): X25519Key {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return { privateKey, publicBytes: rawPublicKey(publicKey) }
}

/** The pair of a given 32-byte scalar: for vectors and repeatable tests. */
export function x25519KeyFromScalar(scalar: Uint8Array): X25519Key {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  const privateKey = createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
  return { privateKey, publicBytes: rawPublicKey(createPublicKey(privateKey)) }
}

/** The shared secret, or undefined where the remote's point gives the same secret with every key. */
export function agree(own: X25519Key, remotePublicBytes: Uint8Array): Uint8Array | undefined {
  const x = Buffer.from(remotePublicBytes.buffer, remotePublicBytes.byteOffset, remotePublicBytes.byteLength).toString(
    'base64url',
  )
  const publicKey = importPublicKey({ kty: 'OKP', crv: 'X25519', x })
  try {
    //= NOISE-DH-2
    return diffieHellman({ privateKey: own.privateKey, publicKey })
  } catch {
    // OpenSSL refuses an all-zero secret; every other point of 32 bytes works.
    return undefined
  }
}

function rawPublicKey(publicKey: KeyObject): Uint8Array {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
}
