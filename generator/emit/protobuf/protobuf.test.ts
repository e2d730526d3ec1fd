import { deepStrictEqual as same, equal, ok } from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import t from 'tap'
import { projectRoot } from '../../load/project-root.ts'
import { SpecFailure } from '../../load/problem.ts'
import { commonCodecsEmitter } from '../common-codecs.ts'
import { messagesText } from './messages-text.ts'

type Value = Readonly<Record<string, unknown>>

/** What the test needs of an emitted messages.ts. */
interface Codecs {
  readonly decodeLimits: { readonly maxBytes: number; readonly maxCount: number; readonly maxDepth: number }
  readonly [name: string]: unknown
}

const limits = { maxBytes: 65_536, maxCount: 40, maxDepth: 6 }
const folder = join(projectRoot, '.cache', 'codec-test')

const everything = await emitted('everything')
const implicit = await emitted('implicit')
// protobufjs drops enum numbers that it does not know; ours keeps them, as an int32 field does.
const oracle = (name: string) =>
  protobuf.parse(
    readFileSync(new URL(`testdata/${name}.proto`, import.meta.url), 'utf8').replace(
      /\b(Colour|Kind) (\w+ =)/g,
      'int32 $2',
    ),
    { keepCase: true },
  ).root
const Everything = oracle('everything').lookupType('Everything')
const Plain = oracle('implicit').lookupType('Plain')

const bytes = fc.uint8Array({ maxLength: 40 })
const u32 = fc.nat(0xffffffff)
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const i64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
const text = fc.string({ unit: 'grapheme', maxLength: 80 })
const inner = fc.letrec<{ inner: Value }>((tie) => ({
  inner: fc.record(
    { value: u64, data: bytes, next: fc.option(tie('inner'), { nil: undefined, maxDepth: 3 }) },
    { requiredKeys: [] },
  ),
})).inner
const everythingValue = fc
  .record(
    {
      id: i32,
      u32,
      s32: i32,
      f32: u32,
      sf32: i32,
      i64,
      u64,
      s64: i64,
      f64: u64,
      sf64: i64,
      real: fc.float({ noNaN: true }),
      wide: fc.double({ noNaN: true }),
      flag: fc.boolean(),
      text,
      raw: bytes,
      colour: fc.oneof(fc.constantFrom(0, 5), i32),
      unpacked: fc.array(u32),
      packed: fc.array(i64),
      words: fc.array(text),
      inners: fc.array(inner, { maxLength: 4 }),
      inner,
      colours: fc.array(fc.constantFrom(0, 5, -1)),
    },
    { requiredKeys: ['id'] },
  )
  .chain((value) =>
    fc
      .oneof(fc.constant({}), fc.record({ number: u32 }), fc.record({ name: text }), fc.record({ nested: inner }))
      .map((choice) => ({ ...value, ...choice })),
  )
const plainValue = fc.record({
  seq: u64,
  key: bytes,
  name: text,
  set: fc.boolean(),
  maybe: fc.option(u32, { nil: undefined }),
  list: fc.option(fc.array(i32, { minLength: 1 }), { nil: undefined }),
  part: fc.option(fc.record({ at: i32 }), { nil: undefined }),
  kind: fc.constantFrom(0, 1, 77),
  share: fc.double({ noNaN: true }),
})

t.test('encodes the same bytes as protobufjs, and decodes what it wrote', async () => {
  fc.assert(
    fc.property(everythingValue, (value) => {
      const ours = encode(everything, 'Everything', value)
      const theirs = Everything.encode(Everything.fromObject(forOracle(value))).finish()
      ok(Buffer.compare(ours, theirs) === 0 || fail(ours, theirs))
      same(compact(decode(everything, 'Everything', ours)), compact(value))
    }),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(plainValue, (value) => {
      const ours = encode(implicit, 'Plain', value)
      const back = decode(implicit, 'Plain', ours)
      same(compact(back), compact(value))
      same(
        plainOf(Plain.toObject(Plain.decode(ours), { longs: String, defaults: true })),
        plainOf(forOracle({ list: [], part: null, ...compact(value) })),
      )
    }),
    { numRuns: 200 },
  )
})

t.test('decodes or refuses any bytes, and what it decodes is what protobufjs decodes', async (t) => {
  const mutated = fc.tuple(everythingValue, fc.nat(), fc.nat(255), fc.nat()).map(([value, at, byte, cut]) => {
    const whole = encode(everything, 'Everything', value)
    const copy = Uint8Array.from(whole)
    copy[at % copy.length] = byte
    return copy.subarray(0, cut % 4 === 0 ? cut % copy.length : copy.length)
  })
  const withUnknown = fc
    .tuple(everythingValue, bytes)
    .map(
      ([value, extra]) =>
        new Uint8Array(
          Buffer.concat([Uint8Array.of(0xf2, 0x7f, extra.length), extra, encode(everything, 'Everything', value)]),
        ),
    )
  let agreed = 0
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), mutated, withUnknown), (input) => {
      const kept = Uint8Array.from(input)
      const ours = attempt(() => decode(everything, 'Everything', input))
      same(input, kept, 'the input is not written to')
      if (ours instanceof Error) {
        equal(ours.name, 'DecodeError', String(ours.stack))
        return
      }
      const again = decode(everything, 'Everything', encode(everything, 'Everything', ours))
      same(again, ours, 'what was decoded can be written and read again')
      const theirs = attempt(() => Everything.decode(input))
      if (theirs instanceof Error) return
      agreed++
      const oracle = Everything.toObject(theirs, { longs: String })
      const { unknown, ...known } = compact(ours)
      same(plainOf(oracle), plainOf(forOracle(known)))
    }),
    { numRuns: 1500 },
  )
  t.ok(agreed > 50, `both decoded ${agreed} inputs`)
})

