import { deepStrictEqual as same, equal } from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { projectRoot } from '../../load/project-root.ts'
import { SpecFailure } from '../../load/problem.ts'
import { parseYaml } from '../../load/spec-file.ts'
import type { SpecFile } from '../../load/spec-file.ts'
import { validate } from '../../load/validate.ts'
import type { LayoutFile } from '../../model/spec-types.ts'
import { commonCodecsEmitter } from '../common-codecs.ts'
import { emitLayouts } from './emit-layouts.ts'

type Codecs = Readonly<Record<string, unknown>>

const folder = join(projectRoot, '.cache', 'layout-test')
const source = `
format: layout/1
id: sample
code: SMP
version: 1.0.0
layouts:
  header:
    what: A fixed header.
    trailing: return
    fields:
      version: { type: u8, equals: 0, error: bad-version }
      kind: { type: u8, values: { data: 0, ping: 2 }, error: bad-type }
      flags: { type: u16, flags: { syn: 1, fin: 4 } }
      streamId: { type: u32 }
      small: { type: u24, endian: little, max: 70000 }
  frame:
    what: A counted body.
    fields:
      magic: { type: bytes, size: 2, equals: { hex: cafe } }
      big: { type: u64 }
      length: { type: u16, counts: body }
      body: { type: bytes, size: length }
      pad: { type: bytes, size: 3 }
      note: { type: text, size: rest }
  listing:
    what: Names and numbers.
    fields:
      count: { type: uvarint, counts: rows }
      rows:
        type: list
        until: count
        max: 5
        of:
          length: { type: uvarint, counts: name, countsSuffix: true }
          name: { type: text, size: length, suffix: "\\n" }
          value: { type: u16 }
      inner: { type: layout, layout: tail }
  tail:
    what: What follows.
    fields: { words: { type: list, until: rest, max: 4, of: { length: { type: u8, counts: word }, word: { type: text, size: length } } } }
`
const codecs = await emitted(source)
const bytes = fc.uint8Array({ maxLength: 40 })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const values: Readonly<Record<string, fc.Arbitrary<object>>> = {
  Header: fc.record({
    kind: fc.constantFrom(0, 2),
    flags: fc.constantFrom(0, 1, 4, 5),
    streamId: fc.nat(0xffffffff),
    small: fc.nat(70_000),
  }),
  Frame: fc.record({
    big: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    body: bytes,
    pad: fc.uint8Array({ minLength: 3, maxLength: 3 }),
    note: text,
  }),
  Listing: fc.record({
    rows: fc.array(fc.record({ name: text, value: fc.nat(0xffff) }), { maxLength: 5 }),
    inner: fc.record({ words: fc.array(text, { maxLength: 4 }) }),
  }),
}

t.test('reads back what it wrote, and refuses or reads any other bytes', async (t) => {
  for (const [name, arbitrary] of Object.entries(values)) {
    fc.assert(
      fc.property(arbitrary, (value) => same(decode(name, encode(name, value)), plain(value))),
      { numRuns: 200 },
    )
    const mutated = fc.tuple(arbitrary, fc.nat(), fc.nat(255), fc.nat()).map(([value, at, byte, cut]) => {
      const whole = Uint8Array.from(encode(name, value))
      whole[at % whole.length] = byte
      return cut % 3 === 0 ? whole.subarray(0, cut % whole.length) : whole
    })
    fc.assert(
      fc.property(fc.oneof(bytes, mutated), (input) => {
        let value: object
        try {
          value = decode(name, input)
        } catch (error) {
          equal(error instanceof Error ? error.name : '', 'DecodeError')
          return
        }
        const written = encode(name, value)
        same(
          Buffer.from(written),
          Buffer.from(input.subarray(0, name === 'Header' ? written.length : input.length)),
          'every layout has one encoding',
        )
      }),
      { numRuns: 600 },
    )
    t.pass(name)
  }
})

t.test('writes the bytes that the layout says', async (t) => {
  t.same(
    encode('Header', { kind: 2, flags: 5, streamId: 0x01020304, small: 0x010203 & 0xffff }),
    Uint8Array.of(0, 2, 0, 5, 1, 2, 3, 4, 3, 2, 0),
  )
  const frame = encode('Frame', { big: 258n, body: Uint8Array.of(7, 8), pad: Uint8Array.of(1, 2, 3), note: 'é' })
  t.same(frame, Uint8Array.of(0xca, 0xfe, 0, 0, 0, 0, 0, 0, 1, 2, 0, 2, 7, 8, 1, 2, 3, 0xc3, 0xa9))
  t.same(
    encode('Listing', { rows: [{ name: 'a', value: 1 }], inner: { words: ['b'] } }),
    Uint8Array.of(1, 2, 0x61, 0x0a, 0, 1, 1, 0x62),
  )
})

