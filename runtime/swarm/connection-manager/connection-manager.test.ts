import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { ConnectionManager, type ConnectionManagerOptions } from './connection-manager.ts'
import type { ManagedConnection } from './managed-connection.ts'
import { trimOrder } from './trim-order.ts'

const minute = 60_000

class NamedPeer implements PeerId {
  readonly bytes: Uint8Array
  readonly #name: string

  constructor(name: string) {
    this.#name = name
    this.bytes = new TextEncoder().encode(name)
  }

  equals(other: PeerId): boolean {
    return other.toString() === this.#name
  }

  toString(): string {
    return this.#name
  }
}

/** A network of one node: connections are opened and lost by hand, dials are noted. */
class Bench {
  readonly clock = new SimulatedClock()
  readonly manager: ConnectionManager
  readonly dials: { readonly address: string; readonly atMs: number }[] = []
  readonly standing = new Set<FakeConnection>()
  /** What a dial does; fails unless told. */
  onDial: (address: string) => void = () => {
    throw new Error('nobody is there')
  }

  constructor(t: Test, options: ConnectionManagerOptions = {}) {
    this.manager = new ConnectionManager(
      {
        clock: this.clock,
        random: new SeededRandom(1),
        dial: async (address) => {
          this.dials.push({ address, atMs: this.clock.now() })
          this.onDial(address)
        },
      },
      // Its timer waits as long as anything stands; the tests of liveness alone have it.
      { livenessIntervalMs: Infinity, ...options },
    )
    t.teardown(() => this.manager.stop())
  }

  open(name: string, streamCount = 0): FakeConnection {
    const connection = new FakeConnection(name, streamCount, this)
    this.standing.add(connection)
    this.manager.opened(connection)
    return connection
  }

  get names(): readonly string[] {
    return [...this.standing].map(({ remotePeer }) => remotePeer.toString()).sort()
  }
}

class FakeConnection implements ManagedConnection {
  readonly remotePeer: PeerId
  status: ManagedConnection['status'] = 'open'
  streamCount: number
  streamsOpened: number
  answers: boolean | 'cannot' = true
  pings = 0
  readonly #bench: Bench

  constructor(name: string, streamCount: number, bench: Bench) {
    this.remotePeer = new NamedPeer(name)
    this.streamCount = streamCount
    this.streamsOpened = streamCount
    this.#bench = bench
  }

  async measureRoundTrip(options: AbortOptions = {}): Promise<number> {
    this.pings += 1
    if (this.answers === 'cannot') throw new Error('this muxer has no ping')
    if (this.answers) return 1
    return await new Promise((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(new Error('no answer')))
    })
  }

  async close(): Promise<void> {
    this.abort()
  }

  abort(): void {
    if (this.status === 'closed') return
    this.status = 'closed'
    this.#bench.standing.delete(this)
    this.#bench.manager.closed(this)
  }
}

