import { readFileSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { decodePublicKey as decodeMessage } from '@p2pspec/generated/records/keys/messages'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { CryptoError } from './crypto-error.ts'
import { decodePrivateKey, decodePublicKey, generatePrivateKey, privateKeyFromSeed } from './keys.ts'
import type { KeyType } from './keys.ts'

interface Vector {
  readonly id: string
  readonly what: string
  readonly input: { readonly privateKey?: { readonly hex: string }; readonly publicKey?: { readonly hex: string } }
  readonly expect: { readonly publicKey?: { readonly hex: string }; readonly error?: string; readonly type?: KeyType }
}
// The file is checked against its schema when it is generated from.
const { vectors } = parse(readFileSync(new URL('../../spec/records/keys/vectors.yaml', import.meta.url), 'utf8')) as {
  readonly vectors: readonly Vector[]
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const types: readonly KeyType[] = ['rsa', 'ed25519', 'secp256k1', 'ecdsa']

void t.test('vectors of key messages', async (t) => {
  for (const { id, what, input, expect } of vectors) {
    if (input.privateKey !== undefined) {
      const key = decodePrivateKey(bytes(input.privateKey.hex))
      t.equal(
        hex(key.publicKey.encode()),
        expect.publicKey?.hex,
        `${id}: the private key gives its public key [KEY-VEC-1] [KEY-TYPE-1] [KEY-TYPE-2] [KEY-TYPE-3]`,
      )
      t.equal(
        hex(key.encode()),
        input.privateKey.hex,
        `${id}: the private key is written as it was read [KEY-ED-2] [KEY-RSA-2] [KEY-ECDSA-2]`,
      )
    } else {
      const publicKey = bytes(input.publicKey?.hex ?? '')
      if (expect.error === undefined) t.equal(decodePublicKey(publicKey).type, expect.type, `${id}: ${what}`)
      else
        t.throws(
          () => decodePublicKey(publicKey),
          { code: expect.error, name: 'CryptoError' },
          `${id}: ${what} is refused [KEY-ENC-1] [KEY-ENC-2] [KEY-ENC-3] [KEY-ENC-4] [KEY-ENC-5] [KEY-RSA-1] [KEY-RSA-4] [KEY-ED-1] [KEY-SECP-1] [KEY-ECDSA-1] [KEY-LIMIT-1]`,
        )
    }
  }
})

void t.test('each type signs what its public key verifies, and nothing else', async (t) => {
  for (const type of types) {
    const key = generatePrivateKey(type)
    const read = decodePublicKey(key.publicKey.encode())
    const message = Buffer.from('message')
    const signature = key.sign(message)
    t.ok(read.verify(message, signature), `${type} [KEY-RSA-3] [KEY-ED-4] [KEY-SECP-2] [KEY-ECDSA-3]`)
    t.notOk(read.verify(Buffer.from('massage'), signature), `${type}: another message`)
    t.notOk(read.verify(message, signature.subarray(1)), `${type}: a cut signature`)
    t.notOk(read.verify(message, new Uint8Array(0)), `${type}: no signature`)
    t.notOk(generatePrivateKey(type).publicKey.verify(message, signature), `${type}: another key`)
    t.ok(decodePrivateKey(key.encode()).publicKey.equals(key.publicKey), `${type}: the private key is read back`)
    t.notOk(key.publicKey.equals(generatePrivateKey(type).publicKey))
    const parsed = decodeMessage(key.publicKey.encode())
    t.equal(types[parsed.type], type, `${type}: a general protobuf codec reads the same`)
    t.equal(hex(parsed.data), hex(key.publicKey.data))
  }
})

void t.test('signatures agree with an independent implementation', async (t) => {
  const message = Buffer.from('noise-libp2p')
  const seed = Uint8Array.from({ length: 32 }, (_, index) => index)
  t.equal(hex(privateKeyFromSeed(seed).sign(message)), hex(ed25519.sign(message, seed)), 'Ed25519 [KEY-ED-4]')
  t.equal(
    hex(privateKeyFromSeed(seed).publicKey.data),
    hex(ed25519.getPublicKey(seed)),
    'the same seed, the same key [KEY-SEED-1]',
  )
  for (let round = 0; round < 20; round++) {
    const bitcoin = generatePrivateKey('secp256k1')
    t.ok(
      secp256k1.verify(bitcoin.sign(message), message, bitcoin.publicKey.data, { format: 'der', lowS: true }),
      'secp256k1, low s [KEY-SECP-2]',
    )
  }
  const nist = generatePrivateKey('ecdsa')
  t.ok(
    p256.verify(nist.sign(message), message, nist.publicKey.data.subarray(26), { format: 'der', lowS: false }),
    'P-256 [KEY-ECDSA-3]',
  )
})

void t.test('the higher s of a secp256k1 signature is refused [KEY-SECP-3]', async (t) => {
  const key = generatePrivateKey('secp256k1')
  const message = Buffer.from('message')
  const low = secp256k1.Signature.fromBytes(key.sign(message), 'der')
  const high = new secp256k1.Signature(low.r, secp256k1.Point.CURVE().n - low.s).toBytes('der')
  t.ok(secp256k1.verify(high, message, key.publicKey.data, { format: 'der', lowS: false }), 'the arithmetic holds')
  t.notOk(key.publicKey.verify(message, high))
})

void t.test(
  'an Ed25519 private key is read only where its halves agree [KEY-ED-3] [KEY-ED-5] (RUSTSEC-2022-0093)',
  async (t) => {
    const key = privateKeyFromSeed(new Uint8Array(32).fill(7))
    const data = key.encode().subarray(4)
    const old = Uint8Array.of(8, 1, 0x12, 96, ...data, ...data.subarray(32))
    t.ok(decodePrivateKey(old).publicKey.equals(key.publicKey))
    const torn = old.slice()
    torn[torn.length - 1] = (torn.at(-1) ?? 0) ^ 1
    t.throws(() => decodePrivateKey(torn), { code: 'bad-private-key' })
    const foreign = Uint8Array.of(...key.encode())
    foreign[40] = (foreign[40] ?? 0) ^ 1
    t.throws(() => decodePrivateKey(foreign), { code: 'bad-private-key' })
    t.throws(() => privateKeyFromSeed(new Uint8Array(31)), { code: 'bad-seed' })
  },
)

void t.test(
  'an RSA key of any size is refused before any arithmetic when it is too long [KEY-RSA-4] [KEY-LIMIT-1]',
  async (t) => {
    t.throws(() => generatePrivateKey('rsa', { rsaBits: 1024 }), { code: 'rsa-key-size' })
    t.throws(() => decodePublicKey(new Uint8Array(60_000)), { code: 'bad-key-encoding' })
  },
)

void t.test(
  'no bytes make a key decoder throw anything but its own error, and what it takes it writes again',
  async () => {
    const valid = types.map((type) => generatePrivateKey(type).publicKey.encode())
    const mutated = fc
      .tuple(fc.constantFrom(...valid), fc.nat(1100), fc.integer({ min: 0, max: 255 }), fc.nat(3))
      .map(([key, at, byte, cut]) => {
        const copy = key.slice(0, key.length - cut)
        copy[at % copy.length] = byte
        return copy
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated), (input) => {
        try {
          return hex(decodePublicKey(input).encode()) === hex(input)
        } catch (error) {
          if (error instanceof CryptoError) return true
          throw error
        }
      }),
      { numRuns: 500 },
    )
  },
)

void t.test('a key keeps nothing of the longer bytes that it was read from', (t) => {
  const encoded = generatePrivateKey().publicKey.encode()
  const chunk = Buffer.alloc(65_536)
  chunk.set(encoded, 5)
  const key = decodePublicKey(chunk.subarray(5, 5 + encoded.length))
  chunk.fill(0)
  t.same(key.encode(), encoded)
  t.equal(key.data.buffer.byteLength, key.data.length)
  t.end()
})

void t.test('a key that was read lately is the same object, and many others push it out', async (t) => {
  const encoded = generatePrivateKey().publicKey.encode()
  const first = decodePublicKey(encoded)
  t.equal(decodePublicKey(encoded.slice()), first)
  for (let index = 0; index < 128; index++) decodePublicKey(generatePrivateKey().publicKey.encode())
  t.not(decodePublicKey(encoded), first)
  t.ok(decodePublicKey(encoded).equals(first))
})
