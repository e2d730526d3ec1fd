import fc from 'fast-check'
import t from 'tap'
import { decodeBase58, encodeBase58 } from './base58.ts'
import { decodeCid, encodeCid } from './cid.ts'
import { MultiformatError } from './multiformat-error.ts'
import { decodeMultihash, encodeMultihash, identityMultihash, sha256Multihash } from './multihash.ts'
import { decodeUvarint, decodeUvarint64, encodeUvarint, encodeUvarint64, uvarintLength } from './uvarint.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

void t.test('a varint has its one minimal encoding and is read back', async (t) => {
  const known: readonly [number, string][] = [
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [255, 'ff01'],
    [300, 'ac02'],
    [16384, '808001'],
    [Number.MAX_SAFE_INTEGER, 'ffffffffffffff0f'],
  ]
  for (const [value, encoded] of known) {
    t.equal(hex(encodeUvarint(value)), encoded)
    t.same(decodeUvarint(bytes(encoded)), { value, end: encoded.length / 2 })
  }
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.uint8Array({ maxLength: 3 }), (value, behind) => {
      const encoded = encodeUvarint64(value)
      const read = decodeUvarint64(Uint8Array.of(...encoded, ...behind))
      return (
        read.value === value &&
        read.end === encoded.length &&
        (value > 2n ** 53n || uvarintLength(Number(value)) === encoded.length)
      )
    }),
  )
})

void t.test('a padded, cut off or overlong varint is refused', async (t) => {
  for (const broken of ['8100', '8000', 'ff', '', '80808080808080808001', 'ffffffffffffffffff01']) {
    t.throws(() => decodeUvarint64(bytes(broken)), { code: 'bad-uvarint' }, broken)
  }
  t.throws(() => decodeUvarint(bytes('8080808080808010')), { code: 'bad-uvarint' }, 'a length above 2^53')
  t.throws(() => encodeUvarint(-1), { code: 'bad-uvarint' })
  t.throws(() => encodeUvarint64(2n ** 63n), { code: 'bad-uvarint' })
})

void t.test('no bytes make a decoder throw anything but its own error', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.string({ maxLength: 60 }), (input, text) => {
      for (const decode of [
        () => decodeUvarint(input),
        () => decodeMultihash(input),
        () => decodeCid(text),
        () => decodeBase58(text),
      ]) {
        try {
          decode()
        } catch (error) {
          if (!(error instanceof MultiformatError)) throw error
        }
      }
    }),
  )
})

void t.test('a multihash fills its bytes exactly', async (t) => {
  t.equal(
    hex(sha256Multihash(Buffer.from('multihash'))),
    '12209cbc07c3f991725836a3aa2a581ca2029198aa420b9d99bc0e131d9f3e2cbe47',
  )
  t.same(decodeMultihash(identityMultihash(bytes('0a0b'))), { code: 0, digest: bytes('0a0b') })
  t.throws(() => decodeMultihash(bytes('000301')), { code: 'bad-multihash' })
  t.throws(() => decodeMultihash(bytes('00010102')), { code: 'bad-multihash' })
  fc.assert(
    fc.property(fc.nat(1e6), fc.uint8Array({ maxLength: 80 }), (code, digest) => {
      const read = decodeMultihash(encodeMultihash(code, digest))
      return read.code === code && hex(read.digest) === hex(digest)
    }),
  )
})

void t.test('base58 and CID texts are read back, and wrong ones refused', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (value) => {
      const cid = decodeCid(encodeCid({ codec: 0x72, multihash: value }))
      return (
        hex(decodeBase58(encodeBase58(value))) === hex(value) && cid.codec === 0x72 && hex(cid.multihash) === hex(value)
      )
    }),
  )
  t.throws(() => decodeBase58('0OIl'), { code: 'bad-base-text' })
  t.throws(() => decodeCid('b!'), { code: 'bad-base-text' })
  t.throws(() => decodeCid('f80'), { code: 'bad-uvarint' }, 'a version that is cut off')
  t.throws(() => decodeCid('f0272'), { code: 'bad-cid' }, 'version 2')
})
