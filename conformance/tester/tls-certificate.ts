import { oversizeRsaIdentity } from './oversize-rsa.ts'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import type { CaseKeys } from './case-keys.ts'
import { peerIdOf, verifySignature } from './identity.ts'

/** What may be wrong, or unusual, with a certificate of the tester. */
export const certificateForms = [
  'none',
  'two',
  'expired',
  'not-yet-valid',
  'signed-by-another',
  'bare',
  'critical-libp2p',
  'unknown-extension',
  'unknown-critical-extension',
  'unique-ids',
  'year-4096',
  'vouched-by-stranger',
  'key-of-stranger',
  'wrong-domain',
  'garbage-key',
  'rsa-oversize',
  'of-stranger',
] as const
export type CertificateForm = (typeof certificateForms)[number]

/** PEM, as the TLS library wants it. */
export interface TesterCertificate {
  readonly chain: string
  readonly privateKey: string
}

const DAY_MS = 86_400_000
const DOMAIN = 'libp2p-tls-handshake:'
const ECDSA_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex')
const LIBP2P_OID = Buffer.from('060a2b0601040183a25a0101', 'hex')
const UNKNOWN_OID = Buffer.from('060a2b0601040183a25a7f01', 'hex')
const NAME = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('tester')))))
const TRUE = Buffer.from('0101ff', 'hex')

/** A certificate of the case's identity that is right but for its form. Null: none is shown. */
export function testerCertificate(keys: CaseKeys, form: CertificateForm | undefined): TesterCertificate | null {
  if (form === 'none') return null
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const now = Date.now()
  const notBefore = form === 'not-yet-valid' ? now + DAY_MS : now - (form === 'expired' ? 3 : 1) * DAY_MS
  const years = form === 'year-4096' ? Date.UTC(4096, 0, 1) : now + DAY_MS
  const notAfter = form === 'expired' ? now - DAY_MS : form === 'not-yet-valid' ? now + 3 * DAY_MS : years
  const owner = form === 'of-stranger' || form === 'key-of-stranger' ? keys.stranger : keys.identity
  const voucher = form === 'of-stranger' || form === 'vouched-by-stranger' ? keys.stranger : keys.identity
  const domain = form === 'wrong-domain' ? 'libp2p-tls-handshake;' : DOMAIN
  const oversize = form === 'rsa-oversize' ? oversizeRsaIdentity() : null
  const signature = (oversize ?? voucher).sign(new Uint8Array(Buffer.concat([Buffer.from(domain), spki])))
  const identityKey = form === 'garbage-key' ? Uint8Array.of(8, 9, 18, 0) : (oversize ?? owner).publicKey
  const signedKey = der(0x04, der(0x30, der(0x04, identityKey), der(0x04, signature)))
  const extensions = [
    ...(form === 'bare' ? [] : [der(0x30, LIBP2P_OID, ...(form === 'critical-libp2p' ? [TRUE] : []), signedKey)]),
    ...(form === 'unknown-extension' ? [der(0x30, UNKNOWN_OID, der(0x04, der(0x05)))] : []),
    ...(form === 'unknown-critical-extension' ? [der(0x30, UNKNOWN_OID, TRUE, der(0x04, der(0x05)))] : []),
  ]
  const body = der(
    0x30,
    der(0xa0, Buffer.from('020102', 'hex')),
    Buffer.from('02020100', 'hex'),
    ECDSA_SHA256,
    NAME,
    der(0x30, date(notBefore), date(notAfter)),
    NAME,
    spki,
    ...(form === 'unique-ids' ? [der(0x81, Uint8Array.of(0, 7)), der(0x82, Uint8Array.of(0, 7))] : []),
    ...(extensions.length === 0 ? [] : [der(0xa3, der(0x30, ...extensions))]),
  )
  const signer =
    form === 'signed-by-another' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : privateKey
  const own = pem(der(0x30, body, ECDSA_SHA256, der(0x03, Uint8Array.of(0), sign('sha256', body, signer))))
  const second = form === 'two' ? (testerCertificate(keys, undefined)?.chain ?? '') : ''
  return { chain: own + second, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** What the subject's own certificate shows. */
export interface ShownCertificate {
  readonly count: number
  readonly selfSigned: boolean
  readonly validNow: boolean
  /** The peer that vouches for the certificate; null where the extension is missing or its signature wrong. */
  readonly peerId: string | null
  /** The key of that peer. */
  readonly identityKey: Uint8Array | null
}

export function readShown(certificate: X509Certificate | undefined): ShownCertificate {
  if (certificate === undefined)
    return { count: 0, selfSigned: false, validNow: false, peerId: null, identityKey: null }
  const now = Date.now()
  const identityKey = voucherOf(certificate)
  return {
    count: certificate.issuerCertificate === undefined ? 1 : 2,
    selfSigned: certificate.verify(certificate.publicKey),
    validNow: certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime(),
    peerId: identityKey === null ? null : peerIdOf(identityKey),
    identityKey,
  }
}

/** Finds the extension by its identifier: nothing else in a certificate has these bytes. */
function voucherOf(certificate: X509Certificate): Uint8Array | null {
  const raw = Buffer.from(certificate.raw)
  const at = raw.indexOf(LIBP2P_OID)
  if (at === -1) return null
  let rest: Buffer = raw.subarray(at + LIBP2P_OID.length)
  if (rest[0] === 0x01) rest = rest.subarray(TRUE.length)
  const outer = contentOf(rest, 0x04)
  const fields = outer === null ? null : contentOf(outer, 0x30)
  const identityKey = fields === null ? null : contentOf(fields, 0x04)
  if (fields === null || identityKey === null) return null
  const signature = contentOf(fields.subarray(headerLength(identityKey.length) + identityKey.length), 0x04)
  if (signature === null) return null
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  const signed = new Uint8Array(Buffer.concat([Buffer.from(DOMAIN), spki]))
  return verifySignature(new Uint8Array(identityKey), signed, new Uint8Array(signature))
    ? new Uint8Array(identityKey)
    : null
}

function contentOf(bytes: Buffer, tag: number): Buffer | null {
  const [found, first = 0, second = 0, third = 0] = bytes
  if (found !== tag) return null
  const length = first < 0x80 ? first : first === 0x81 ? second : first === 0x82 ? second * 256 + third : -1
  const start = headerLength(length)
  return length < 0 || bytes.length < start + length ? null : bytes.subarray(start, start + length)
}

function headerLength(length: number): number {
  return length < 0x80 ? 2 : length < 0x100 ? 3 : 4
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...head), content])
}

function date(milliseconds: number): Buffer {
  const text = `${new Date(milliseconds).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}

function pem(bytes: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`
}
