import fc from 'fast-check'
import t from 'tap'
import { ReadMemory } from './read-memory.ts'

interface Message {
  readonly bytes: Uint8Array
  readonly isControl: boolean
  /** The sink answers `done` to it. */
  readonly isDone: boolean
}

const message = fc
  .record({
    length: fc.oneof(fc.nat(300), fc.nat(70_000)),
    isControl: fc.nat(9).map((roll) => roll === 0),
    isDone: fc.nat(9).map((roll) => roll > 0),
    fragments: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ length, isControl, isDone, fragments }): Message => {
    if (isControl) return { bytes: frame(0x89, length % 126), isControl, isDone: true }
    const parts = Array.from({ length: fragments }, (_, index) =>
      frame((index === 0 ? 2 : 0) | (index === fragments - 1 ? 0x80 : 0), length),
    )
    return { bytes: Buffer.concat(parts), isControl, isDone }
  })
const chunkLength = fc.integer({ min: 4096, max: 65_536 })

t.test('no chunk is given back while somebody may look at it, and each is where nobody can', async () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 12 }),
      fc.array(chunkLength, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (messages, lengths, allPlain) => {
        const plain = allPlain ? messages.filter(({ isControl }) => !isControl) : messages
        run(allPlain ? plain.map((each) => ({ ...each, isDone: true })) : plain, lengths, allPlain)
      },
    ),
    { numRuns: 300 },
  )
})

t.test('after a frame that the library refuses no chunk is given back', async (t) => {
  const memory = new ReadMemory(true)
  const unmasked = new Uint8Array(8192).fill(0x82, 0, 1)
  memory.arrived(unmasked)
  memory.delivered(true)
  memory.settle()
  const next = new Uint8Array(8192)
  memory.arrived(next)
  memory.delivered(true)
  memory.settle()
  t.equal(unmasked.byteLength, 8192)
  t.equal(next.byteLength, 8192)
})

/** Plays the library: it hands on each message in the turn in which its last byte comes. */
function run(messages: readonly Message[], lengths: readonly number[], allBack: boolean): void {
  const memory = new ReadMemory(true)
  const bytes = Buffer.concat(messages.map((each) => each.bytes))
  const ends: number[] = []
  for (const each of messages) ends.push((ends.at(-1) ?? 0) + each.bytes.length)
  const chunks: { readonly chunk: Uint8Array; readonly from: number; readonly to: number }[] = []
  let delivered = 0
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + (lengths[chunks.length % lengths.length] ?? 4096))
    const chunk = Uint8Array.from(bytes.subarray(from, to))
    chunks.push({ chunk, from, to })
    memory.arrived(chunk)
    for (; (ends[delivered] ?? Infinity) <= to; delivered += 1) {
      const each = messages[delivered]
      if (each?.isControl === false) memory.delivered(each.isDone)
    }
    memory.settle()
    from = to
    for (const { chunk: earlier, from: start, to: end } of chunks) {
      const inside = messages.filter((each, index) => {
        const last = ends[index] ?? 0
        return last > start && last - each.bytes.length < end
      })
      const mayGo = inside.every(({ isControl, isDone }) => !isControl && isDone) && (ends[delivered - 1] ?? 0) >= end
      if (earlier.byteLength === 0 && !mayGo) throw new Error(`the chunk ${start} to ${end} was given back too early`)
      if (allBack && mayGo && end - start >= 4096 && earlier.byteLength > 0)
        throw new Error(`the chunk ${start} to ${end} was kept`)
    }
  }
}

function frame(first: number, length: number): Uint8Array {
  const head =
    length < 126
      ? [first, 0x80 | length]
      : length < 65_536
        ? [first, 0xfe, length >> 8, length & 0xff]
        : [first, 0xff, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff]
  return Buffer.concat([Buffer.from(head), Buffer.of(1, 2, 3, 4), Buffer.alloc(length, length)])
}