t.test('the last value wins, messages of one field are merged, members of a oneof push each other out', async (t) => {
  const id = Uint8Array.of(8, 1)
  const both = (...parts: Uint8Array[]) =>
    compact(decode(everything, 'Everything', new Uint8Array(Buffer.concat([id, ...parts]))))
  t.same(both(Uint8Array.of(16, 1), Uint8Array.of(16, 2)), { id: 1, u32: 2 })
  t.same(both(Uint8Array.of(0xaa, 1, 2, 8, 7), Uint8Array.of(0xaa, 1, 3, 18, 1, 9)), {
    id: 1,
    inner: { value: 7n, data: Uint8Array.of(9) },
  })
  t.same(both(Uint8Array.of(0xb0, 1, 7), Uint8Array.of(0xba, 1, 1, 0x61)), { id: 1, name: 'a' })
  t.same(
    both(Uint8Array.of(0x8a, 1, 2, 1, 2), Uint8Array.of(0x88, 1, 3)),
    { id: 1, unpacked: [1, 2, 3] },
    'packed and unpacked mix',
  )
  const merge = everything['mergeEverything'] as (a: Value, b: Value) => Value // emitted with this shape
  fc.assert(
    fc.property(everythingValue, everythingValue, (a, b) => {
      const glued = new Uint8Array(
        Buffer.concat([encode(everything, 'Everything', a), encode(everything, 'Everything', b)]),
      )
      same(compact(decode(everything, 'Everything', glued, { ...limits, maxCount: 1000 })), compact(merge(a, b)))
    }),
    { numRuns: 150 },
  )
})

t.test('keeps unknown fields where the file says so and writes them back', async (t) => {
  const raw = Uint8Array.of(8, 1, 0xf8, 0x7f, 5, 0xf2, 0x7f, 2, 1, 2, 0xeb, 0x7f, 8, 1, 0xec, 0x7f)
  const value = decode(everything, 'Everything', raw)
  t.same(value['unknown'], raw.subarray(2))
  t.same(encode(everything, 'Everything', value), raw)
  const split = Uint8Array.of(0xf8, 0x7f, 5, 8, 1, 0xf8, 0x7f, 6)
  t.same(
    decode(everything, 'Everything', split)['unknown'],
    Uint8Array.of(0xf8, 0x7f, 5, 0xf8, 0x7f, 6),
    'also where a known field stands between',
  )
})

