import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import fc from 'fast-check'
import t from 'tap'
import { SimulatedClock } from '../core/simulated-clock.ts'
import { IdentifyPusher } from './identify-pusher.ts'

const { pushDelay, pushInterval } = limits.identify

class Bench {
  readonly clock = new SimulatedClock()
  readonly takers = [peer(1), peer(2)]
  state = 'first'
  readonly rounds: { readonly atMs: number; readonly ids: readonly number[]; readonly state: string }[] = []
  failing: readonly Connection[] = []
  /** Holds up a push while it is pending. */
  gate: Promise<void> = Promise.resolve()
  readonly pusher = new IdentifyPusher({
    clock: this.clock,
    takers: () => this.takers,
    state: () => this.state,
    push: async (connections) => {
      this.rounds.push({ atMs: this.clock.now(), ids: connections.map(({ id }) => id), state: this.state })
      await this.gate
      return new Map(this.failing.map((connection) => [connection, new Error('gone')]))
    },
  })
}

/** Nothing but its identity counts here. */
function peer(id: number): Connection {
  return { id } as Connection
}

await t.test(
  'changes that come together are one push, and nobody is told what he was told already [ID-PUSH-5]',
  async (t) => {
    const bench = new Bench()
    const [first] = bench.takers
    if (first !== undefined) bench.pusher.told(first)
    bench.pusher.changed()
    await bench.clock.advance(pushDelay)
    t.same(bench.rounds, [{ atMs: pushDelay, ids: [2], state: 'first' }], 'the one that has not asked')
    for (const state of ['second', 'third']) {
      bench.state = state
      bench.pusher.changed()
    }
    await bench.clock.advance(2 * pushInterval)
    t.same(bench.rounds.slice(1), [{ atMs: pushDelay + pushInterval, ids: [1, 2], state: 'third' }])
    bench.state = 'fourth'
    bench.pusher.changed()
    bench.state = 'third'
    await bench.clock.advance(2 * pushInterval)
    t.equal(bench.rounds.length, 2, 'what was taken back in time is told to nobody')
    t.equal(bench.clock.timerCount, 0)
  },
)

await t.test('a change during a push comes after it, and a push that failed is told again with the next', async (t) => {
  const bench = new Bench()
  const { promise, resolve } = Promise.withResolvers<void>()
  bench.gate = promise
  bench.failing = bench.takers.slice(0, 1)
  bench.pusher.changed()
  await bench.clock.advance(pushDelay)
  bench.takers.push(peer(3))
  bench.pusher.changed()
  await bench.clock.advance(10 * pushInterval)
  t.equal(bench.rounds.length, 1, 'one at a time')
  resolve()
  await bench.clock.advance(pushDelay)
  t.same(bench.rounds.at(-1)?.ids, [1, 3])
  bench.pusher.stop()
  bench.pusher.changed()
  t.equal(bench.clock.timerCount, 0)
})

await t.test(
  'however often things change, rounds keep their distance, and all know the last state in the end',
  async (t) => {
    const step = fc.record({ changes: fc.nat(3), waitMs: fc.nat(4_000) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const bench = new Bench()
        let number = 0
        for (const { changes, waitMs } of steps) {
          for (let count = 0; count < changes; count += 1) {
            bench.state = String((number += 1))
            bench.pusher.changed()
          }
          await bench.clock.advance(waitMs)
        }
        await bench.clock.advance(2 * pushInterval)
        const apart = bench.rounds.every(
          ({ atMs }, at) => at === 0 || atMs - (bench.rounds[at - 1]?.atMs ?? 0) >= pushInterval,
        )
        return apart && (number === 0 ? bench.rounds.length === 0 : bench.rounds.at(-1)?.state === bench.state)
      }),
      { numRuns: 50 },
    )
    t.pass('every run')
  },
)
