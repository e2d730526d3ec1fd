import { Buffer } from 'node:buffer'
import { X509Certificate } from 'node:crypto'
import { limits } from '@p2pspec/generated/common/limits'
import { DerReader, readTime } from './der-reader.ts'
import { tags } from './der-writer.ts'
import { decodeSignedKey, libp2pExtension } from './signed-key.ts'

/** What a certificate says, as the machine asks for it. */
export interface CertificateFacts {
  /** How many certificates the remote showed. */
  readonly certificates: number
  readonly wellFormed: boolean
  readonly selfSigned: boolean
  /** No critical extension but those known here. */
  readonly understood: boolean
  readonly begun: boolean
  readonly ended: boolean
  readonly extended: boolean
  readonly certificateKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly signature: Uint8Array
}

const nothing = new Uint8Array()
const noFacts: CertificateFacts = {
  certificates: 0,
  wellFormed: false,
  selfSigned: false,
  understood: false,
  begun: false,
  ended: false,
  extended: false,
  certificateKey: nothing,
  identityKey: nothing,
  signature: nothing,
}

/** Critical extensions of X.509 that a self-signed certificate may honestly have: basic constraints, key usage, extended key usage, alternative names. */
const knownCritical: ReadonlySet<string> = new Set(['551d13', '551d0f', '551d25', '551d11'])

/** Reads the chain that a remote showed, as bytes or as the library has read it. Never throws: what is wrong is a fact. */
export function readChain(chain: readonly (Uint8Array | X509Certificate)[], nowMs: number): CertificateFacts {
  const [only] = chain
  if (only === undefined || chain.length > 1) return { ...noFacts, certificates: chain.length }
  const der = only instanceof X509Certificate ? new Uint8Array(only.raw) : only
  //= TLS-LIMIT-1
  if (der.length > limits.tls.maxCertificateBytes) return { ...noFacts, certificates: 1 }
  try {
    return readCertificate(der, only, nowMs)
  } catch {
    // The reader's and OpenSSL's complaints say the same: this is no certificate.
    return { ...noFacts, certificates: 1 }
  }
}

function readCertificate(der: Uint8Array, shown: Uint8Array | X509Certificate, nowMs: number): CertificateFacts {
  const outer = new DerReader(der)
  const certificate = outer.enter()
  outer.end()
  const fields = certificate.enter()
  fields.take(tags.version)
  fields.take(tags.integer)
  fields.take(tags.sequence)
  fields.take(tags.sequence)
  const validity = fields.enter()
  const [notBefore, notAfter] = [takeTime(validity), takeTime(validity)]
  fields.take(tags.sequence)
  const certificateKey = fields.take(tags.sequence).whole
  //= TLS-FORM-2
  const unique = [fields.takeIf(tags.issuerUniqueId), fields.takeIf(tags.subjectUniqueId)]
  if (unique.some((id) => id !== undefined)) return { ...noFacts, certificates: 1 }
  const { understood, signedKey } = readExtensions(fields)
  fields.end()
  return {
    certificates: 1,
    wellFormed: true,
    selfSigned: isSelfSigned(shown),
    understood,
    //= TLS-DATE-2
    begun: notBefore <= nowMs,
    ended: notAfter < nowMs,
    extended: signedKey !== undefined,
    certificateKey,
    identityKey: nothing,
    signature: nothing,
    ...(signedKey === undefined ? undefined : decodeSignedKey(signedKey)),
  }
}

function takeTime(from: DerReader): number {
  return readTime(from.take(from.nextTag === tags.generalizedTime ? tags.generalizedTime : tags.utcTime))
}

function readExtensions(fields: DerReader): { understood: boolean; signedKey: Uint8Array | undefined } {
  let understood = true
  let signedKey: Uint8Array | undefined
  if (fields.nextTag !== tags.extensions) return { understood, signedKey }
  const list = fields.enter(tags.extensions).enter()
  while (!list.isAtEnd) {
    const extension = list.enter()
    const id = extension.take(tags.objectIdentifier).content
    const critical = (extension.takeIf(tags.boolean)?.content[0] ?? 0) !== 0
    const { content } = extension.take(tags.octetString)
    extension.end()
    const name = Buffer.from(id).toString('hex')
    //= TLS-EXT-3, TLS-EXT-4, TLS-EXT-5
    if (name === libp2pName) signedKey ??= content
    else if (critical && !knownCritical.has(name)) understood = false
  }
  return { understood, signedKey }
}

const libp2pName = Buffer.from(libp2pExtension).toString('hex')

function isSelfSigned(shown: Uint8Array | X509Certificate): boolean {
  const certificate = shown instanceof X509Certificate ? shown : new X509Certificate(shown)
  //= TLS-CHAIN-2
  return certificate.verify(certificate.publicKey)
}
