import { ed25519Identity } from './identity.ts'
import type { Identity } from './identity.ts'
import { NETWORK_NONCE_LENGTH } from './network-stream.ts'
import { seeded } from './seed.ts'
import { x25519FromSeed } from './x25519.ts'
import type { X25519KeyPair } from './x25519.ts'

/** Every key that the tester uses in one case, fixed by the run's seed and the case's id. */
export interface CaseKeys {
  readonly identity: Identity
  /** An identity that has no part in the connection. */
  readonly stranger: Identity
  readonly staticKey: X25519KeyPair
  readonly strangerStaticKey: X25519KeyPair
  readonly ephemeralKey: X25519KeyPair
  /** What the tester sends first where the subject is in a private network. */
  readonly networkNonce: Uint8Array
}

export function caseKeys(seed: number, purpose: string): CaseKeys {
  const bytes = (name: string): Uint8Array => seeded(seed, `${purpose}\0${name}`, 32)
  return {
    identity: ed25519Identity(bytes('identity')),
    stranger: ed25519Identity(bytes('stranger')),
    staticKey: x25519FromSeed(bytes('static')),
    strangerStaticKey: x25519FromSeed(bytes('stranger-static')),
    ephemeralKey: x25519FromSeed(bytes('ephemeral')),
    networkNonce: bytes('network-nonce').subarray(0, NETWORK_NONCE_LENGTH),
  }
}
