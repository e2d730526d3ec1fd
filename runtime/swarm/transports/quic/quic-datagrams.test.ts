import fc from 'fast-check'
import { limits } from '@p2pspec/generated/common/limits'
import t from 'tap'
import { systemClock } from '../../../core/clock.ts'
import { DatagramQueue } from './datagram-queue.ts'
import { QuicDatagrams, type DatagramCarrier } from './quic-datagrams.ts'

const {
  datagramOverheadBytes,
  maxUnreadDatagramBytes,
  maxUnreadDatagrams,
  maxUnsentDatagramBytes,
  maxUnsentDatagrams,
} = limits.quic

/** Keeps what it is given until it is told to let it leave. */
class SlowNetwork implements DatagramCarrier {
  maxBytes: number | undefined = 1_300
  readonly kept: Uint8Array[] = []

  get unsent(): { readonly count: number; readonly bytes: number } {
    return { count: this.kept.length, bytes: this.kept.reduce((sum, { byteLength }) => sum + byteLength, 0) }
  }

  send(datagram: Uint8Array): boolean {
    this.kept.push(datagram)
    return true
  }
}

/** Counts, and refuses above its limit. */
class Budget {
  held = 0
  limit = Infinity

  hold(byteCount: number): boolean {
    if (this.held + byteCount > this.limit) return false
    this.held += byteCount
    return true
  }

  release(byteCount: number): void {
    this.held -= byteCount
  }
}

function made(): { readonly datagrams: QuicDatagrams; readonly network: SlowNetwork; readonly budget: Budget } {
  const network = new SlowNetwork()
  const budget = new Budget()
  const datagrams = new QuicDatagrams(network, systemClock)
  datagrams.budget = budget
  return { datagrams, network, budget }
}

t.test(
  'a datagram that is too long is refused with the length that may be, and does not leave [DGM-SIZE-1] [QUIC-DATAGRAM-2]',
  (t) => {
    const { datagrams, network, budget } = made()
    t.equal(datagrams.send(new Uint8Array(1_300)), true)
    t.throws(() => datagrams.send(new Uint8Array(1_301)), {
      code: 'too-large',
      maxBytes: 1_300,
      message: /at most 1300/,
    })
    t.equal(network.kept.length, 1)
    t.equal(budget.held, 1_300 + datagramOverheadBytes)
    t.end()
  },
)

t.test('a remote that takes no datagrams is sent none [DGM-REMOTE-1] [QUIC-DATAGRAM-1]', (t) => {
  const { datagrams, network } = made()
  network.maxBytes = undefined
  t.equal(datagrams.maxBytes, 0)
  t.throws(() => datagrams.send(new Uint8Array()), { code: 'not-supported-by-remote', message: /use a stream/ })
  t.equal(network.kept.length, 0)
  t.end()
})

t.test(
  'what waits for the network is bounded, and given back as it leaves [DGM-QUEUE-2] [QUIC-DATAGRAM-5] [QUIC-DATAGRAM-7]',
  (t) => {
    for (const length of [0, 1_300]) {
      const { datagrams, network, budget } = made()
      let sent = 0
      while (datagrams.send(new Uint8Array(length))) sent += 1
      const byBytes = Math.floor(maxUnsentDatagramBytes / (length + datagramOverheadBytes))
      t.equal(sent, Math.min(maxUnsentDatagrams, byBytes), `${length} bytes each`)
      t.equal(datagrams.droppedOutbound, 1)
      t.equal(budget.held, sent * (length + datagramOverheadBytes))
      network.kept.splice(0, 10)
      datagrams.flushed()
      t.equal(budget.held, (sent - 10) * (length + datagramOverheadBytes))
      network.kept.splice(0)
      datagrams.flushed()
      t.equal(budget.held, 0)
      t.equal(datagrams.send(new Uint8Array(length)), true, 'there is room again')
    }
    t.end()
  },
)

t.test('a budget that is used up drops datagrams of either way and nothing else [DGM-BUDGET-1]', async (t) => {
  const { datagrams, network, budget } = made()
  budget.limit = 2 * (10 + datagramOverheadBytes)
  for (let count = 0; count < 3; count += 1) datagrams.arrived(new Uint8Array(10))
  t.equal(datagrams.send(new Uint8Array(10)), false)
  t.same([datagrams.droppedInbound, datagrams.droppedOutbound, network.kept.length], [1, 1, 0])
  await datagrams.receive()
  t.equal(datagrams.send(new Uint8Array(10)), true)
})

