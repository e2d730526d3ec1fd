import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import { encodeStoredPeer } from '@p2pspec/generated/records/stored-peer/messages'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { peerIdFromBytes } from '../../crypto/peer-id.ts'
import { MemoryPeerStore } from './memory-peer-store.ts'
import type { PeerRow } from './peer-file.ts'
import { PeerStoreError, type PeerStoreErrorCode } from './peer-store-error.ts'
import { readEntry, writeEntry } from './stored-entry.ts'
import { WriteQueue } from './write-queue.ts'

const { writeDelay, writeBatch, retryDelay, maxRetryDelay, maxPeers, maxAddressesPerPeer } = limits.peerStore
const address = multiaddr('/ip4/192.0.2.1/tcp/4001')

/** A file that is a map, fails as told, and answers when told. */
class Bench {
  readonly clock = new SimulatedClock()
  readonly memory: MemoryPeerStore
  readonly queue: WriteQueue
  file = new Map<string, Uint8Array>()
  readonly writes: { readonly atMs: number; readonly rows: number }[] = []
  readonly faults: PeerStoreErrorCode[] = []
  failure: PeerStoreErrorCode | undefined
  /** Peers that the file has room for. */
  room = Infinity
  closed = false
  /** Holds up the file while it is pending. */
  gate: Promise<void> = Promise.resolve()

  constructor(t: Test) {
    this.memory = new MemoryPeerStore(this.clock, {
      onChanged: (key) => this.queue.changed(key),
      onDamaged: () => t.fail('nothing here is damaged'),
    })
    const write = async (rows: readonly PeerRow[], keep?: readonly string[]): Promise<void> => {
      this.writes.push({ atMs: this.clock.now(), rows: rows.length })
      await this.gate
      if (this.failure !== undefined) throw new PeerStoreError(this.failure, 'on purpose')
      const kept = keep === undefined ? undefined : new Set(keep)
      const next = new Map(this.file)
      if (kept !== undefined) for (const id of this.file.keys()) if (!kept.has(id)) next.delete(id)
      for (const { id, entry } of rows) {
        if (entry === undefined) next.delete(id)
        else next.set(id, entry)
      }
      if (next.size > this.room) throw new PeerStoreError('disk-full', 'there is no room')
      this.file = next
    }
    const close = async (): Promise<void> => void (this.closed = true)
    this.queue = new WriteQueue({
      clock: this.clock,
      memory: this.memory,
      file: { write, close },
      onFault: ({ code }) => this.faults.push(code),
    })
  }

  add(...numbers: readonly number[]): void {
    for (const number of numbers) this.memory.addAddresses(numberedPeer(number), [address], 'identified')
  }
}

await t.test(
  'changes are gathered: a thousand of them in one delay are few writes, and one peer is one row',
  async (t) => {
    const bench = new Bench(t)
    for (let count = 0; count < 1_000; count += 1) bench.add(count % 300)
    t.equal(bench.writes.length, 0, 'nothing waits for the file')
    await bench.clock.advance(writeDelay)
    t.same(bench.writes, [
      { atMs: writeDelay, rows: writeBatch },
      { atMs: writeDelay, rows: 300 - writeBatch },
    ])
    await bench.clock.advance(10 * writeDelay)
    t.equal(bench.writes.length, 2, 'what has not changed is not written again')
    t.equal(bench.clock.timerCount, 0)
  },
)

