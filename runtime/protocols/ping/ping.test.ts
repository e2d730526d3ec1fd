import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import t from 'tap'
import { DriverError } from '../../core/driver-error.ts'
import { connectionPair, type MemoryConnection } from '../../core/memory-connection.ts'
import type { PairOptions } from '../../core/pair.ts'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import type { MemoryStream } from '../../core/stream-pair.ts'
import { peerIdFromString } from '../../crypto/peer-id.ts'
import { handlePing, ping, pingProtocol } from './ping.ts'

const peer = peerIdFromString('12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA')
const address = multiaddr('/ip4/127.0.0.1/tcp/1')

/** A client's connection to a server that the test plays, or to the real one. */
function connect(
  clock: SimulatedClock,
  serve: (stream: MemoryStream) => void | Promise<void>,
  options: PairOptions = {},
): MemoryConnection {
  // Both ends of an in-memory connection make in-memory streams.
  const handler = (stream: unknown): void | Promise<void> => serve(stream as MemoryStream)
  const [near] = connectionPair(
    { peer, address },
    { peer, address, handlers: new Map([[pingProtocol, handler]]) },
    { clock, ...options },
  )
  return near
}

function code(error: unknown): string {
  return error instanceof DriverError ? error.code : String(error)
}

/** Opens a stream to the real server and collects what it says. */
function rawClient(
  clock: SimulatedClock,
  options: PairOptions = {},
): { stream: MemoryStream; bytes: number[]; state: { ended: boolean; error?: Error } } {
  const connection = connect(clock, async (stream) => await handlePing(stream, { clock }), options)
  const stream = connection.openStream(pingProtocol)
  const bytes: number[] = []
  const state: { ended: boolean; error?: Error } = { ended: false }
  stream.consume({
    push: (chunk) => bytes.push(...chunk),
    end: () => {
      state.ended = true
    },
    fail: (error) => {
      state.error = error
    },
  })
  return { stream, bytes, state }
}

await t.test(
  'measures every round trip, whatever way the bytes are cut [PING-RTT-1] [PING-LOOP-2] [PING-ECHO-1]',
  async (t) => {
    for (const maxChunkLength of [1, 7, 31, 32, 33]) {
      const clock = new SimulatedClock()
      const connection = connect(clock, async (stream) => await handlePing(stream, { clock }), {
        maxChunkLength,
        borrowed: true,
      })
      const result = ping(connection, { clock, count: 5, random: new SeededRandom(maxChunkLength) })
      await clock.settle()
      t.equal((await result).roundTrips.length, 5)
      t.equal(connection.streams.length, 1, 'on one stream')
      t.equal(clock.timerCount, 0)
      t.equal(connection.streams[0]?.writeStatus, 'closed', 'and ends its side [PING-END-1]')
    }
  },
)

await t.test('counts the time of the answer and nothing else [PING-RTT-1]', async (t) => {
  const clock = new SimulatedClock()
  const connection = connect(clock, (stream) => {
    let delayMs = 0
    stream.consume({
      push: (chunk) => {
        delayMs += 10
        clock.startTimer(delayMs, () => stream.writeNow(chunk))
      },
      end: () => stream.closeWriteNow(),
      fail: () => {},
    })
  })
  const result = ping(connection, { clock, count: 3, random: new SeededRandom(1) })
  await clock.advance(100)
  t.same(await result, { roundTrips: [10, 20, 30], min: 10, mean: 20, max: 30, deviation: Math.sqrt(200 / 3) })
})

await t.test('sends 32 random bytes [PING-SEND-1] [PING-FRAME-1]', async (t) => {
  const clock = new SimulatedClock()
  const payloads: string[] = []
  const connection = connect(clock, (stream) => {
    stream.consume({
      push: (chunk) => {
        payloads.push(Buffer.from(chunk).toString('hex'))
        stream.writeNow(chunk)
      },
      end: () => stream.closeWriteNow(),
      fail: () => {},
    })
  })
  const result = ping(connection, { clock, count: 20 })
  await clock.settle()
  await result
  t.ok(payloads.every((payload) => payload.length === 64))
  t.equal(new Set(payloads).size, 20)
})

await t.test('holds one stream at a time, even for many callers [PING-STREAMS-1]', async (t) => {
  const clock = new SimulatedClock()
  let open = 0
  let most = 0
  const connection = connect(clock, async (stream) => {
    open += 1
    most = Math.max(most, open)
    await handlePing(stream, { clock })
    open -= 1
  })
  const results = Promise.all([
    ping(connection, { clock }),
    ping(connection, { clock, count: 3 }),
    ping(connection, { clock }),
  ])
  await clock.advance(100)
  t.same(
    (await results).map(({ roundTrips }) => roundTrips.length),
    [1, 3, 1],
  )
  t.equal(most, 1)
})

