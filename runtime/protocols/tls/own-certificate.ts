import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { bitString, element, tags, time } from './der-writer.ts'
import { encodeSignedKey, libp2pExtension, signedBytes } from './signed-key.ts'

const hourMs = 3_600_000
/** Clocks differ. */
const backdateMs = 24 * hourMs
/** Longer than any process lives: a certificate is never renewed. */
const lifetimeMs = 100 * 365 * 24 * hourMs

/** AlgorithmIdentifier of ECDSA with SHA-256. */
const ecdsaWithSha256 = element(
  tags.sequence,
  element(tags.objectIdentifier, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
)
/** X.509 wants a name that is not empty: the organisation `libp2p`. */
const name = element(
  tags.sequence,
  element(
    tags.set,
    element(
      tags.sequence,
      element(tags.objectIdentifier, Uint8Array.of(0x55, 0x04, 0x0a)),
      element(tags.utf8String, new TextEncoder().encode('libp2p')),
    ),
  ),
)
const version3 = element(tags.version, element(tags.integer, Uint8Array.of(2)))
const serialNumber = element(tags.integer, Uint8Array.of(1))

/** A certificate that this side shows, and what the TLS library needs with it. */
export interface OwnCertificate {
  readonly der: Uint8Array
  readonly certificatePem: string
  /** The private key of the certificate; it lives in memory alone. */
  readonly privateKeyPem: string
  /** SubjectPublicKeyInfo. */
  readonly certificateKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly signature: Uint8Array
}

/** Makes a self-signed certificate with a key of its own, which the identity key vouches for. */
export function makeCertificate(identity: PrivateKey, nowMs: number): OwnCertificate {
  //= TLS-CERT-1, TLS-CERT-3, TLS-CERT-4
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificateKey = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  const identityKey = identity.publicKey.encode()
  const signature = identity.sign(signedBytes(certificateKey))
  const extension = element(
    tags.sequence,
    element(tags.objectIdentifier, libp2pExtension),
    element(tags.octetString, encodeSignedKey({ identityKey, signature })),
  )
  //= TLS-FORM-1, TLS-EXT-1, TLS-DATE-1
  const toBeSigned = element(
    tags.sequence,
    version3,
    serialNumber,
    ecdsaWithSha256,
    name,
    element(tags.sequence, time(nowMs - backdateMs), time(nowMs + lifetimeMs)),
    name,
    certificateKey,
    element(tags.extensions, element(tags.sequence, extension)),
  )
  const der = element(tags.sequence, toBeSigned, ecdsaWithSha256, bitString(sign('sha256', toBeSigned, privateKey)))
  return {
    der,
    certificatePem: pemOf(der),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificateKey,
    identityKey,
    signature,
  }
}

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
