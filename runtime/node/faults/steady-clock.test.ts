// The wall clock may be set at any moment: whatever waits, waits by the clock that only grows.
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { handleIdentifyPush } from '../../protocols/identify/identify.ts'
import { PushBudgets } from '../../protocols/identify/push-budget.ts'
import { ConnectionManager } from '../../swarm/connection-manager/connection-manager.ts'
import type { ManagedConnection } from '../../swarm/connection-manager/managed-connection.ts'
import { systemRandom } from '../../core/random.ts'
import { peer, peerFromSeed, simulate } from '../../swarm/dialer/simulated-dialer.ts'
import { ObservedAddresses } from '../../swarm/observed-addresses/observed-addresses.ts'
import { IdentifyPusher } from '../identify-pusher.ts'

const tenYears = 10 * 365.25 * 24 * 3_600_000
const minute = 60_000

for (const [how, byMs] of [
  ['forward', tenYears],
  ['back', -tenYears],
] as const) {
  t.test(`what peers see of a node counts as long as ever when the wall clock is set ${how}`, async (t) => {
    const clock = new SimulatedClock()
    const listener = multiaddr('/ip4/10.0.0.2/tcp/4001')
    const observed = new ObservedAddresses({ clock, listening: () => [listener], onChanged: () => undefined })
    for (let number = 1; number <= 4; number += 1) {
      const connection = {}
      const remote = multiaddr(`/ip4/90.${number}.0.1/tcp/1`)
      observed.observe(connection, { observed: multiaddr('/ip4/203.0.113.9/tcp/4001'), local: listener, remote })
      observed.closed(connection)
    }
    t.equal(observed.confirmed.length, 1)
    clock.jumpWallTime(byMs)
    await clock.advance(limits.observedAddresses.observationTtl - 1)
    t.equal(observed.confirmed.length, 1)
    await clock.advance(2)
    t.equal(observed.confirmed.length, 0)
    observed.stop()
  })

  t.test(`connections have their grace and their pings as ever when the wall clock is set ${how}`, async (t) => {
    const clock = new SimulatedClock()
    const ended: number[] = []
    const pinged: number[] = []
    const manager = new ConnectionManager(
      { clock, random: systemRandom, dial: async () => undefined },
      { lowWater: 1, highWater: 1, gracePeriodMs: minute, trimIntervalMs: 1_000 },
    )
    const open = (seed: number): void => manager.opened(managed(seed, ended, pinged))
    open(1)
    open(2)
    clock.jumpWallTime(byMs)
    await clock.advance(minute - 1_000)
    t.same(ended, [], 'their grace is not over')
    await clock.advance(2_000)
    t.equal(ended.length, 1)
    manager.tag(peer, 'seen', 8, { halfLifeMs: minute })
    clock.jumpWallTime(-byMs)
    await clock.advance(minute)
    t.equal(manager.valueOf(peer), 4)
    clock.jumpWallTime(byMs)
    pinged.length = 0
    await clock.advance(4 * limits.connectionManager.livenessInterval)
    t.ok(pinged.length > 2 && pinged.length < 6, `${pinged.length} pings in four intervals`)
    manager.stop()
  })

  t.test(`a peer may push again as late as ever when the wall clock is set ${how}`, async (t) => {
    const clock = new SimulatedClock()
    const budgets = new PushBudgets()
    const connection = { remotePeer: peer, remoteAddress: multiaddr('/ip4/203.0.113.1/tcp/1') } as unknown as Connection // all that is asked of it
    while (budgets.take(connection, clock.now()));
    clock.jumpWallTime(byMs)
    const stream = { connection, reset: () => undefined } as unknown as Stream // refused before anything else is asked of it
    await t.rejects(handleIdentifyPush(stream, budgets, { clock }), { code: 'too-many-pushes' })
    await clock.advance(minute)
    t.ok(budgets.take(connection, clock.now()))
  })

  t.test(`changes are pushed as soon as ever when the wall clock is set ${how}`, async (t) => {
    const clock = new SimulatedClock()
    const rounds: number[] = []
    let state = 'one'
    const taker = {} as unknown as Connection // a key, nothing else
    const pusher = new IdentifyPusher({
      clock,
      takers: () => [taker],
      state: () => state,
      push: async () => {
        rounds.push(clock.now())
        return new Map()
      },
    })
    pusher.changed()
    await clock.advance(1_000)
    clock.jumpWallTime(byMs)
    state = 'two'
    pusher.changed()
    await clock.advance(limits.identify.pushInterval)
    t.same(rounds, [limits.identify.pushDelay, limits.identify.pushDelay + limits.identify.pushInterval])
    pusher.stop()
  })

  t.test(`the addresses of a peer are dialled in the same steps when the wall clock is set ${how}`, async (t) => {
    const { clock, starts, dialer } = simulate(() => undefined)
    const stop = new AbortController()
    const dial = dialer.dial(['/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.2/tcp/1', '/ip4/192.0.2.3/tcp/1'], {
      signal: stop.signal,
    })
    await clock.advance(100)
    clock.jumpWallTime(byMs)
    await clock.advance(1_000)
    t.same(
      starts.map(({ at }) => at),
      [0, limits.dialer.publicStep, 2 * limits.dialer.publicStep],
    )
    stop.abort(new Error('enough'))
    await t.rejects(dial, /enough/)
  })
}

function managed(seed: number, ended: number[], pinged: number[]): ManagedConnection {
  const connection = {
    remotePeer: peerFromSeed(seed),
    status: 'open' as 'open' | 'closed',
    streamCount: 0,
    streamsOpened: 0,
    measureRoundTrip: async () => {
      pinged.push(seed)
      return 1
    },
    close: async () => {
      ended.push(seed)
      connection.status = 'closed'
    },
    abort: () => undefined,
  }
  return connection
}
