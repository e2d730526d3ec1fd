import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { generatePrivateKey, type PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { bitString, element, tags, time } from './der-writer.ts'
import type { OwnCertificate } from './own-certificate.ts'
import { encodeSignedKey, libp2pExtension, signedBytes } from './signed-key.ts'

/** What to get wrong in a certificate. For tests. */
export interface Forgery {
  readonly notBefore?: number
  readonly notAfter?: number
  /** The libp2p extension is left out. */
  readonly bare?: boolean
  readonly criticalLibp2p?: boolean
  /** Object identifiers (content bytes) of further extensions. */
  readonly unknown?: { readonly id: readonly number[]; readonly critical: boolean }
  readonly uniqueId?: 'issuer' | 'subject'
  /** Signs the certificate in place of its own key. */
  readonly signedByAnother?: boolean
  /** Signs the certificate's key in place of the identity. */
  readonly vouchedBy?: PrivateKey
  readonly identityKey?: Uint8Array
  readonly signature?: Uint8Array
  /** Bytes in place of the extension's content. */
  readonly extension?: Uint8Array
}

const dayMs = 86_400_000
const algorithm = element(
  tags.sequence,
  element(tags.objectIdentifier, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
)
const emptyName = element(tags.sequence)

/** A certificate that is right but for what the forgery says. */
export function forgeCertificate(identity: PrivateKey, nowMs: number, forgery: Forgery = {}): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificateKey = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  const identityKey = forgery.identityKey ?? identity.publicKey.encode()
  const signature = forgery.signature ?? (forgery.vouchedBy ?? identity).sign(signedBytes(certificateKey))
  const signedKey = forgery.extension ?? encodeSignedKey({ identityKey, signature })
  const extensions = [
    ...(forgery.bare === true ? [] : [extension(libp2pExtension, forgery.criticalLibp2p === true, signedKey)]),
    ...(forgery.unknown === undefined
      ? []
      : [extension(Uint8Array.from(forgery.unknown.id), forgery.unknown.critical, Uint8Array.of(0x05, 0x00))]),
  ]
  const body = element(
    tags.sequence,
    element(tags.version, element(tags.integer, Uint8Array.of(2))),
    element(tags.integer, Uint8Array.of(1)),
    algorithm,
    emptyName,
    element(tags.sequence, time(forgery.notBefore ?? nowMs - dayMs), time(forgery.notAfter ?? nowMs + dayMs)),
    emptyName,
    certificateKey,
    ...(forgery.uniqueId === undefined
      ? []
      : [element(forgery.uniqueId === 'issuer' ? tags.issuerUniqueId : tags.subjectUniqueId, Uint8Array.of(0, 1))]),
    ...(extensions.length === 0 ? [] : [element(tags.extensions, element(tags.sequence, ...extensions))]),
  )
  const signer = forgery.signedByAnother === true ? anotherKey() : privateKey
  const der = element(tags.sequence, body, algorithm, bitString(sign('sha256', body, signer)))
  return {
    der,
    certificatePem: `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificateKey,
    identityKey,
    signature,
  }
}

/** Each way in which a certificate can be wrong, with the code that names it. */
export function offences(identity: PrivateKey, nowMs: number): readonly [code: string, what: string, Forgery][] {
  const stranger = generatePrivateKey('ed25519')
  const unknown = [0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xa2, 0x5a, 0x7f]
  return [
    ['expired', 'that was valid until a moment ago (GHSA-5hq8-qhww-jm7q) [TLS-DATE-2]', { notAfter: nowMs - 60_000 }],
    ['not-yet-valid', 'that is valid in an hour [TLS-DATE-2]', { notBefore: nowMs + 3_600_000 }],
    ['not-self-signed', 'that another key signed [TLS-CHAIN-2]', { signedByAnother: true }],
    ['missing-extension', 'without the libp2p extension [TLS-EXT-2]', { bare: true }],
    [
      'unknown-critical-extension',
      'with an unknown critical extension [TLS-EXT-5]',
      { unknown: { id: unknown, critical: true } },
    ],
    ['bad-signature', 'that another identity vouches for [TLS-SIGN-2]', { vouchedBy: stranger }],
    ['bad-signature', 'whose signature is empty [TLS-SIGN-2]', { signature: new Uint8Array() }],
    ['bad-signature', 'with the identity key of another [TLS-SIGN-2]', { identityKey: stranger.publicKey.encode() }],
    ['bad-key', 'with an identity key of an unknown type [TLS-KEY-1]', { identityKey: Uint8Array.of(8, 9, 18, 0) }],
    ['bad-certificate', 'whose extension is no DER [TLS-SIGN-3]', { extension: Uint8Array.of(0x30, 0x80) }],
    ['bad-certificate', 'longer than any honest one [TLS-LIMIT-1]', { signature: new Uint8Array(9_000) }],
  ]
}

function extension(id: Uint8Array, critical: boolean, content: Uint8Array): Uint8Array {
  return element(
    tags.sequence,
    element(tags.objectIdentifier, id),
    ...(critical ? [element(tags.boolean, Uint8Array.of(0xff))] : []),
    element(tags.octetString, content),
  )
}

function anotherKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}