t.test('above the high mark, the least valued go until the low mark is reached', async (t) => {
  const bench = new Bench(t, { lowWater: 3, highWater: 5 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) bench.open(name)
  bench.manager.tag(new NamedPeer('a'), 'relay', 10)
  bench.manager.tag(new NamedPeer('c'), 'kad', 5)
  bench.manager.tag(new NamedPeer('e'), 'bad', -5)
  await bench.clock.advance(2 * minute)
  t.equal(bench.standing.size, 5, 'at the mark nobody goes')
  bench.open('f')
  t.same(bench.names, ['a', 'c', 'd', 'f'], 'valued peers stay, and so does the newcomer, in whose place nobody goes')
})

t.test('a protected peer is never trimmed until its last label is taken away', async (t) => {
  const bench = new Bench(t, { lowWater: 1, highWater: 1, gracePeriodMs: 0, trimIntervalMs: 0 })
  const peer = new NamedPeer('wanted')
  bench.manager.protect(peer, 'one')
  bench.manager.protect(peer, 'two')
  bench.open('wanted')
  bench.open('other')
  t.same(bench.names, ['wanted'])
  bench.manager.unprotect(peer, 'one')
  t.equal(bench.manager.isProtected(peer), true)
  bench.manager.unprotect(peer, 'two')
  bench.manager.tag(new NamedPeer('third'), 'value', 1)
  await bench.clock.advance(1)
  bench.open('third')
  t.same(bench.names, ['third'])
})

t.test(
  'a new connection is left alone for its grace period, and trimmed after it without another being opened',
  async (t) => {
    const bench = new Bench(t, { lowWater: 2, highWater: 3, gracePeriodMs: minute, trimIntervalMs: 10_000 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) bench.open(name)
    await bench.clock.advance(minute - 1)
    t.equal(bench.standing.size, 5)
    await bench.clock.advance(10_001)
    t.equal(bench.standing.size, 2)
    t.equal(bench.clock.timerCount, 0, 'nothing is left to wait for')
  },
)

t.test(
  'of equal worth, idle ones go before busy ones, then the newest; the oldest where the rule says so',
  async (t) => {
    const candidate = (name: string, value: number, openedAt: number, isIdle: boolean) => ({
      name,
      value,
      openedAt,
      isIdle,
    })
    const candidates = [
      candidate('busy-old', 0, 1, false),
      candidate('idle-old', 0, 1, true),
      candidate('idle-new', 0, 2, true),
      candidate('valued', 9, 3, true),
      candidate('busy-new', 0, 2, false),
    ]
    const order = (rule: 'newest-first' | 'oldest-first') => trimOrder(candidates, rule).map(({ name }) => name)
    t.same(order('newest-first'), ['idle-new', 'idle-old', 'busy-new', 'busy-old', 'valued'])
    t.same(order('oldest-first'), ['idle-old', 'idle-new', 'busy-old', 'busy-new', 'valued'])
  },
)

t.test('a flood of newcomers, busy or not, ends no connection that was there before it', async (t) => {
  for (const streams of [0, 1]) {
    const bench = new Bench(t, { lowWater: 12, highWater: 16, gracePeriodMs: minute })
    const elders = Array.from({ length: 10 }, (_, at) => bench.open(`elder ${at}`))
    await bench.clock.advance(2 * minute)
    for (let at = 0; at < 100; at += 1) {
      bench.open(`flood ${at}`, streams)
      await bench.clock.advance(500)
      t.ok(elders.every(({ status }) => status === 'open'))
    }
    if (streams > 0) continue
    await bench.clock.advance(2 * minute)
    t.ok(elders.every(({ status }) => status === 'open'))
    t.equal(bench.standing.size, 12, 'once its grace is over, the flood trims itself')
  }
})

t.test('a tag halves with each half-life, and a peer has no more tags than it may', async (t) => {
  const bench = new Bench(t)
  const peer = new NamedPeer('peer')
  bench.manager.tag(peer, 'steady', 8)
  bench.manager.tag(peer, 'fading', 64, { halfLifeMs: minute })
  t.equal(bench.manager.valueOf(peer), 72)
  await bench.clock.advance(2 * minute)
  t.equal(bench.manager.valueOf(peer), 24)
  bench.manager.untag(peer, 'steady')
  t.equal(bench.manager.valueOf(peer), 16)
  for (let count = 0; count < 63; count += 1) bench.manager.tag(peer, `tag-${count}`, 1)
  t.throws(() => bench.manager.tag(peer, 'one more', 1), { code: 'too-many-tags' })
})

t.test('an idle connection is closed after its time, one that is used now and then is not', async (t) => {
  const bench = new Bench(t, { idleTimeoutMs: minute })
  bench.open('idle')
  bench.open('busy', 1)
  const visited = bench.open('visited')
  for (let count = 0; count < 6; count += 1) {
    visited.streamsOpened += 1
    await bench.clock.advance(minute / 2)
  }
  t.same(bench.names, ['busy', 'visited'])
})

t.test('a kept peer is dialled again ever more slowly, address by address, and never trimmed', async (t) => {
  const bench = new Bench(t, { lowWater: 0, highWater: 0, gracePeriodMs: 0 })
  bench.onDial = (address) => {
    if (!address.startsWith('/b') || bench.dials.length < 8) throw new Error('nobody is there')
    bench.open('peer')
  }
  const peer = new NamedPeer('peer')
  bench.manager.keep(peer, ['/a', '/b'])
  await bench.clock.advance(20 * minute)
  t.same(bench.names, ['peer'])
  t.equal(bench.dials.length, 8)
  t.same([...new Set(bench.dials.map(({ address }) => address))], ['/a/p2p/peer', '/b/p2p/peer'])
  const waits = bench.dials.slice(1).map(({ atMs }, index) => atMs - (bench.dials[index]?.atMs ?? 0))
  for (const [index, wait] of waits.entries()) {
    const longest = 1_000 * 2 ** index
    t.ok(wait <= longest + 1 && wait >= longest * 0.75 - 1, `wait ${index} is ${wait} ms`)
  }
  t.equal(bench.standing.size, 1, 'it stands above the high mark')
})

t.test('a kept peer that does not answer is cut off and dialled again; one let go is neither', async (t) => {
  const bench = new Bench(t)
  const peer = new NamedPeer('peer')
  const first = bench.open('peer')
  bench.onDial = () => void bench.open('peer')
  bench.manager.keep(peer, ['/a'])
  t.equal(bench.dials.length, 0, 'the connection that stands is taken')
  await bench.clock.advance(minute)
  t.equal(first.pings, 4)
  first.answers = false
  await bench.clock.advance(30_000)
  t.equal(first.status, 'closed')
  t.equal(bench.dials.length, 1)
  t.equal(bench.standing.size, 1)
  bench.manager.letGo(peer)
  for (const connection of bench.standing) connection.abort()
  await bench.clock.advance(10 * minute)
  t.equal(bench.dials.length, 1)
})

t.test(
  'a connection that does not answer a ping is ended, and those that answer, or cannot be asked, are not',
  async (t) => {
    const bench = new Bench(t, { livenessIntervalMs: minute, livenessTimeoutMs: 10_000 })
    const [silent, alive, mute] = [bench.open('silent'), bench.open('alive', 1), bench.open('mute')]
    silent.answers = false
    mute.answers = 'cannot'
    await bench.clock.advance(minute - 1)
    t.equal(alive.pings + silent.pings, 0, 'a new one is left alone')
    await bench.clock.advance(5_000)
    t.same(bench.names, ['alive', 'mute', 'silent'], 'it may still answer')
    await bench.clock.advance(minute / 16 + 5_001)
    t.same(bench.names, ['alive', 'mute'])
    t.equal(silent.status, 'closed')
    await bench.clock.advance(9 * minute)
    t.ok(alive.pings >= 9 && alive.pings <= 11, `${alive.pings} pings in ten minutes`)
    t.same(bench.names, ['alive', 'mute'])
    for (const connection of bench.standing) connection.abort()
    await bench.clock.advance(minute)
    t.equal(bench.clock.timerCount, 0, 'nothing waits where nothing stands')
  },
)

t.test('looks are off where they are set off, leave kept peers to their own, and are bounded', async (t) => {
  const off = new Bench(t, { livenessIntervalMs: Infinity })
  const unseen = off.open('unseen')
  await off.clock.advance(60 * minute)
  t.equal(unseen.pings, 0)
  t.equal(off.clock.timerCount, 0)
  const bench = new Bench(t, {
    livenessIntervalMs: minute,
    livenessTimeoutMs: minute,
    lowWater: 5_000,
    highWater: 5_000,
  })
  bench.manager.keep(new NamedPeer('kept'), [])
  const kept = bench.open('kept')
  const crowd = Array.from({ length: 3_000 }, (_, at) => bench.open(`peer-${at}`))
  for (const connection of crowd) connection.answers = false
  await bench.clock.advance(minute + minute / 16)
  const asked = crowd.filter(({ pings }) => pings > 0).length
  t.equal(asked, limits.connectionManager.maxLivenessPings, 'no more than so many at once')
  await bench.clock.advance(6 * minute)
  t.equal(bench.standing.size, 1, 'all have their turn')
  t.equal(kept.pings, Math.floor((7 * minute + minute / 16) / limits.connectionManager.keepAliveInterval))
})

t.test('where a kept peer has a second connection, losing one dials nobody', async (t) => {
  const bench = new Bench(t)
  bench.manager.keep(new NamedPeer('peer'), [])
  const first = bench.open('peer')
  const second = bench.open('peer')
  first.abort()
  await bench.clock.advance(minute)
  t.equal(bench.dials.length, 0)
  t.ok(second.pings > 0, 'the other one is looked at from then on')
})

t.test('after stop nothing is dialled, pinged or trimmed, and no timer waits', async (t) => {
  const bench = new Bench(t, { lowWater: 1, highWater: 1, idleTimeoutMs: minute })
  bench.manager.keep(new NamedPeer('away'), ['/a'])
  bench.manager.keep(new NamedPeer('here'), ['/b'])
  bench.open('here')
  bench.open('a')
  bench.open('b')
  await bench.clock.settle()
  const dials = bench.dials.length
  bench.manager.stop()
  t.equal(bench.clock.timerCount, 0)
  await bench.clock.advance(60 * minute)
  t.equal(bench.dials.length, dials)
  t.same(bench.names, ['a', 'b', 'here'])
})

t.test('however connections come and go, no more stand than the high mark once all graces are over', async (t) => {
  const step = fc.record({ opens: fc.nat(8), waitMs: fc.nat(30_000), loses: fc.nat(3) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const bench = new Bench(t, { lowWater: 4, highWater: 6, gracePeriodMs: 20_000, trimIntervalMs: 5_000 })
      let opened = 0
      for (const { opens, waitMs, loses } of steps) {
        for (let count = 0; count < opens; count += 1) bench.open(`peer-${(opened += 1)}`, opened % 3)
        for (const connection of [...bench.standing].slice(0, loses)) connection.abort()
        await bench.clock.advance(waitMs)
      }
      await bench.clock.advance(30_000)
      return bench.standing.size <= 6 && bench.clock.timerCount === 0
    }),
    { numRuns: 30 },
  )
  t.pass('every run ended below it')
})
