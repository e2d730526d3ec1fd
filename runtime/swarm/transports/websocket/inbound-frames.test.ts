import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { InboundFrames } from './inbound-frames.ts'

interface Frame {
  readonly first: number
  readonly second: number
  readonly payload: Uint8Array
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.integer({ min: 120, max: 70_000 }).map((length) => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff)),
)
const maskedFrame = fc
  .record({
    first: fc.constantFrom(0x82, 0x02, 0x80, 0x89, 0x81),
    mask: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    payload,
  })
  .map(({ first, mask, payload: bytes }) => Buffer.concat([head(first, bytes.length), mask, xor(bytes, mask)]))

t.test('every frame says the same after its mask was taken off, however the bytes are cut [WS-FRAME-2]', async () => {
  fc.assert(
    fc.property(
      fc.array(maskedFrame, { maxLength: 6 }),
      fc.array(fc.nat(300_000), { maxLength: 8 }),
      (frames, cuts) => {
        sameFrames(Buffer.concat(frames), cuts)
      },
    ),
  )
})

t.test('arbitrary bytes mean to a reader what they meant before', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat(600), { maxLength: 8 }), (bytes, cuts) => {
      sameFrames(bytes, cuts)
    }),
  )
  // A head that looks right, for arbitrary bytes seldom are masked frames.
  fc.assert(
    fc.property(fc.integer({ min: 0x80, max: 0xff }), fc.uint8Array({ maxLength: 600 }), (second, bytes) => {
      sameFrames(Buffer.concat([Uint8Array.of(0x82, second), bytes]), [1, 3, 7])
    }),
  )
})

t.test('masks are gone where they lie whole in a chunk, and the payload is plain there', async (t) => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index & 0xff)
  const mask = Uint8Array.of(1, 2, 3, 250)
  const chunk = Buffer.concat([head(0x82, bytes.length), mask, xor(bytes, mask)])
  new InboundFrames(true).follow(chunk)
  t.strictSame(
    new Uint8Array(chunk),
    new Uint8Array(Buffer.concat([head(0x82, bytes.length), new Uint8Array(4), bytes])),
  )
})

t.test('what the library refuses is left as it came [WS-FRAME-2]', async (t) => {
  const tail = Uint8Array.from({ length: 100 }, (_, index) => index)
  const tooLong = Buffer.alloc(14, 9)
  tooLong.set([0x82, 0xff])
  tooLong.writeBigUInt64BE(BigInt(limits.websocket.maxMessageBytes + 1), 2)
  for (const start of [Uint8Array.of(0x82, 5), tooLong]) {
    const chunk = Buffer.concat([start, tail])
    const before = Buffer.from(chunk)
    new InboundFrames(true).follow(chunk)
    t.strictSame(chunk, before)
  }
})

/** The same frames are read before and after, and nothing is said differently of what breaks off. */
function sameFrames(bytes: Uint8Array, cuts: readonly number[]): void {
  const changed = Buffer.from(bytes)
  const frames = new InboundFrames(true)
  let from = 0
  for (const to of [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]) {
    // A chunk of its own memory, at an odd place: words are aligned there only by care.
    const place = new Uint8Array(to - from + 1)
    place.set(changed.subarray(from, to), 1)
    frames.follow(place.subarray(1))
    changed.set(place.subarray(1), from)
    from = to
  }
  const [wanted, found] = [readFrames(bytes), readFrames(changed)]
  if (wanted.length !== found.length) throw new Error(`${found.length} frames in place of ${wanted.length}`)
  for (const [index, { first, second, payload: plain }] of wanted.entries()) {
    const other = found[index]
    if (other?.first !== first || other.second !== second || !Buffer.from(plain).equals(other.payload))
      throw new Error(`frame ${index} of ${wanted.length} changed its meaning`)
  }
}

/** A plain reader, as a server's library is one: it stops at what it refuses. */
function readFrames(bytes: Uint8Array): Frame[] {
  const view = Buffer.from(bytes)
  const frames: Frame[] = []
  for (let at = 0; at + 2 <= view.length;) {
    const first = view.readUInt8(at)
    const second = view.readUInt8(at + 1)
    const short = second & 0x7f
    const start = at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)
    if (second < 0x80 || start + 4 > view.length) return frames
    const length =
      short === 126 ? view.readUInt16BE(at + 2) : short === 127 ? Number(view.readBigUInt64BE(at + 2)) : short
    if (length > limits.websocket.maxMessageBytes) return frames
    const end = Math.min(view.length, start + 4 + length)
    frames.push({ first, second, payload: xor(view.subarray(start + 4, end), view.subarray(start, start + 4)) })
    at = end
  }
  return frames
}

function head(first: number, length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(first, 0x80 | length)
  if (length < 65_536) return Uint8Array.of(first, 0xfe, length >> 8, length & 0xff)
  return Uint8Array.of(first, 0xff, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff)
}

function xor(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => byte ^ (mask[index & 3] ?? 0))
}
