import { readFileSync } from 'node:fs'
import { salsa20, xsalsa20 } from '@noble/ciphers/salsa.js'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { Salsa20 } from './salsa20.ts'

interface Vector {
  readonly id: string
  readonly input: {
    readonly key: { readonly hex: string }
    readonly nonce?: { readonly hex: string }
    readonly skipBlocks?: number
    readonly length?: number
  }
  readonly expect: { readonly hex: string }
}

const file = new URL('../../../spec/protocols/pnet/vectors.yaml', import.meta.url)
// The file's form is checked by the spec's own schema.
const { vectors } = parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] }

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

await t.test(
  'gives the key stream that Go gives, also behind 32 bits of the counter [PNET-DATA-1] [PNET-DATA-4]',
  async (t) => {
    const streams = vectors.filter(({ id }) => id.startsWith('stream-'))
    t.equal(streams.length, 2)
    for (const { id, input, expect } of streams) {
      const { key, nonce, skipBlocks = 0, length = 0 } = input
      for (const wholeWords of [true, false]) {
        const stream = new Salsa20(fromHex(key.hex), fromHex(nonce?.hex ?? ''), {
          skipBlocks: BigInt(skipBlocks),
          wholeWords,
        })
        t.equal(Buffer.from(stream.apply(new Uint8Array(length))).toString('hex'), expect.hex, id)
      }
    }
  },
)

await t.test(
  'gives what another implementation gives, however the bytes are cut and wherever they lie [PNET-DATA-1]',
  async () => {
    fc.assert(
      fc.property(
        bytes(32),
        fc.oneof(bytes(24), bytes(8)),
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }),
        fc.nat({ max: 7 }),
        fc.boolean(),
        fc.boolean(),
        (key, nonce, chunks, offset, wholeWords, shared) => {
          const cipher = nonce.byteLength === 24 ? xsalsa20 : salsa20
          const whole = Buffer.concat(chunks)
          const stream = new Salsa20(key, nonce, { wholeWords })
          const room = new ArrayBuffer(400)
          const outputs = chunks.map((chunk) => {
            const unaligned = new Uint8Array(chunk.byteLength + offset).subarray(offset)
            unaligned.set(chunk)
            return Buffer.from(shared ? stream.applyInto(unaligned, room) : stream.apply(unaligned))
          })
          return Buffer.concat(outputs).equals(whole.byteLength === 0 ? whole : cipher(key, nonce, whole))
        },
      ),
    )
  },
)

await t.test('leaves the bytes that it is given as they are', async (t) => {
  const given = new Uint8Array(200).fill(7)
  new Salsa20(new Uint8Array(32), new Uint8Array(24)).apply(given)
  t.same(given, new Uint8Array(200).fill(7))
})

await t.test('refuses keys and nonces of other lengths', async (t) => {
  t.throws(() => new Salsa20(new Uint8Array(31), new Uint8Array(24)), RangeError)
  t.throws(() => new Salsa20(new Uint8Array(32), new Uint8Array(12)), RangeError)
})

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}
