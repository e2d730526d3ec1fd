import type { ByteSink } from '@p2pspec/generated/interfaces/stream'
import t from 'tap'
import { pair } from './pair.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { StreamError } from './stream-error.ts'

for (const told of ['push', 'end', 'drain'] as const) {
  t.test(`what a sink throws when it is told by ${told} resets its channel, says so, and stops nobody else`, (t) => {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock, highWaterBytes: 4 })
    const failures: Error[] = []
    const planted = new Error('planted')
    const sink: ByteSink = {
      push: () => 'done',
      end: () => undefined,
      drain: () => undefined,
      fail: (error) => {
        failures.push(error)
        throw new Error('a sink that fails at its failure as well')
      },
    }
    sink[told] = () => {
      throw planted
    }
    near.consume(sink)
    let remoteFailed = false
    far.consume({ push: () => 'done', end: () => undefined, fail: () => (remoteFailed = true) })
    if (told === 'drain') near.writeNow(new Uint8Array(8))
    else if (told === 'push') far.writeNow(new Uint8Array(1))
    else far.closeWriteNow()
    let isLater = false
    clock.atTurnEndLast({ onTurnEnd: () => (isLater = true) })
    clock.endTurn()
    const [failure] = failures
    t.equal(failures.length, 1)
    t.ok(failure instanceof StreamError && failure.code === 'internal-fault')
    t.equal(failure?.cause, planted)
    t.ok(remoteFailed, 'the other end learns that the channel is gone')
    t.ok(isLater, 'the turn goes on')
    t.end()
  })
}
