import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import t from 'tap'
import { ByteQueue } from './byte-queue.ts'

t.test('gives the bytes that it took, in order, however they are put in and taken out', (t) => {
  const operation = fc.oneof(
    fc.record({
      do: fc.constantFrom('push' as const, 'borrow' as const, 'reference' as const, 'unshift' as const),
      length: fc.oneof(fc.nat(40), fc.integer({ min: 1_000, max: 5_000 })),
    }),
    fc.record({
      do: fc.constantFrom('shift' as const, 'take' as const),
      length: fc.oneof(fc.nat(60), fc.integer({ min: 1_000, max: 9_000 })),
    }),
    fc.record({ do: fc.constant('clear' as const), length: fc.constant(0) }),
  )
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const queue = new ByteQueue()
      let model: number[] = []
      let next = 0
      for (const { do: what, length } of operations) {
        if (what === 'clear') {
          queue.clear()
          model = []
        } else if (what === 'shift') {
          const got = queue.shift(Math.max(1, length))
          if ((got === undefined) !== (model.length === 0)) return false
          if (
            got !== undefined &&
            (got.length === 0 || got.length > Math.max(1, length) || !same(got, model.splice(0, got.length)))
          )
            return false
        } else if (what === 'take') {
          const got = queue.take(length)
          if (got === undefined ? length <= model.length : !same(got, model.splice(0, length))) return false
        } else {
          const bytes = Uint8Array.from({ length }, () => next++ & 0xff)
          if (what === 'unshift') {
            queue.unshift(bytes)
            model.unshift(...bytes)
          } else {
            if (what === 'reference') queue.pushReference(bytes)
            else queue.push(bytes, what === 'borrow')
            model.push(...bytes)
            if (what === 'borrow') bytes.fill(0xee)
          }
        }
        if (queue.byteLength !== model.length || queue.peek(0) !== model[0] || queue.peek(model.length) !== undefined)
          return false
      }
      return same(queue.take(model.length) ?? new Uint8Array(0), model)
    }),
    { numRuns: 400 },
  )
  t.end()
})

function same(bytes: Uint8Array, model: readonly number[]): boolean {
  return bytes.length === model.length && model.every((byte, at) => bytes[at] === byte)
}

t.test('a flood of tiny chunks costs what its bytes cost, and a tiny view pins no large buffer', (t) => {
  const queue = new ByteQueue()
  for (let count = 0; count < 262_144; count += 1) queue.push(new Uint8Array(1))
  const buffers = new Set<ArrayBufferLike>()
  let chunks = 0
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    chunks += 1
    buffers.add(chunk.buffer)
  }
  t.ok(chunks < 100, `${chunks} chunks`)
  t.ok([...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0) < 2 * 262_144)
  for (const large of [new Uint8Array(65_536), Buffer.alloc(65_536)]) {
    queue.push(large.subarray(10, 3_000))
    t.ok((queue.shift()?.buffer.byteLength ?? 0) < 4_096, large.constructor.name)
  }
  t.end()
})

t.test('large chunks that its owner keeps anyway are never copied', (t) => {
  const queue = new ByteQueue()
  const file = new Uint8Array(1_000_000)
  for (let at = 0; at < file.length; at += 10_000) queue.pushReference(file.subarray(at, at + 10_000))
  t.equal(queue.shift()?.buffer, file.buffer)
  t.end()
})
