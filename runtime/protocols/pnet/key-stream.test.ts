import { readFileSync } from 'node:fs'
import { xsalsa20 } from '@noble/ciphers/salsa.js'
import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { KeyStream } from './key-stream.ts'

interface Vector {
  readonly id: string
  readonly input: {
    readonly key: { readonly hex: string }
    readonly nonce?: { readonly hex: string }
    readonly length?: number
  }
  readonly expect: { readonly hex: string }
}

const file = new URL('../../../spec/protocols/pnet/vectors.yaml', import.meta.url)
// The file's form is checked by the spec's own schema.
const { vectors } = parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] }

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

await t.test('gives the key stream that Go gives [PNET-DATA-1]', async (t) => {
  const streams = vectors.filter(({ id }) => id.startsWith('stream-'))
  t.equal(streams.length, 1)
  for (const { id, input, expect } of streams) {
    const stream = new KeyStream(fromHex(input.key.hex), fromHex(input.nonce?.hex ?? ''))
    t.equal(Buffer.from(stream.apply(new Uint8Array(input.length ?? 0))).toString('hex'), expect.hex, id)
  }
})

type Call = 'fresh' | 'shared' | 'in place'

function applied(stream: KeyStream, bytes: Uint8Array, call: Call): Buffer {
  if (call === 'shared') return Buffer.from(stream.applyInShared(bytes))
  return Buffer.from(call === 'fresh' ? stream.apply(bytes) : stream.apply(bytes, bytes))
}

await t.test('is one stream, however the bytes are cut and wherever they lie [PNET-DATA-1]', async () => {
  fc.assert(
    fc.property(
      bytes(32),
      bytes(24),
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 700 }), fc.constantFrom<Call>('fresh', 'shared', 'in place')), {
        maxLength: 12,
      }),
      fc.nat({ max: 7 }),
      (key, nonce, chunks, offset) => {
        const whole = Buffer.concat(chunks.map(([chunk]) => chunk))
        const stream = new KeyStream(key, nonce)
        const outputs = chunks.map(([chunk, call]) => {
          const unaligned = new Uint8Array(chunk.byteLength + offset).subarray(offset)
          unaligned.set(chunk)
          return applied(stream, unaligned, call)
        })
        return Buffer.concat(outputs).equals(whole.byteLength === 0 ? whole : xsalsa20(key, nonce, whole))
      },
    ),
  )
})

await t.test('is that stream over chunks longer than the memory it works in [PNET-DATA-1]', async (t) => {
  const key = new Uint8Array(32).fill(1)
  const nonce = new Uint8Array(24).fill(2)
  const whole = new Uint8Array(600_000).map((_, index) => index * 7)
  const expected = Buffer.from(xsalsa20(key, nonce, whole))
  for (const call of ['fresh', 'shared', 'in place'] as const) {
    const stream = new KeyStream(key, nonce)
    const lengths = call === 'shared' ? [100, 262_144, 262_144] : [100, 262_145, 300_000]
    let offset = 0
    for (const length of lengths) {
      const output = applied(stream, whole.slice(offset, offset + length), call)
      t.ok(output.equals(expected.subarray(offset, offset + length)), `${call}: ${length} bytes at ${offset}`)
      offset += length
    }
  }
  t.throws(() => new KeyStream(key, nonce).applyInShared(new Uint8Array(262_145)), RangeError)
})

await t.test('counts its blocks up to the last [PNET-DATA-5]', async (t) => {
  const key = new Uint8Array(32).fill(1)
  const nonce = new Uint8Array(24).fill(2)
  const lastBlocks = 2 ** 32 - 3
  const stream = new KeyStream(key, nonce, lastBlocks * 64 + 5)
  const expected = Buffer.from(xsalsa20(key, nonce, new Uint8Array(128), undefined, lastBlocks))
  t.same(Buffer.from(stream.apply(new Uint8Array(123))), expected.subarray(5))
})

await t.test('ends with a typed error before any part of it would come again [PNET-DATA-5]', async (t) => {
  const { maxStreamBytes } = limits.pnet
  const stream = new KeyStream(new Uint8Array(32), new Uint8Array(24), maxStreamBytes - 100)
  t.equal(stream.apply(new Uint8Array(99)).byteLength, 99)
  t.throws(() => stream.apply(new Uint8Array(2)), { name: 'PnetError', code: 'stream-used-up' })
  t.equal(stream.apply(new Uint8Array(1)).byteLength, 1)
  t.throws(() => stream.apply(new Uint8Array(1)), { name: 'PnetError', code: 'stream-used-up' })
})

await t.test('leaves the bytes that it is given as they are', async (t) => {
  const given = new Uint8Array(200).fill(7)
  new KeyStream(new Uint8Array(32), new Uint8Array(24)).apply(given)
  t.same(given, new Uint8Array(200).fill(7))
})

await t.test('refuses keys and nonces of other lengths', async (t) => {
  t.throws(() => new KeyStream(new Uint8Array(31), new Uint8Array(24)), RangeError)
  t.throws(() => new KeyStream(new Uint8Array(32), new Uint8Array(12)), RangeError)
})

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}
