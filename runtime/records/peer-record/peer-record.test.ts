import { readFileSync } from 'node:fs'
import { encodePeerRecord } from '@p2pspec/generated/records/peer-record/messages'
import { generatePrivateKey, privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { EnvelopeError } from '@p2pspec/runtime/records/envelope/envelope-error'
import { openEnvelope, sealEnvelope } from '@p2pspec/runtime/records/envelope/envelope'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { PeerRecordError } from './peer-record-error.ts'
import { sealPeerRecord, verifyPeerRecord } from './peer-record.ts'
import { isNewer, nextSequence } from './sequence.ts'

interface Hex {
  readonly hex: string
}
interface EnvelopeVector {
  readonly id: string
  readonly what: string
  readonly input: {
    readonly seed?: Hex
    readonly envelope?: Hex
    readonly payload?: Hex
    readonly domain: string
    readonly payloadType: Hex
  }
  readonly expect: { readonly envelope?: Hex; readonly error?: string }
}
interface RecordVector {
  readonly id: string
  readonly input: { readonly seed: Hex; readonly sequence: string; readonly addresses: readonly Hex[] }
  readonly expect: { readonly envelope: Hex; readonly peerId: string }
}

const bytes = (value: Hex | undefined): Uint8Array => Uint8Array.from(Buffer.from(value?.hex ?? '', 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const read = (path: string): unknown =>
  parse(readFileSync(new URL(`../../../spec/records/${path}/vectors.yaml`, import.meta.url), 'utf8'))
const purpose = { domain: 'libp2p-peer-record', payloadType: Uint8Array.of(3, 1) }
const legacyPurpose = { domain: 'libp2p-routing-state', payloadType: Buffer.from('/libp2p/routing-state-record') }
const key = privateKeyFromSeed(new Uint8Array(32).fill(1))
const peerId = peerIdFromPublicKey(key.publicKey)
const address = Uint8Array.of(4, 192, 0, 2, 1, 6, 0x0f, 0xa1)

void t.test('vectors of envelopes', async (t) => {
  // The file is checked against its schema when it is generated from.
  const { vectors } = read('envelope') as { readonly vectors: readonly EnvelopeVector[] }
  for (const { id, what, input, expect } of vectors) {
    const use = { domain: input.domain, payloadType: bytes(input.payloadType) }
    if (expect.error !== undefined)
      t.throws(
        () => openEnvelope(bytes(input.envelope), use),
        { code: expect.error, name: 'EnvelopeError' },
        `${id}: ${what} [ENV-DOMAIN-1] [ENV-TYPE-2] [ENV-SIG-2]`,
      )
    else
      t.equal(
        hex(sealEnvelope(privateKeyFromSeed(bytes(input.seed)), use, bytes(input.payload))),
        expect.envelope?.hex,
        `${id}: ${what} [ENV-SIG-1] [ENV-KEY-1]`,
      )
  }
})

void t.test('vectors of peer records', async (t) => {
  // The file is checked against its schema when it is generated from.
  const { vectors } = read('peer-record') as { readonly vectors: readonly RecordVector[] }
  for (const { id, input, expect } of vectors) {
    const addresses = input.addresses.map(bytes)
    const sealed = sealPeerRecord(privateKeyFromSeed(bytes(input.seed)), {
      sequence: BigInt(input.sequence),
      addresses,
    })
    t.equal(
      hex(sealed),
      expect.envelope.hex,
      `${id}: js seals the same bytes [PREC-DOMAIN-2] [PREC-TYPE-2] [PREC-KEY-1]`,
    )
    const record = verifyPeerRecord(bytes(expect.envelope))
    t.equal(record.peerId.toString(), expect.peerId)
    t.same(
      [record.sequence, record.addresses.map(hex)],
      [BigInt(input.sequence), addresses.map(hex)],
      `${id} [PREC-SEQ-1]`,
    )
  }
})

void t.test('an envelope may leave its payload type empty [ENV-TYPE-1]', async (t) => {
  const use = { domain: 'test', payloadType: new Uint8Array(0) }
  t.equal(hex(openEnvelope(sealEnvelope(key, use, Uint8Array.of(7)), use).payload), '07')
})

void t.test('an oversize envelope or payload type is refused [ENV-LIMIT-1]', async (t) => {
  t.throws(() => openEnvelope(new Uint8Array(65_537), purpose), { code: 'malformed' })
  const long = { domain: 'test', payloadType: new Uint8Array(257) }
  t.throws(() => openEnvelope(sealEnvelope(key, long, address), long), { code: 'malformed' })
})

void t.test(
  'a record about another peer than its signer is refused (RUSTSEC-2022-0009) [PREC-ID-1] [PREC-ID-2]',
  async (t) => {
    const other = peerIdFromPublicKey(generatePrivateKey().publicKey)
    const forged = sealEnvelope(key, purpose, encodePeerRecord({ peerId: other.bytes, seq: 1n, addresses: [] }))
    t.throws(() => verifyPeerRecord(forged), { code: 'foreign-key' })
  },
)

void t.test('a record of another peer than the one it came from is refused [PREC-ID-3]', async (t) => {
  const sealed = sealPeerRecord(key, { sequence: 1n, addresses: [address] })
  t.ok(verifyPeerRecord(sealed, { expected: peerId }).peerId.equals(peerId))
  t.throws(() => verifyPeerRecord(sealed, { expected: peerIdFromPublicKey(generatePrivateKey().publicKey) }), {
    code: 'wrong-peer',
  })
})

void t.test('sequence numbers rise even where the clock does not [PREC-SEQ-1]', async (t) => {
  t.equal(nextSequence(undefined, 1000.9), 1000n)
  t.equal(nextSequence(999n, 1000), 1000n)
  t.equal(nextSequence(1000n, 1000), 1001n)
  t.equal(nextSequence(5000n, 1000), 5001n, 'a clock that went back')
})

void t.test('of two records the one with the higher number is newer [PREC-SEQ-2]', async (t) => {
  const record = (sequence: bigint) => ({ peerId, sequence, addresses: [] })
  t.ok(isNewer(record(1n), undefined))
  t.ok(isNewer(record(2n), record(1n)))
  t.notOk(isNewer(record(1n), record(1n)))
  t.notOk(isNewer(record(1n), record(2n ** 60n)))
})

void t.test("rust's older form is refused unless it is asked for", async (t) => {
  const legacy = sealEnvelope(
    key,
    legacyPurpose,
    encodePeerRecord({ peerId: peerId.bytes, seq: 5n, addresses: [{ multiaddr: address }] }),
  )
  t.throws(() => verifyPeerRecord(legacy), { code: 'bad-envelope' })
  t.equal(verifyPeerRecord(legacy, { acceptLegacy: true }).sequence, 5n)
  const mixed = sealEnvelope(key, { ...legacyPurpose, domain: purpose.domain }, new Uint8Array(0))
  t.throws(
    () => verifyPeerRecord(mixed, { acceptLegacy: true }),
    { code: 'bad-envelope' },
    'the old type with the new domain',
  )
})

void t.test('a bad signature is refused before the record is decoded [PREC-VERIFY-1] [PREC-VERIFY-2]', async (t) => {
  const broken = sealEnvelope(key, purpose, Uint8Array.of(0xff))
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
  t.throws(() => verifyPeerRecord(broken), { code: 'bad-envelope' })
  t.throws(
    () => verifyPeerRecord(sealEnvelope(key, purpose, Uint8Array.of(0xff))),
    { code: 'malformed' },
    'with a good one the payload is looked at',
  )
})

void t.test('more or longer addresses than any honest record has are refused [PREC-LIMIT-1]', async (t) => {
  const many = (count: number): Uint8Array =>
    sealPeerRecord(key, { sequence: 1n, addresses: Array.from({ length: count }, () => address) })
  t.equal(verifyPeerRecord(many(64)).addresses.length, 64)
  t.throws(() => verifyPeerRecord(many(65)), { code: 'malformed' })
  t.throws(() => verifyPeerRecord(many(2000)), { code: 'malformed' })
  t.throws(() => verifyPeerRecord(sealPeerRecord(key, { sequence: 1n, addresses: [new Uint8Array(1025)] })), {
    code: 'malformed',
  })
})

void t.test('no change of a sealed record is believed, and none throws anything but its own error', async () => {
  const sealed = sealPeerRecord(key, { sequence: 77n, addresses: [address] })
  fc.assert(
    fc.property(
      fc.nat(sealed.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.uint8Array({ maxLength: 60 }),
      (at, change, garbage) => {
        const changed = sealed.slice()
        changed[at] = (changed[at] ?? 0) ^ change
        for (const input of [changed, garbage, sealed.subarray(0, at)]) {
          try {
            // A change of bytes that the signature does not cover may pass, but what is read is the same.
            const record = verifyPeerRecord(input)
            if (record.sequence !== 77n || !record.peerId.equals(peerId)) return false
          } catch (error) {
            if (!(error instanceof PeerRecordError)) throw error
            if (error.code === 'bad-envelope' && !(error.cause instanceof EnvelopeError)) throw error
          }
        }
        return true
      },
    ),
    { numRuns: 300 },
  )
})
