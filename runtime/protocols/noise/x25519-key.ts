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

/** A remote's key; 32 bytes of any kind are one. Imported once for all secrets that are agreed on with it. */
export function importX25519Key(publicBytes: Uint8Array): KeyObject {
  const x = Buffer.from(publicBytes.buffer, publicBytes.byteOffset, publicBytes.byteLength).toString('base64url')
  return importPublicKey({ kty: 'OKP', crv: 'X25519', x })
}

/** The shared secret, or undefined where the remote's point gives the same secret with every key. */
export function agree(own: X25519Key, remote: KeyObject): Uint8Array | undefined {
  try {
    //= NOISE-DH-2
    return diffieHellman({ privateKey: own.privateKey, publicKey: remote })
  } catch {
    // OpenSSL refuses an all-zero secret; every other point of 32 bytes works.
    return undefined
  }
}

function rawPublicKey(publicKey: KeyObject): Uint8Array {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
}