t.test('gives each fault its code, its place and the name that the spec gives it', async (t) => {
  const header = [0, 2, 0, 5, 1, 2, 3, 4, 0, 0, 0]
  const changed = (at: number, byte: number): number[] => header.map((value, index) => (index === at ? byte : value))
  const faults: readonly (readonly [string, readonly number[], object])[] = [
    ['Header', changed(0, 1), { code: 'bad-value', reason: 'bad-version' }],
    ['Header', changed(1, 1), { code: 'bad-value', reason: 'bad-type' }],
    ['Header', changed(3, 2), { code: 'bad-value', reason: 'bad-flags' }],
    ['Header', changed(10, 9), { code: 'bad-value', reason: 'bad-small' }],
    ['Header', header.slice(0, 10), { code: 'truncated' }],
    ['Frame', [0xca, 0xff], { code: 'bad-value', reason: 'bad-magic', offset: 1 }],
    ['Frame', [0xca, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1], { code: 'truncated' }],
    ['Listing', [6], { code: 'truncated' }],
    ['Listing', [1, 1, 0x0a, 0], { code: 'truncated' }],
    ['Listing', [1, 0, 0, 0], { code: 'bad-length', reason: 'bad-name' }],
    ['Listing', [1, 2, 0x61, 0x62, 0, 0], { code: 'bad-value', reason: 'bad-name' }],
    ['Listing', [1, 3, 0xff, 0xff, 0x0a, 0, 0], { code: 'bad-utf8' }],
    ['Listing', [0x80, 0], { code: 'bad-varint' }],
    ['Listing', [6, ...Array.from({ length: 6 }, () => [1, 10, 0, 0]).flat()], { code: 'too-many' }],
    ['Listing', [0, 1, 0x61, 1, 0x61, 1, 0x61, 1, 0x61, 1, 0x61], { code: 'too-many' }],
  ]
  for (const [name, input, fault] of faults)
    t.throws(
      () => decode(name, Uint8Array.from(input)),
      { name: 'DecodeError', ...fault },
      `${name} ${input.join(' ')}`,
    )
  t.throws(
    () => encode('Frame', { big: 0n, body: new Uint8Array(), pad: new Uint8Array(2), note: '' }),
    RangeError,
    'a wrong size is our own fault',
  )
})

t.test('reads and writes a fixed layout in place, like the codec does', async (t) => {
  // Emitted with these shapes.
  const read = codecs['readHeader'] as (bytes: Uint8Array, offset: number, target: object) => void
  const write = codecs['writeHeader'] as (target: Uint8Array, offset: number, ...fields: number[]) => void
  t.equal(codecs['headerBytes'], 11)
  const arbitrary = values['Header'] ?? fc.constant({})
  fc.assert(
    fc.property(arbitrary, fc.nat(9), (value, offset) => {
      const target = new Uint8Array(32)
      // All its fields are numbers.
      write(target, offset, ...Object.values<number>(value))
      same(target.slice(offset, offset + 11), encode('Header', value))
      const reused = { kind: 0, flags: 0, streamId: 0, small: 0 }
      read(target, offset, reused)
      same({ ...reused }, plain(value))
    }),
  )
  t.throws(() => read(new Uint8Array(12), 2, {}), { code: 'truncated' })
  t.throws(() => read(Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, {}), { code: 'bad-value', reason: 'bad-type' })
})

t.test('says where a layout is at fault', async (t) => {
  const wrong = (fields: string) => emitted(source.replace(/fields: \{ words: .*/, `fields: ${fields}`))
  await t.rejects(
    wrong('{ body: { type: bytes, size: length }, length: { type: u8, counts: body } }'),
    SpecFailure,
    'a count behind what it counts',
  )
  await t.rejects(
    wrong('{ length: { type: u8 }, body: { type: bytes, size: length } }'),
    SpecFailure,
    'a size that does not count the field',
  )
})

async function emitted(yaml: string): Promise<Codecs> {
  const { file, problems } = parseYaml('spec/protocols/sample/layout.yaml', new TextEncoder().encode(yaml))
  same([...problems, ...validate(file, 'layout')], [])
  // The schema has accepted it.
  const text = emitLayouts(file as SpecFile<LayoutFile>, '', (limit) => Number(limit))
  const context = {
    model: {
      protocols: [],
      records: [],
      interfaces: [],
      limits: undefined,
      errors: undefined,
      framings: undefined,
      lock: undefined,
    },
    protocols: [],
    whole: true,
  }
  for (const { path, text } of await commonCodecsEmitter.emit(context)) write(path, text)
  return (await import(pathToFileURL(write('protocols/sample/layout.ts', text)).href)) as Codecs // the emitter's own exports
}

function write(path: string, text: string): string {
  const whole = join(folder, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  writeFileSync(whole, text)
  return whole
}

function encode(name: string, value: object): Uint8Array {
  return (codecs[`encode${name}`] as (value: object) => Uint8Array)(value) // emitted with this shape
}

function decode(name: string, input: Uint8Array): object {
  return plain((codecs[`decode${name}`] as (input: Uint8Array) => object)(input)) // emitted with this shape
}

/** Without the prototype that fast-check gives its records, and with views as bytes of their own. */
function plain(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      member instanceof Uint8Array
        ? Uint8Array.from(member)
        : Array.isArray(member)
          ? member.map((one) => (typeof one === 'object' && one !== null ? plain(one) : one))
          : typeof member === 'object' && member !== null
            ? plain(member)
            : member,
    ]),
  )
}