t.test('refuses what is over a limit and what breaks the encoding, each with its code', async (t) => {
  const faults: readonly (readonly [string, string, readonly number[]])[] = [
    ['too-large', 'a message over the limit', Array.from({ length: limits.maxBytes + 1 }, () => 0)],
    [
      'too-many',
      'one element over the limit, unpacked',
      [8, 1, ...Array.from({ length: 41 }, () => [0x88, 1, 1]).flat()],
    ],
    ['too-many', 'one element over the limit, packed', [8, 1, 0x8a, 1, 41, ...Array.from({ length: 41 }, () => 1)]],
    ['too-deep', 'messages inside messages', nested(7)],
    ['too-deep', 'groups inside groups', [8, 1, ...Array.from({ length: 9 }, () => [0xeb, 0x7f]).flat()]],
    ['truncated', 'an end inside a varint', [8, 0x80]],
    ['truncated', 'a length over the end', [8, 1, 114, 5, 0x61]],
    ['truncated', 'a length of 2^64-1', [8, 1, 114, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
    ['bad-varint', 'eleven bytes', [8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1]],
    ['bad-varint', 'a tenth byte over 1', [8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 2]],
    ['bad-tag', 'field number 0', [0, 1]],
    ['bad-tag', 'a key over 32 bits', [0x88, 0x80, 0x80, 0x80, 0x10, 1]],
    ['bad-wire-type', 'wire type 7', [8, 1, 0xff, 0x7f]],
    ['bad-wire-type', 'an end of a group that nobody opened', [8, 1, 0xec, 0x7f]],
    ['bad-utf8', 'a lone continuation byte', [8, 1, 114, 1, 0x80]],
    ['bad-utf8', 'half a surrogate pair', [8, 1, 114, 3, 0xed, 0xa0, 0x80]],
    ['missing-field', 'no required field', [16, 1]],
  ]
  for (const [code, what, input] of faults)
    t.throws(() => decode(everything, 'Everything', Uint8Array.from(input)), { name: 'DecodeError', code }, what)
  t.same(
    decode(everything, 'Everything', Uint8Array.of(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1))['id'],
    -1,
    'ten bytes are a negative number',
  )
  t.ok(decode(everything, 'Everything', Uint8Array.from(nested(5))), 'nesting up to the limit is read')
  t.throws(
    () => encode(everything, 'Everything', { id: 1, text: '\ud800' }),
    RangeError,
    'half a surrogate pair is our own fault',
  )
  t.throws(() => encode(everything, 'Everything', { id: 2 ** 31 }), RangeError)
  t.same(encode(everything, 'Everything', { id: 1 }), Uint8Array.of(8, 1), 'a failed message leaves nothing behind')
})

t.test('bytes fields survive a change of the input, unless a view is asked for', async (t) => {
  const input = Uint8Array.of(8, 1, 122, 2, 1, 2)
  const copied = decode(everything, 'Everything', input)
  const viewed = decode(everything, 'Everything', input, { ...limits, view: true })
  input.fill(9)
  t.same(copied['raw'], Uint8Array.of(1, 2))
  t.same(viewed['raw'], Uint8Array.of(9, 9))
  const large = Buffer.from(encode(everything, 'Everything', { id: 1, raw: new Uint8Array(5000).fill(1) }))
  const kept = decode(everything, 'Everything', large)
  large.fill(9)
  t.same(kept['raw'], new Uint8Array(5000).fill(1), 'also of a large Buffer, whose slice would be a view')
})

t.test('says where a .proto is at fault', async (t) => {
  const file = (text: string) => ({ path: 'spec/protocols/x/x.proto', name: 'x.proto', sha256: '', text })
  await t.rejects(messagesText(file('syntax = "proto3";\nmessage A {\n  uint32 = 1;\n}\n'), limits, ''), SpecFailure)
  const map = file('syntax = "proto3";\nmessage A {\n  map<string, int32> pairs = 1;\n}\n')
  const fault = await messagesText(map, limits, '').catch((error: unknown) => error)
  t.match(fault instanceof SpecFailure ? fault.problems[0] : fault, { line: 3 }, 'a map field, with its line')
})

async function emitted(name: string): Promise<Codecs> {
  const source = new URL(`testdata/${name}.proto`, import.meta.url)
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
  for (const file of await commonCodecsEmitter.emit(context)) write(file.path, file.text)
  const text = await messagesText(
    { path: `${name}.proto`, name: `${name}.proto`, sha256: '', text: readFileSync(source, 'utf8') },
    limits,
    '',
  )
  const again = await messagesText(
    { path: `${name}.proto`, name: `${name}.proto`, sha256: '', text: readFileSync(source, 'utf8') },
    limits,
    '',
  )
  t.equal(text, again, 'the same input gives the same text')
  return (await import(pathToFileURL(write(`protocols/${name}/messages.ts`, text)).href)) as Codecs // the emitter's own exports
}

function write(path: string, text: string): string {
  const whole = join(folder, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  writeFileSync(whole, text)
  return whole
}

function encode(codecs: Codecs, message: string, value: Value): Uint8Array {
  return (codecs[`encode${message}`] as (value: Value) => Uint8Array)(value) // emitted with this shape
}

function decode(codecs: Codecs, message: string, input: Uint8Array, options: object = limits): Value {
  return (codecs[`decode${message}`] as (input: Uint8Array, options: object) => Value)(input, options) // emitted with this shape
}

function attempt<T>(run: () => T): T | Error {
  try {
    return run()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Without absent fields and empty lists, which both mean nothing. */
function compact(value: Value): Value {
  const entries = Object.entries(value).filter(
    ([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0),
  )
  return Object.fromEntries(entries.map(([name, member]) => [name, compactMember(member)]))
}

function compactMember(member: unknown): unknown {
  if (Array.isArray(member)) return member.map(compactMember)
  return typeof member === 'object' && member !== null && !(member instanceof Uint8Array)
    ? compact(member as Value)
    : member // a plain record
}

/** protobufjs wants text for 64 bits. */
function forOracle(value: Value): Record<string, unknown> {
  const member = (one: unknown): unknown => {
    if (typeof one === 'bigint') return String(one)
    if (Array.isArray(one)) return one.map(member)
    return typeof one === 'object' && one !== null && !(one instanceof Uint8Array) ? forOracle(one as Value) : one // a plain record
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => [name, member(one)]),
  )
}

/** Comparable: bytes as hex, nothing absent or empty. */
function plainOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  const entries = Object.entries(value).filter(
    ([, one]) => one !== undefined && one !== null && !(Array.isArray(one) && one.length === 0),
  )
  return Object.fromEntries(
    entries.map(([name, one]) => [name, plainOf(one)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function nested(depth: number): number[] {
  let message: number[] = []
  for (let index = 0; index < depth; index++)
    message = index === depth - 1 ? [0xaa, 1, message.length, ...message] : [26, message.length, ...message]
  return [8, 1, ...message]
}

function fail(ours: Uint8Array, theirs: Uint8Array): never {
  throw new Error(`ours ${Buffer.from(ours).toString('hex')}, theirs ${Buffer.from(theirs).toString('hex')}`)
}
