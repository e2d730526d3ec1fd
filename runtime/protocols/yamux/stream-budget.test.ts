import type { MuxedStream, StreamBudget } from '@p2pspec/generated/interfaces/stream-muxer'
import { initialWindowBytes } from '@p2pspec/generated/protocols/yamux/limits'
import fc from 'fast-check'
import t from 'tap'
import { ack, data, frame, ping, RawPeer, rst, syn, windowUpdate } from './raw-peer.ts'

/** Counts what one stream was granted. */
class CountedBudget implements StreamBudget {
  held = 0
  grown = 0
  limit = Infinity
  growthLimit = Infinity

  reserve(byteCount: number): Error | undefined {
    if (this.held + byteCount > this.limit) return new Error('the budget is used up')
    this.held += byteCount
    return undefined
  }

  grow(byteCount: number): boolean {
    if (this.grown + byteCount > this.growthLimit) return false
    this.grown += byteCount
    return true
  }

  release(byteCount: number): void {
    this.held -= byteCount
  }
}

function start(budget: CountedBudget): { readonly peer: RawPeer; readonly streams: MuxedStream[] } {
  const streams: MuxedStream[] = []
  const peer = new RawPeer('inbound', (stream) => {
    if (streams.length === 0) stream.budget = budget
    streams.push(stream)
  })
  return { peer, streams }
}

function first(streams: readonly MuxedStream[]): MuxedStream {
  const [stream] = streams
  if (stream === undefined) throw new Error('no stream')
  return stream
}

/** The remote sends as much as it may, and answers pings at once but for 10 ms. */
async function fill(peer: RawPeer, byteCount: number): Promise<number> {
  let credit = 0
  for (let left = byteCount; left > 0; left -= 65_536)
    await peer.send(frame(data, 0, 1, Math.min(65_536, left), new Uint8Array(Math.min(65_536, left))))
  for (const { kind, flags, length } of peer.take()) {
    if (kind === windowUpdate) credit += length
    if (kind !== ping || flags !== syn) continue
    await peer.clock.advance(10)
    await peer.send(frame(ping, ack, 0, length))
  }
  return credit
}

t.test(
  'whatever arrives, is read, written and sent, the budget holds what is unread and unsent [MUX-BUDGET-1]',
  async (t) => {
    const step = fc.record({
      what: fc.constantFrom('arrive', 'read', 'write', 'credit'),
      bytes: fc.integer({ min: 1, max: 60_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const budget = new CountedBudget()
        const { peer, streams } = start(budget)
        await peer.send(frame(windowUpdate, syn, 1, 0))
        const stream = first(streams)
        let arrived = 0
        let read = 0
        let written = 0
        for (const { what, bytes } of steps) {
          if (what === 'arrive' && arrived + bytes <= initialWindowBytes) {
            await peer.send(frame(data, 0, 1, bytes, new Uint8Array(bytes)))
            arrived += bytes
          } else if (what === 'read' && read < arrived) read += (await stream.read())?.byteLength ?? 0
          else if (what === 'write') {
            stream.writeNow(new Uint8Array(bytes))
            written += bytes
          } else if (what === 'credit') await peer.send(frame(windowUpdate, 0, 1, bytes))
          await peer.clock.settle()
          let sent = 0
          for (const { kind, length } of peer.frames) if (kind === data) sent += length
          if (budget.held !== arrived - read + written - sent) return false
        }
        return true
      }),
      { numRuns: 60 },
    )
    t.pass('every sum held')
  },
)

t.test(
  'a stream whose budget is used up by what arrives is reset, and its neighbour is not [MUX-BUDGET-1]',
  async (t) => {
    const budget = new CountedBudget()
    budget.limit = 100_000
    const { peer, streams } = start(budget)
    await peer.send(frame(windowUpdate, syn, 1, 0), frame(windowUpdate, syn, 3, 0))
    await peer.send(frame(data, 0, 1, 100_000, new Uint8Array(100_000)))
    t.equal(budget.held, 100_000)
    peer.take()
    await peer.send(frame(data, 0, 1, 1, new Uint8Array(1)), frame(data, 0, 3, 2, new Uint8Array(2)))
    t.match(await first(streams).closed, { message: 'the budget is used up' })
    t.same(
      peer.take().map(({ flags, streamId }) => [flags, streamId]),
      [[rst, 1]],
    )
    t.equal((await streams[1]?.read())?.byteLength, 2)
    t.same(peer.side.overs, [])
  },
)

t.test(
  'a stream that writes more than its budget to a remote that does not read is reset [MUX-BUDGET-1]',
  async (t) => {
    const budget = new CountedBudget()
    budget.limit = 1_000_000
    const { peer, streams } = start(budget)
    await peer.send(frame(windowUpdate, syn, 1, 0))
    const stream = first(streams)
    stream.writeNow(new Uint8Array(900_000))
    stream.writeNow(new Uint8Array(200_000))
    t.match(await stream.closed, { message: 'the budget is used up' })
    t.throws(() => stream.writeNow(new Uint8Array(1)), { message: 'the budget is used up' })
  },
)

t.test('a window grows only while the budget has room for it [MUX-BUDGET-1]', async (t) => {
  const budget = new CountedBudget()
  budget.growthLimit = 1_000_000
  const { peer, streams } = start(budget)
  await peer.send(frame(windowUpdate, syn, 1, 0))
  first(streams).consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
  let open = initialWindowBytes
  for (let round = 0; round < 20; round += 1) {
    const share = Math.min(open, 524_288)
    open += (await fill(peer, share)) - share
  }
  t.equal(budget.grown, 3 * initialWindowBytes, 'it doubled twice; a third time would be too much')
  t.ok(open <= 4 * initialWindowBytes, `the remote may send ${open} bytes`)
  t.equal(budget.held, 0, 'what the application took at once is not held')
})
