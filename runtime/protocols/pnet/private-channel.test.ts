import type { ByteSink } from '@p2pspec/generated/interfaces/stream'
import { xsalsa20 } from '@noble/ciphers/salsa.js'
import fc from 'fast-check'
import t from 'tap'
import { takesMemory, type MemoryTaker } from '../../core/memory.ts'
import { pair, type MemoryDuplex, type PairOptions } from '../../core/pair.ts'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { pnet } from './pnet.ts'
import { PnetError } from './pnet-error.ts'
import { publicHello } from './public-hello.ts'

const key = new Uint8Array(32).fill(5)
const otherKey = new Uint8Array(32).fill(6)

class Heard implements ByteSink {
  chunks: Uint8Array[] = []
  drains = 0
  ended = false
  error: Error | undefined

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk.slice())
  }

  end(): void {
    this.ended = true
  }

  fail(error: Error): void {
    this.error = error
  }

  drain(): void {
    this.drains += 1
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  get code(): string {
    return this.error instanceof PnetError ? this.error.code : String(this.error)
  }
}

function together(options: PairOptions = {}, keys: readonly [Uint8Array, Uint8Array] = [key, key], seed = 1) {
  const clock = new SimulatedClock()
  const [nearRaw, farRaw] = pair({ clock, ...options })
  const random = new SeededRandom(seed)
  const near = pnet({ key: keys[0], clock, random }).protect(nearRaw, 'outbound')
  const far = pnet({ key: keys[1], clock, random }).protect(farRaw, 'inbound')
  const heardNear = new Heard()
  const heardFar = new Heard()
  near.consume(heardNear)
  far.consume(heardFar)
  return { clock, near, far, heardNear, heardFar, nearRaw, farRaw }
}

/** A protected channel whose remote is played by hand. */
function half(options: PairOptions = {}): {
  clock: SimulatedClock
  remote: MemoryDuplex
  sent: Heard
  heard: Heard
  channel: ReturnType<ReturnType<typeof pnet>['protect']>
} {
  const clock = new SimulatedClock()
  const [raw, remote] = pair({ clock, ...options })
  const channel = pnet({ key, clock }).protect(raw, 'inbound')
  const heard = new Heard()
  channel.consume(heard)
  const sent = new Heard()
  remote.consume(sent)
  return { clock, remote, sent, heard, channel }
}

await t.test(
  'carries any bytes both ways, in every chunking, with ends of their own [PNET-KEY-2] [PNET-DATA-1] [PNET-DATA-2]',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 10 }),
        fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 10 }),
        fc.nat(),
        fc.boolean(),
        async (up, down, seed, borrowed) => {
          const { clock, near, far, heardNear, heardFar } = together({ random: new SeededRandom(seed), borrowed })
          near.writeNow(publicHello)
          far.writeNow(publicHello)
          for (const chunk of up) near.writeNow(chunk)
          near.closeWriteNow()
          await clock.settle()
          for (const chunk of down) far.writeNow(chunk)
          far.closeWriteNow()
          await clock.settle()
          t.ok(heardFar.bytes.equals(Buffer.concat([publicHello, ...up])))
          t.ok(heardNear.bytes.equals(Buffer.concat([publicHello, ...down])))
          t.ok(heardNear.ended && heardFar.ended)
          t.equal(clock.timerCount, 0)
        },
      ),
      { numRuns: 60 },
    )
  },
)

await t.test(
  'sends 24 random bytes first, others each time, and nothing but the key stream behind them [PNET-NONCE-1] [PNET-NONCE-2] [PNET-DATA-1] [PNET-DATA-3] [PNET-NET-2]',
  async (t) => {
    const nonces = new Set<string>()
    for (let count = 0; count < 20; count += 1) {
      const { clock, sent, channel } = half()
      channel.writeNow(publicHello)
      await clock.settle()
      const nonce = sent.bytes.subarray(0, 24)
      nonces.add(nonce.toString('hex'))
      t.same(xsalsa20(key, nonce, sent.bytes.subarray(24)), publicHello)
      t.notOk(sent.bytes.includes('multistream'))
    }
    t.equal(nonces.size, 20)
  },
)

await t.test('does not wait for the nonce of the remote before it sends [PNET-NONCE-1]', async (t) => {
  const { clock, sent, channel } = half()
  channel.writeNow(publicHello)
  await clock.settle()
  t.equal(sent.bytes.byteLength, 24 + publicHello.byteLength)
})

await t.test(
  'ends at the first wrong byte where the remote has another key, and says so [PNET-NET-1] [PNET-OTHER-1] [PNET-OTHER-2]',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.option(fc.integer({ min: 1, max: 30 })), async (seed, maxChunkLength) => {
        const options = maxChunkLength === null ? {} : { maxChunkLength }
        const { clock, near, far, heardNear, heardFar } = together(options, [key, otherKey], seed)
        near.writeNow(publicHello)
        far.writeNow(publicHello)
        await clock.settle()
        const codes = [heardNear.code, heardFar.code]
        t.ok(codes.includes('other-key'), codes.join())
        t.ok(
          codes.every((code) => code === 'other-key' || code === 'closed'),
          codes.join(),
        )
        t.equal(heardNear.bytes.byteLength + heardFar.bytes.byteLength, 0, 'not a byte of it is handed on')
        t.match(heardNear.error?.message, /another (?:key|one)/)
        t.equal(clock.timerCount, 0)
      }),
      { numRuns: 50 },
    )
  },
)

