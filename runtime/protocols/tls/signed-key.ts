import { Buffer } from 'node:buffer'
import { DerReader } from './der-reader.ts'
import { element, tags } from './der-writer.ts'

//= TLS-SIGN-1
const prefix = Buffer.from('libp2p-tls-handshake:', 'utf8')

/** 1.3.6.1.4.1.53594.1.1, the content of its DER element. */
export const libp2pExtension = Uint8Array.of(0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xa2, 0x5a, 0x01, 0x01)

/** What joins a certificate to an identity. */
export interface SignedKey {
  /** The identity key as a PublicKey message. */
  readonly identityKey: Uint8Array
  readonly signature: Uint8Array
}

/** The bytes that the identity key signs, of a certificate's SubjectPublicKeyInfo. */
export function signedBytes(certificateKey: Uint8Array): Uint8Array {
  return Buffer.concat([prefix, certificateKey])
}

//= TLS-SIGN-3
export function encodeSignedKey({ identityKey, signature }: SignedKey): Uint8Array {
  return element(tags.sequence, element(tags.octetString, identityKey), element(tags.octetString, signature))
}

/** Throws `DerError`. */
export function decodeSignedKey(bytes: Uint8Array): SignedKey {
  const outer = new DerReader(bytes)
  const fields = outer.enter()
  outer.end()
  const identityKey = fields.take(tags.octetString).content
  const signature = fields.take(tags.octetString).content
  fields.end()
  return { identityKey, signature }
}
