import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const X25519_SPKI = Buffer.from('302a300506032b656e032100', 'hex')

export interface X25519KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: KeyObject
}

export function x25519FromSeed(seed: Uint8Array): X25519KeyPair {
  const privateKey = createPrivateKey({ key: Buffer.concat([X25519_PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(X25519_SPKI.length)
  return { publicKey: new Uint8Array(publicKey), privateKey }
}

/** The shared secret; throws where the remote's point has a low order. */
export function x25519(own: X25519KeyPair, remotePublicKey: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: Buffer.concat([X25519_SPKI, remotePublicKey]), format: 'der', type: 'spki' })
  return new Uint8Array(diffieHellman({ privateKey: own.privateKey, publicKey }))
}