t.test('what came before anybody counted is counted, or dropped where it does not fit [DGM-BUDGET-1]', (t) => {
  const datagrams = new QuicDatagrams(new SlowNetwork(), systemClock)
  for (let count = 0; count < 5; count += 1) datagrams.arrived(Uint8Array.of(count))
  const budget = new Budget()
  budget.limit = 3 * (1 + datagramOverheadBytes)
  datagrams.budget = budget
  t.equal(budget.held, budget.limit)
  t.equal(datagrams.droppedInbound, 2)
  t.same(datagrams.receive(), Uint8Array.of(2))
  t.end()
})

t.test('an aborted read loses no datagram, and a second reader is refused [DGM-ABORT-1]', async (t) => {
  const { datagrams } = made()
  const ended = new AbortController()
  const first = datagrams.receive({ signal: ended.signal })
  t.throws(() => datagrams.receive(), { code: 'already-reading' })
  ended.abort(new Error('enough'))
  await t.rejects(Promise.resolve(first), { message: 'enough' })
  datagrams.arrived(Uint8Array.of(7))
  t.same(await datagrams.receive(), Uint8Array.of(7))
  t.throws(() => datagrams.receive({ signal: ended.signal }), { message: 'enough' })
})

t.test('after the end what has arrived can be read, then null; a send says why it cannot be [DGM-END-1]', async (t) => {
  const { datagrams, budget } = made()
  const waiting = datagrams.receive()
  datagrams.arrived(Uint8Array.of(1))
  datagrams.arrived(Uint8Array.of(2))
  datagrams.end()
  t.same(await waiting, Uint8Array.of(1))
  const read: Uint8Array[] = []
  for await (const datagram of datagrams) read.push(datagram)
  t.same(read, [Uint8Array.of(2)])
  t.throws(() => datagrams.send(Uint8Array.of(1)), { code: 'connection-over' })
  datagrams.arrived(Uint8Array.of(3))
  t.equal(await datagrams.receive(), null)
  t.equal(budget.held, 1 + datagramOverheadBytes, 'it is given back by whoever counts the connection')
})

t.test('drops are told once a turn, with how many they were', async (t) => {
  const { datagrams, budget } = made()
  budget.limit = 0
  const told = new Promise((resolve) => (datagrams.onDropped = (...counts) => resolve(counts)))
  for (let count = 0; count < 3; count += 1) datagrams.arrived(new Uint8Array(1))
  datagrams.send(new Uint8Array(1))
  t.same(await told, [3, 1])
})

t.test(
  'whatever comes and is read, the newest wait, within their limits, and every other one was counted [DGM-QUEUE-1] [QUIC-DATAGRAM-7]',
  (t) => {
    const step = fc.oneof(
      fc.record({
        does: fc.constant('arrive'),
        length: fc.oneof(fc.constant(0), fc.nat(1_300), fc.nat(70_000)),
        times: fc.integer({ min: 1, max: 300 }),
      }),
      fc.record({ does: fc.constant('read'), length: fc.constant(0), times: fc.integer({ min: 1, max: 300 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { datagrams, budget } = made()
        const model: Uint8Array[] = []
        const cost = (datagram: Uint8Array): number => datagram.byteLength + datagramOverheadBytes
        const total = (): number => model.reduce((sum, datagram) => sum + cost(datagram), 0)
        let dropped = 0
        for (const { does, length, times } of steps) {
          for (let count = 0; count < times; count += 1) {
            if (does === 'read') {
              if (model.length > 0 && datagrams.receive() !== model.shift()) return false
              continue
            }
            const datagram = new Uint8Array(length)
            datagrams.arrived(datagram)
            model.push(datagram)
            while (model.length > maxUnreadDatagrams || total() > maxUnreadDatagramBytes) {
              model.shift()
              dropped += 1
            }
          }
          if (budget.held !== total() || datagrams.droppedInbound !== dropped) return false
        }
        return true
      }),
      { numRuns: 50 },
    )
    t.end()
  },
)

t.test('a queue takes nothing that is longer than all that may wait together', (t) => {
  const queue = new DatagramQueue({ count: 3, bytes: 100, overheadBytes: 10 })
  t.equal(queue.push(new Uint8Array(91)), false)
  t.equal(queue.push(new Uint8Array(90)), true)
  t.equal(queue.push(new Uint8Array()), false)
  t.equal(queue.shift()?.byteLength, 90)
  t.equal(queue.shift(), undefined)
  t.equal(queue.heldBytes, 0)
  t.end()
})