await t.test(
  'refuses a remote that speaks in clear, and says so [PNET-NET-2] [PNET-NET-3] [PNET-PUBLIC-1]',
  async (t) => {
    for (const maxChunkLength of [1, 7, Infinity]) {
      const { clock, remote, heard, sent } = half({ maxChunkLength })
      remote.writeNow(Buffer.concat([publicHello, Buffer.from('\u0007/noise\n')]))
      await clock.settle()
      t.equal(heard.code, 'public-remote')
      t.equal(sent.bytes.byteLength, 24)
      t.ok(sent.error)
    }
  },
)

await t.test(
  'says what became of a nonce that is cut off, of none, and of a remote that is gone [PNET-NONCE-1]',
  async (t) => {
    for (const [length, how, code] of [
      [0, 'end', 'closed'],
      [1, 'end', 'malformed'],
      [23, 'end', 'malformed'],
      [0, 'reset', 'closed'],
      [23, 'reset', 'closed'],
      [24, 'end', 'closed'],
      [24, 'reset', 'closed'],
      [30, 'end', 'other-key'],
    ] as const) {
      const { clock, remote, heard } = half()
      if (length > 0) remote.writeNow(new Uint8Array(length).fill(9))
      await clock.settle()
      if (how === 'end') remote.closeWriteNow()
      else remote.reset()
      await clock.settle()
      t.equal(heard.code, code, `${length} bytes and ${how}`)
      t.equal(clock.timerCount, 0)
    }
  },
)

await t.test('lets a remote go whose nonce does not come in ten seconds [PNET-TIME-1]', async (t) => {
  const { clock, remote, heard, sent } = half()
  remote.writeNow(new Uint8Array(23).fill(9))
  await clock.advance(9_900)
  t.equal(heard.error, undefined)
  await clock.advance(200)
  t.equal(heard.code, 'timeout')
  t.ok(sent.error)
})

await t.test('survives any bytes of a remote, with a typed error or none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }),
      fc.boolean(),
      async (chunks, borrowed) => {
        const { clock, remote, heard } = half({ borrowed })
        for (const chunk of chunks) remote.writeNow(chunk)
        remote.closeWriteNow()
        await clock.settle()
        const total = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)
        return (
          heard.error instanceof PnetError &&
          heard.bytes.byteLength === 0 &&
          (total >= 24 || heard.code !== 'other-key')
        )
      },
    ),
  )
})

await t.test(
  'damage behind the first bytes passes to the layers above, which judge it [PNET-TWICE-1] [PNET-OTHER-1]',
  async (t) => {
    const { clock, remote, heard } = half()
    const nonce = new Uint8Array(24).fill(3)
    const sealed = xsalsa20(key, nonce, Buffer.concat([publicHello, Buffer.from('hello')]))
    sealed[sealed.byteLength - 1] = (sealed.at(-1) ?? 0) ^ 1
    remote.writeNow(nonce)
    remote.writeNow(sealed)
    await clock.settle()
    t.equal(heard.error, undefined)
    t.equal(heard.bytes.subarray(publicHello.byteLength).toString(), 'helln')
  },
)

await t.test('hands a refusal to take more on to the writer, and tells when there is room again', async (t) => {
  const { clock, near, far, heardNear, heardFar } = together({ highWaterBytes: 10_000 })
  near.writeNow(publicHello)
  far.pause()
  let taken = 0
  while (near.writeNow(new Uint8Array(1_000))) taken += 1
  t.ok(taken < 12)
  await clock.settle()
  t.equal(heardNear.drains, 0)
  far.resume()
  await clock.settle()
  t.equal(heardNear.drains, 1)
  t.equal(heardFar.bytes.byteLength, publicHello.byteLength + (taken + 1) * 1_000)
})

await t.test('holds a remote back while nobody consumes, and loses nothing', async (t) => {
  const clock = new SimulatedClock()
  const [nearRaw, farRaw] = pair({ clock, highWaterBytes: 50_000, maxChunkLength: 10_000 })
  const near = pnet({ key, clock }).protect(nearRaw, 'outbound')
  const far = pnet({ key, clock }).protect(farRaw, 'inbound')
  near.consume(new Heard())
  near.writeNow(publicHello)
  let written = publicHello.byteLength
  for (let full = false, turns = 0; turns < 200; turns += 1) {
    full = !near.writeNow(new Uint8Array(10_000))
    written += 10_000
    await clock.settle()
    if (full) break
  }
  t.ok(written < 200_000, `${written} bytes were taken that nobody reads`)
  const heard = new Heard()
  far.consume(heard)
  await clock.settle()
  t.equal(heard.bytes.byteLength, written)
})

await t.test(
  'seals what it is given where it lies and gives it on, and what is written elsewhere [PNET-DATA-1]',
  async (t) => {
    const clock = new SimulatedClock()
    const [raw, remote] = pair({ clock })
    const given: Uint8Array[] = []
    const taking: MemoryTaker = Object.assign(raw, {
      giveNow: (chunk: Uint8Array) => {
        given.push(chunk)
        return raw.writeNow(chunk)
      },
    })
    const channel = pnet({ key, clock }).protect(taking, 'outbound')
    const sent = new Heard()
    remote.consume(sent)
    const own = new Uint8Array(70_000).fill(1)
    const lent = new Uint8Array(70_000).fill(2)
    t.ok(takesMemory(channel) && channel.giveNow(own))
    channel.writeNow(lent)
    await clock.settle()
    t.equal(given[0], own)
    t.not(given[1], lent)
    t.same(lent, new Uint8Array(70_000).fill(2))
    const plaintext = Buffer.concat([Buffer.alloc(70_000, 1), lent])
    t.ok(Buffer.from(xsalsa20(key, sent.bytes.subarray(0, 24), sent.bytes.subarray(24))).equals(plaintext))
  },
)