await t.test('a failed ping lets the next one through', async (t) => {
  const clock = new SimulatedClock()
  let first = true
  const connection = connect(clock, async (stream) => {
    if (first) stream.reset()
    else await handlePing(stream, { clock })
    first = false
  })
  const failed = ping(connection, { clock }).catch(code)
  const next = ping(connection, { clock })
  await clock.advance(10)
  t.equal(await failed, 'closed')
  t.equal((await next).roundTrips.length, 1)
})

await t.test('refuses an answer that is not the payload, or too much of it [PING-ECHO-1]', async (t) => {
  const servers: readonly (readonly [string, (stream: MemoryStream, chunk: Uint8Array) => void])[] = [
    ['wrong-payload', (stream, chunk) => stream.writeNow(chunk.map((byte, index) => (index === 31 ? byte ^ 1 : byte)))],
    ['wrong-payload', (stream) => stream.writeNow(new Uint8Array(32))],
    [
      'malformed',
      (stream, chunk) => {
        stream.writeNow(chunk.subarray(0, 31))
        stream.closeWriteNow()
      },
    ],
    ['closed', (stream) => stream.closeWriteNow()],
    ['closed', (stream) => stream.reset()],
    ['timeout', () => {}],
    ['timeout', (stream, chunk) => stream.writeNow(chunk.subarray(0, 31))],
  ]
  for (const [expected, answer] of servers) {
    const clock = new SimulatedClock()
    const connection = connect(clock, (stream) => {
      stream.consume({ push: (chunk) => answer(stream, chunk), end: () => {}, fail: () => {} })
    })
    const result = ping(connection, { clock, random: new SeededRandom(9) }).catch(code)
    await clock.advance(10_001)
    t.equal(await result, expected)
    t.equal(clock.timerCount, 0)
  }
})

await t.test('gives up on an answer after ten seconds [PING-TIME-1]', async (t) => {
  const clock = new SimulatedClock()
  let over = false
  const result = ping(
    connect(clock, () => {}),
    { clock },
  )
    .catch(code)
    .finally(() => {
      over = true
    })
  await clock.advance(9_990)
  t.notOk(over)
  await clock.advance(20)
  t.equal(await result, 'timeout')
})

await t.test('stops at an abort signal, also while it waits for another ping', async (t) => {
  const clock = new SimulatedClock()
  const connection = connect(clock, () => {})
  const controller = new AbortController()
  const first = ping(connection, { clock, signal: controller.signal })
  const second = ping(connection, { clock, signal: controller.signal })
  await clock.settle()
  controller.abort(new Error('enough'))
  await t.rejects(first, { message: 'enough' })
  await t.rejects(second, { message: 'enough' })
  t.equal(connection.streams.length, 1)
})

await t.test('refuses a count out of range', async (t) => {
  const connection = connect(new SimulatedClock(), () => {})
  for (const count of [0, -1, 1.5, Infinity, 1_000_001])
    await t.rejects(ping(connection, { count }), { name: 'RangeError' })
})

await t.test(
  'a server echoes exactly the whole payloads it got, and ends after the client [PING-ECHO-1] [PING-FRAME-1] [PING-LOOP-1] [PING-END-2]',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer(), fc.boolean(), async (sent, seed, borrowed) => {
        const clock = new SimulatedClock()
        const { stream, bytes, state } = rawClient(clock, { random: new SeededRandom(seed), borrowed })
        stream.writeNow(sent)
        await clock.settle()
        t.same(bytes, [...sent.subarray(0, sent.length - (sent.length % 32))])
        t.notOk(state.ended, 'it waits for more')
        stream.closeWriteNow()
        await clock.settle()
        if (sent.length % 32 === 0) t.ok(state.ended)
        else t.ok(state.error, 'a payload that is cut off is no ping')
        t.equal(clock.timerCount, 0)
      }),
      { numRuns: 60 },
    )
  },
)

await t.test('a server ends a stream after a minute of silence, and serves a slow client [PING-TIME-2]', async (t) => {
  const clock = new SimulatedClock()
  const { stream, bytes, state } = rawClient(clock)
  for (let count = 1; count <= 4; count += 1) {
    stream.writeNow(new Uint8Array(32))
    await clock.advance(59_000)
    t.equal(bytes.length, 32 * count)
  }
  await clock.advance(1_500)
  t.ok(state.error)
})

await t.test('a server takes no more requests than the client takes answers', async (t) => {
  const clock = new SimulatedClock()
  const connection = connect(clock, async (stream) => await handlePing(stream, { clock }), { highWaterBytes: 65_536 })
  const stream = connection.openStream(pingProtocol)
  stream.consume({ push: () => {}, end: () => {}, fail: () => {} })
  stream.pause()
  let written = 0
  const block = new Uint8Array(16_384)
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (stream.queuedBytes > 1_000_000) break
    stream.writeNow(block)
    written += block.length
    await clock.settle()
  }
  t.ok(written < 5_000_000, `${written} bytes were taken from a client that reads nothing`)
})
