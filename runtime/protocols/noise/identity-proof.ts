import { Buffer } from 'node:buffer'
import { KeyReader } from '@p2pspec/runtime/crypto/key-reader'
import type { PrivateKey } from '@p2pspec/runtime/crypto/keys'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { disjoint, firstCommon } from './muxer-choice.ts'
import { generateX25519Key } from './x25519-key.ts'
import type { X25519Key } from './x25519-key.ts'

//= NOISE-AUTH-1
const prefix = Buffer.from('noise-libp2p-static-key:', 'utf8')

/** A Noise static key with the proof that joins it to an identity. Made once and used for every handshake, so that it is signed once. */
export interface IdentityProof {
  readonly staticKey: X25519Key
  readonly identityKey: Uint8Array
  readonly signature: Uint8Array
}

/** The static key lives in memory alone. */
export function proveIdentity(privateKey: PrivateKey, staticKey: X25519Key = generateX25519Key()): IdentityProof {
  //= NOISE-STATIC-1, NOISE-STATIC-2, NOISE-PAY-2
  const signature = privateKey.sign(signedBytes(staticKey.publicBytes))
  return { staticKey, identityKey: privateKey.publicKey.encode(), signature }
}

/** The machine's questions about a remote's payload. */
export class PayloadJudge {
  readonly #keys = new KeyReader()

  readonly validKey = (identityKey: Uint8Array): boolean =>
    //= NOISE-AUTH-2, NOISE-RSA-1
    this.#keys.read(identityKey) !== undefined

  readonly signed = (identityKey: Uint8Array, staticKey: Uint8Array, signature: Uint8Array): boolean =>
    //= NOISE-AUTH-3
    this.#keys.read(identityKey)?.verify(signedBytes(staticKey), signature) ?? false

  readonly keyOf = (identityKey: Uint8Array, peer: PeerId): boolean => this.peerIdOf(identityKey)?.equals(peer) ?? false

  readonly disjoint = disjoint
  readonly firstCommon = firstCommon

  peerIdOf(identityKey: Uint8Array): PeerId | undefined {
    return this.#keys.peerIdOf(identityKey)
  }
}

function signedBytes(staticKey: Uint8Array): Uint8Array {
  return Buffer.concat([prefix, staticKey])
}