await t.test('a flush resolves when the file has answered, and not before', async (t) => {
  const bench = new Bench(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  bench.gate = promise
  bench.add(1)
  let acknowledged = 0
  void bench.queue.flush().then(() => (acknowledged += 1))
  await bench.clock.settle()
  bench.add(2)
  const second = bench.queue.flush().then(() => (acknowledged += 1))
  await bench.clock.settle()
  t.equal(acknowledged, 0)
  bench.add(3)
  t.equal(bench.memory.addressesOf(numberedPeer(3)).length, 1, 'memory answers while the file is stuck')
  resolve()
  await second
  t.equal(acknowledged, 2)
  t.ok(bench.file.has(numberedPeer(2).toString()), 'what came while another write ran is written too')
})

await t.test('what cannot be written is told of once, tried ever more slowly, and written in the end', async (t) => {
  const bench = new Bench(t)
  bench.failure = 'write-failed'
  bench.add(1, 2)
  await bench.clock.advance(30 * 60_000)
  t.same(bench.faults, ['write-failed'])
  const waits = bench.writes.slice(1).map(({ atMs }, index) => atMs - (bench.writes[index]?.atMs ?? 0))
  t.equal(waits[0], retryDelay)
  t.equal(waits[1], 2 * retryDelay)
  t.equal(Math.max(...waits), maxRetryDelay)
  await t.rejects(bench.queue.flush(), { code: 'write-failed' })
  bench.failure = undefined
  await bench.clock.advance(maxRetryDelay)
  t.equal(bench.file.size, 2)
  bench.failure = 'disk-full'
  bench.add(3)
  await bench.clock.advance(writeDelay)
  t.same(bench.faults, ['write-failed', 'disk-full'], 'the next fault is told of')
})

await t.test(
  'while nothing can be written, forgotten peers do not pile up, and are gone from the file afterwards',
  async (t) => {
    const bench = new Bench(t)
    bench.add(1, 2, 3)
    await bench.queue.flush()
    bench.failure = 'write-failed'
    bench.memory.forget(numberedPeer(2))
    let most = 0
    for (let number = 10; number < 10 + 3 * maxPeers; number += 1) {
      bench.add(number)
      bench.memory.forget(numberedPeer(number))
      most = Math.max(most, bench.queue.size)
    }
    await t.rejects(bench.queue.flush(), 'once more, with all that is known')
    bench.failure = undefined
    await bench.queue.flush()
    t.same([...bench.file.keys()].sort(), [numberedPeer(1), numberedPeer(3)].map(String).sort())
    t.ok(most <= 2 * maxPeers + 1, `${most} changes waited`)
  },
)

await t.test('on a full disk what is forgotten goes first, and makes room for what is new', async (t) => {
  const bench = new Bench(t)
  const numbers = (from: number): readonly number[] => Array.from({ length: 3 * writeBatch }, (_, at) => from + at)
  const [old, fresh] = [numbers(1), numbers(10_000)]
  bench.add(...old)
  await bench.queue.flush()
  bench.room = old.length
  bench.add(...fresh)
  for (const number of old) bench.memory.forget(numberedPeer(number))
  await t.rejects(bench.queue.flush(), { code: 'disk-full' })
  await bench.queue.flush()
  t.same([...bench.file.keys()].sort(), fresh.map((number) => numberedPeer(number).toString()).sort())
})

await t.test('a file that was begun anew gets everything', async (t) => {
  const bench = new Bench(t)
  bench.add(1, 2, 3)
  await bench.queue.flush()
  bench.file.clear()
  bench.failure = 'damaged-file'
  bench.add(4)
  await t.rejects(bench.queue.flush())
  bench.failure = undefined
  await bench.queue.flush()
  t.equal(bench.file.size, 4)
})

await t.test('once the wall clock was set, all stored times are written anew', async (t) => {
  const bench = new Bench(t)
  bench.add(1, 2, 3)
  await bench.queue.flush()
  bench.clock.jumpWallTime(30_000)
  bench.add(1)
  await bench.queue.flush()
  t.equal(bench.writes.at(-1)?.rows, 1, 'a small step changes nothing')
  bench.clock.jumpWallTime(-86_400_000)
  bench.add(1)
  await bench.queue.flush()
  t.equal(bench.writes.at(-1)?.rows, 3)
})

await t.test('a close writes what is left, also where that fails, and nothing afterwards', async (t) => {
  for (const failure of [undefined, 'disk-full'] as const) {
    const bench = new Bench(t)
    bench.add(1)
    bench.failure = failure
    await Promise.all([bench.queue.close(), bench.queue.close()])
    t.equal(bench.closed, true)
    t.equal(bench.file.size, failure === undefined ? 1 : 0)
    bench.add(2)
    t.equal(bench.clock.timerCount, 0)
    await t.rejects(bench.queue.flush(), { code: 'closed' })
  }
})

await t.test('whatever happens in whatever order, after a flush the file holds what memory holds', async (t) => {
  const step = fc.record({
    action: fc.constantFrom('add', 'forget', 'fail', 'mend', 'flush', 'wait'),
    number: fc.nat(20),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const bench = new Bench(t)
      for (const { action, number } of steps) {
        if (action === 'add') bench.add(number)
        else if (action === 'forget') bench.memory.forget(numberedPeer(number))
        else if (action === 'fail') bench.failure = number % 2 === 0 ? 'disk-full' : 'write-failed'
        else if (action === 'mend') bench.failure = undefined
        else if (action === 'wait') await bench.clock.advance(number * 500)
        else await bench.queue.flush().catch(() => undefined)
      }
      bench.failure = undefined
      await bench.queue.flush()
      const held = [...bench.memory.keys()].sort()
      return JSON.stringify(held) === JSON.stringify([...bench.file.keys()].sort())
    }),
    { numRuns: 60 },
  )
  t.pass('every run')
})

