import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { DerReader, readTime } from './der-reader.ts'
import { tags, time } from './der-writer.ts'
import { forgeCertificate } from './forged-certificate.ts'
import { makeCertificate } from './own-certificate.ts'
import { ProofJudge } from './proof-judge.ts'
import { readChain, type CertificateFacts } from './remote-certificate.ts'

const nowMs = Date.UTC(2026, 0, 1)
const identity = generatePrivateKey('ed25519')

interface Vector {
  readonly id: string
  readonly input: { readonly certificate: { readonly hex: string } }
  readonly expect: { readonly peer?: string; readonly error?: string }
}

void t.test(
  'reads the certificates of the specification and proves their peers [TLS-SIGN-1] [TLS-SIGN-3]',
  async (t) => {
    const file = new URL('../../../spec/protocols/tls/vectors.yaml', import.meta.url)
    const { vectors } = parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] } // the schema of the file says so
    t.equal(vectors.length, 4)
    for (const { id, input, expect } of vectors) {
      const facts = readChain([Uint8Array.from(Buffer.from(input.certificate.hex, 'hex'))], nowMs)
      const judge = new ProofJudge()
      t.match(
        facts,
        { wellFormed: true, selfSigned: true, understood: true, begun: true, ended: false, extended: true },
        id,
      )
      const signed = judge.signed(facts.identityKey, facts.certificateKey, facts.signature)
      t.equal(signed, expect.error === undefined, `${id}: signature`)
      if (expect.peer !== undefined) t.equal(judge.peerIdOf(facts.identityKey)?.toString(), expect.peer, `${id}: peer`)
    }
  },
)

void t.test(
  'makes a certificate that it, Node and OpenSSL read [TLS-FORM-1] [TLS-EXT-1] [TLS-DATE-1] [TLS-CERT-3]',
  async (t) => {
    for (const type of ['ed25519', 'secp256k1', 'ecdsa', 'rsa'] as const) {
      const key = generatePrivateKey(type, { rsaBits: 2048 })
      const certificate = makeCertificate(key, nowMs)
      const facts = readChain([certificate.der], nowMs)
      t.match(
        facts,
        { wellFormed: true, selfSigned: true, understood: true, begun: true, ended: false, extended: true },
        type,
      )
      t.ok(new ProofJudge().signed(facts.identityKey, facts.certificateKey, facts.signature), `${type}: vouched for`)
      t.same(facts.identityKey, key.publicKey.encode(), `${type}: identity`)
      const other = new X509Certificate(certificate.certificatePem)
      t.ok(other.verify(other.publicKey), `${type}: Node verifies it`)
      t.equal(other.validToDate.getTime(), nowMs + 36_500 * 86_400_000, `${type}: Node reads the same dates`)
    }
    const openssl = spawnSync('openssl', ['x509', '-noout', '-text'], {
      input: makeCertificate(identity, nowMs).certificatePem,
      encoding: 'utf8',
    })
    if (openssl.status === null) t.comment('there is no openssl program here to read it a third time')
    else t.match(openssl.stdout, /ecdsa-with-SHA256[\s\S]*1\.3\.6\.1\.4\.1\.53594\.1\.1/)
  },
)

void t.test(
  'the key of a certificate is neither the identity nor that of another certificate [TLS-CERT-1]',
  async (t) => {
    const [one, other] = [makeCertificate(identity, nowMs), makeCertificate(identity, nowMs)]
    t.notSame(one.certificateKey, other.certificateKey)
  },
)

void t.test('dates count to the second, up to the year 4096 and back to 1975 [TLS-DATE-2]', async (t) => {
  const forged = (notBefore: number, notAfter: number): CertificateFacts =>
    readChain([forgeCertificate(identity, nowMs, { notBefore, notAfter }).der], nowMs)
  t.match(forged(nowMs, nowMs), { begun: true, ended: false }, 'the first and last moment belong to it')
  t.match(forged(nowMs + 1_000, nowMs + 2_000), { begun: false })
  t.match(forged(nowMs - 2_000, nowMs - 1_000), { begun: true, ended: true })
  t.match(forged(Date.UTC(1975, 0, 1), Date.UTC(4096, 0, 1)), { begun: true, ended: false })
  for (const at of [
    Date.UTC(2049, 11, 31, 23, 59, 59),
    Date.UTC(2050, 0, 1),
    Date.UTC(1950, 5, 7),
    Date.UTC(9999, 11, 31),
  ]) {
    const reader = new DerReader(time(at))
    t.equal(readTime(reader.take(at >= Date.UTC(2050, 0, 1) ? tags.generalizedTime : tags.utcTime)), at)
  }
})

void t.test(
  'passes over unknown extensions, takes the libp2p one critical, refuses unique ids [TLS-EXT-3] [TLS-EXT-4] [TLS-FORM-2]',
  async (t) => {
    const facts = (forgery: Parameters<typeof forgeCertificate>[2]): CertificateFacts =>
      readChain([forgeCertificate(identity, nowMs, forgery).der], nowMs)
    t.match(facts({ unknown: { id: [0x2a, 0x03], critical: false } }), { wellFormed: true, understood: true })
    t.match(facts({ unknown: { id: [0x2a, 0x03], critical: true } }), { wellFormed: true, understood: false })
    t.match(facts({ unknown: { id: [0x55, 0x1d, 0x0f], critical: true } }), { understood: true }, 'key usage is known')
    t.match(facts({ criticalLibp2p: true }), { wellFormed: true, understood: true, extended: true })
    t.match(facts({ uniqueId: 'issuer' }), { wellFormed: false })
    t.match(facts({ uniqueId: 'subject' }), { wellFormed: false })
  },
)

void t.test('two certificates are counted and not read [TLS-CHAIN-2]', async (t) => {
  const { der } = makeCertificate(identity, nowMs)
  t.match(readChain([der, der], nowMs), { certificates: 2, wellFormed: false })
  t.match(readChain([], nowMs), { certificates: 0, wellFormed: false })
})

void t.test('no bytes make the reader throw, and no changed byte passes as signed', async () => {
  const { der } = makeCertificate(identity, nowMs)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => !readChain([bytes], nowMs).selfSigned),
    { numRuns: 200 },
  )
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Uint8Array.from(der)
      altered[at] = (altered[at] ?? 0) ^ change
      return !readChain([altered], nowMs).selfSigned
    }),
    { numRuns: 200 },
  )
  fc.assert(
    fc.property(fc.nat(der.length - 1), (length) => !readChain([der.subarray(0, length)], nowMs).wellFormed),
    { numRuns: 100 },
  )
})
