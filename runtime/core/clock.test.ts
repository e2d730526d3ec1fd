import fc from 'fast-check'
import t from 'tap'
import { systemClock } from './clock.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { TimerWheel, type Timer } from './timer-wheel.ts'

t.test(
  'the wheel fires each timer once, at its tick, in order of deadline and start, and none that was cancelled',
  (t) => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('start' as const),
        value: fc.oneof(fc.nat(200), fc.nat(5_000), fc.nat(300_000), fc.nat(20_000_000)),
      }),
      fc.record({ do: fc.constant('cancel' as const), value: fc.nat(50) }),
      fc.record({
        do: fc.constant('advance' as const),
        value: fc.oneof(fc.nat(100), fc.nat(10_000), fc.nat(1_000_000)),
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.array(step, { maxLength: 60 }), (begin, steps) => {
        const wheel = new TimerWheel(begin)
        const waiting = new Map<number, { deadline: number; timer: Timer }>()
        const fired: number[] = []
        let now = begin
        for (const [index, { do: what, value }] of steps.entries()) {
          if (what === 'start') {
            const deadline = Math.max(now + value, now + 1)
            waiting.set(index, { deadline, timer: wheel.start(now + value, () => fired.push(index)) })
          } else if (what === 'cancel') {
            const [entry] = [...waiting].slice(value, value + 1)
            if (entry === undefined) continue
            entry[1].timer.cancel()
            entry[1].timer.cancel()
            waiting.delete(entry[0])
          } else {
            now += value
            wheel.advance(now)
            const due = [...waiting]
              .filter(([, { deadline }]) => deadline <= now)
              .sort(([leftId, left], [rightId, right]) => left.deadline - right.deadline || leftId - rightId)
            if (JSON.stringify(fired.splice(0)) !== JSON.stringify(due.map(([id]) => id))) return false
            for (const [id] of due) waiting.delete(id)
          }
          const next = wheel.nextTick()
          const earliest = Math.min(...[...waiting.values()].map(({ deadline }) => deadline))
          if (
            wheel.size !== waiting.size ||
            (next === undefined) !== (waiting.size === 0) ||
            (next !== undefined && (next > earliest || next <= now))
          )
            return false
        }
        return true
      }),
      { numRuns: 500 },
    )
    t.end()
  },
)

t.test('a timer may cancel one that is due with it, and start others', async (t) => {
  const clock = new SimulatedClock()
  const seen: string[] = []
  let second: Timer | undefined
  clock.startTimer(10, () => {
    seen.push('first')
    second?.cancel()
    clock.startTimer(0, () => seen.push(`third at ${clock.now()}`))
  })
  second = clock.startTimer(10, () => seen.push('second'))
  await clock.advance(9)
  t.same(seen, [])
  await clock.advance(5)
  t.same(seen, ['first', 'third at 11'])
  t.equal(clock.timerCount, 0)
  t.equal(clock.now(), 14)
})

t.test('what is queued while a turn ends still belongs to it, and one that throws holds nobody up', (t) => {
  const clock = new SimulatedClock()
  const seen: string[] = []
  const socket = { onTurnEnd: () => seen.push('socket') }
  const cipher = {
    onTurnEnd: () => {
      seen.push('cipher')
      clock.atTurnEnd(socket)
    },
  }
  clock.atTurnEnd({
    onTurnEnd: () => {
      seen.push('muxer')
      clock.atTurnEnd(cipher)
    },
  })
  clock.endTurn()
  t.same(seen, ['muxer', 'cipher', 'socket'])
  clock.atTurnEnd({
    onTurnEnd: () => {
      throw new Error('a fault of ours')
    },
  })
  clock.atTurnEnd(socket)
  t.throws(
    () => {
      clock.endTurn()
    },
    { message: 'a fault of ours' },
  )
  clock.endTurn()
  t.equal(seen.at(-1), 'socket')
  t.equal(seen.length, 4)
  t.end()
})

t.test('what leaves the process goes after all else of the turn, however early it was queued', (t) => {
  const clock = new SimulatedClock()
  const seen: string[] = []
  clock.atTurnEndLast({ onTurnEnd: () => seen.push('socket') })
  clock.atTurnEnd({
    onTurnEnd: () => {
      seen.push('muxer')
      clock.atTurnEnd({ onTurnEnd: () => seen.push('cipher') })
    },
  })
  clock.endTurn()
  t.same(seen, ['muxer', 'cipher', 'socket'])
  clock.endTurn()
  t.equal(seen.length, 3, 'and only once')
  t.end()
})

t.test('the machine’s clock fires after its delay and not before', async (t) => {
  const begin = systemClock.now()
  const keepAlive = setTimeout(() => undefined, 10_000)
  const [short, long] = await Promise.all(
    [5, 20].map(async (delay) => {
      await new Promise<void>((resolve) => {
        systemClock.startTimer(delay, resolve)
      })
      return systemClock.now() - begin
    }),
  )
  clearTimeout(keepAlive)
  t.ok((short ?? 0) >= 5 && (long ?? 0) >= 20)
})