await t.test(
  'an entry is read as it was written; anything else throws or is an entry within the limits [SPEER-FORM-1]',
  (t) => {
    const moment = { now: 5_000, wallTime: 1_700_000_000_000 }
    const memory = new MemoryPeerStore(new SimulatedClock())
    const peer = numberedPeer(1)
    memory.addAddresses(peer, [address, multiaddr('/dns4/example.com/tcp/443/wss')], 'identified')
    memory.addAddresses(peer, [multiaddr('/ip6/2001:db8::1/tcp/1')], 'hint')
    const known = memory.peek(peer.toString())
    if (known === undefined) throw new Error('it was just added')
    const entry = writeEntry(known, { now: 0, wallTime: 1_700_000_000_000 })
    const read = readEntry(entry, moment)
    t.same(
      read?.addresses.map(({ bytes, source, expiresAt }) => [multiaddr(bytes).toString(), source, expiresAt]),
      [...known.addresses.values()].map(({ address, source, expiresAt }) => [
        address.toString(),
        source,
        expiresAt + 5_000,
      ]),
    )
    const holds = (bytes: Uint8Array): boolean => {
      let unread
      try {
        unread = readEntry(bytes, moment)
      } catch (error) {
        return error instanceof Error
      }
      const addresses = unread?.addresses ?? []
      return addresses.length <= maxAddressesPerPeer && addresses.every(({ expiresAt }) => expiresAt > moment.now)
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), holds))
    fc.assert(
      fc.property(
        fc.nat(entry.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(entry.length),
        (at, value, length) => {
          const damaged = entry.slice(0, length)
          if (at < length) damaged[at] = value
          return holds(damaged)
        },
      ),
    )
    const crowded = new Uint8Array(200_000).fill(0x1a)
    t.throws(() => readEntry(crowded, moment), 'longer than any entry')
    t.end()
  },
)

await t.test(
  'what a file holds beside the signed record has a source without a signature, or is no entry [SPEER-ADDR-1]',
  (t) => {
    const moment = { now: 0, wallTime: 1_000 }
    const read = (source: number) =>
      readEntry(encodeStoredPeer({ addresses: [{ multiaddr: address.bytes, source, expiresAt: 2_000n }] }), moment)
    t.same(
      [1, 2, 3].map((source) => read(source)?.addresses[0]?.source),
      ['identified', 'connected', 'hint'],
    )
    for (const source of [0, 4, -1, 2 ** 31 - 1]) t.throws(() => read(source), `${source}`)
    t.end()
  },
)

function numberedPeer(number: number) {
  const bytes = new Uint8Array(38)
  bytes[1] = 36
  new DataView(bytes.buffer).setUint32(2, number)
  return peerIdFromBytes(bytes)
}
