import { multiaddr } from '@multiformats/multiaddr'
import type { RawConnection } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { SeededRandom } from '../../../core/random.ts'
import { SimulatedClock } from '../../../core/simulated-clock.ts'
import { retransmissionDelay } from './lossy-way.ts'
import { memory, type MemoryOptions } from './memory.ts'

const address = multiaddr('/memory/1')

interface Simulation {
  readonly clock: SimulatedClock
  readonly near: RawConnection
  /** When each byte came, in milliseconds since the connection stood. */
  readonly arrivals: { readonly at: number; readonly byte: number }[]
  readonly ends: { readonly at: number; readonly error: Error | undefined }[]
}

/** A dialled connection, whose other end writes down what comes when. */
async function simulate(options: MemoryOptions): Promise<Simulation> {
  const clock = new SimulatedClock()
  const transport = memory({ ...options, clock })
  const arrivals: Simulation['arrivals'] = []
  const ends: Simulation['ends'] = []
  let start = 0
  await transport.listen(address, ({ channel }) => {
    start = clock.now()
    channel.consume({
      push: (chunk) => {
        for (const byte of chunk) arrivals.push({ at: clock.now() - start, byte })
      },
      end: () => ends.push({ at: clock.now() - start, error: undefined }),
      fail: (error) => ends.push({ at: clock.now() - start, error }),
    })
  })
  const dialled = transport.dial(address)
  await clock.advance(1_000)
  return { clock, near: await dialled, arrivals, ends }
}

t.test('bytes take the latency, and those behind them the time that the line was busy', async (t) => {
  const { clock, near, arrivals } = await simulate({ latencyMs: 40, bytesPerSecond: 1_000 })
  const began = clock.now()
  near.channel.writeNow(new Uint8Array(100).fill(1))
  near.channel.writeNow(new Uint8Array(50).fill(2))
  await clock.advance(139)
  t.equal(arrivals.length, 0)
  await clock.advance(2)
  t.equal(arrivals.length, 100, '40 ms on the way and 100 ms for a hundred bytes')
  await clock.advance(47)
  t.equal(arrivals.length, 100)
  await clock.advance(3)
  t.equal(arrivals.length, 150)
  t.equal(clock.now() - began, 191)
})

t.test('what is lost is sent again: every byte arrives, in its order, later than without a loss', async (t) => {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => index)
  const timesWith = async (loss: number, seed: number): Promise<readonly number[]> => {
    const { clock, near, arrivals, ends } = await simulate({ latencyMs: 10, loss, seed })
    for (const byte of bytes) near.channel.writeNow(Uint8Array.of(byte))
    near.channel.closeWriteNow()
    await clock.advance(60_000)
    t.same(
      arrivals.map(({ byte }) => byte),
      [...bytes],
      `at a loss of ${loss}`,
    )
    t.equal(ends.length, 1)
    t.equal(ends[0]?.error, undefined)
    return arrivals.map(({ at }) => at)
  }
  const calm = await timesWith(0, 7)
  const lossy = await timesWith(0.1, 7)
  t.ok((lossy.at(-1) ?? 0) >= (calm.at(-1) ?? 0) + 200, 'something was lost, and waited for')
  t.same(await timesWith(0.1, 7), lossy, 'the same seed loses the same')
  t.notSame(await timesWith(0.1, 8), lossy, 'another seed loses something else')
})

t.test('where nothing gets through, both ends lose the connection', async (t) => {
  const { clock, near, ends } = await simulate({ loss: 1 })
  const here: Error[] = []
  near.channel.consume({ push: () => undefined, end: () => undefined, fail: (error) => here.push(error) })
  near.channel.writeNow(Uint8Array.of(1))
  await clock.settle()
  t.match(here, [{ code: 'connection-lost' }])
  t.match(ends, [{ error: { code: 'connection-lost' } }])
  await near.closed
})

t.test('a packet is sent again six times at the most, and waits twice as long each time', (t) => {
  const delays = new Set<number | undefined>()
  const random = new SeededRandom(1)
  for (let run = 0; run < 5_000; run += 1) delays.add(retransmissionDelay(1, { loss: 0.6, latencyMs: 0, random }))
  t.same(
    [...delays].sort((left, right) => (left ?? Infinity) - (right ?? Infinity)),
    [0, 200, 600, 1_400, 3_000, 6_200, 12_600, undefined],
  )
  t.equal(retransmissionDelay(10_000_000, { loss: 0, latencyMs: 500, random }), 0)
  t.end()
})

t.test('a reset of somebody who has much to send overtakes it, and lets a few last words leave', async (t) => {
  const many = await simulate({ latencyMs: 10, bytesPerSecond: 1_000 })
  many.near.channel.writeNow(new Uint8Array(100_000))
  many.near.channel.reset()
  await many.clock.advance(11)
  t.equal(many.arrivals.length, 0)
  t.match(many.ends, [{ error: { code: 'connection-lost' } }])

  const few = await simulate({ latencyMs: 10, bytesPerSecond: 1_000 })
  few.near.channel.writeNow(new Uint8Array(20))
  few.near.channel.reset()
  await few.clock.advance(31)
  t.equal(few.arrivals.length, 20)
  t.match(few.ends, [{ error: { code: 'connection-lost' } }])
})

t.test('a setting that makes no network is refused', (t) => {
  for (const options of [
    { loss: -0.1 },
    { loss: 1.1 },
    { loss: Number.NaN },
    { latencyMs: -1 },
    { jitterMs: Infinity },
    { bytesPerSecond: 0 },
  ])
    t.throws(() => memory(options), RangeError, JSON.stringify(options))
  t.end()
})
