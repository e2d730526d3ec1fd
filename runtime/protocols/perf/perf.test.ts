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
import { handlePerf, perf, perfProtocol } from './perf.ts'

const peer = peerIdFromString('12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA')
const address = multiaddr('/ip4/127.0.0.1/tcp/1')

function connect(
  clock: SimulatedClock,
  serve: (stream: MemoryStream) => void | Promise<void>,
  options: PairOptions = {},
): MemoryConnection {
  // Both ends of an in-memory connection make in-memory streams.
  const handler = (stream: unknown): void | Promise<void> => serve(stream as MemoryStream)
  const [near] = connectionPair(
    { peer, address },
    { peer, address, handlers: new Map([[perfProtocol, handler]]) },
    { clock, ...options },
  )
  return near
}

function code(error: unknown): string {
  return error instanceof DriverError ? error.code : String(error)
}

interface Seen {
  byteCount: number
  chunks: Uint8Array[]
  ended: boolean
  error: Error | undefined
}

function collect(stream: MemoryStream): Seen {
  const seen: Seen = { byteCount: 0, chunks: [], ended: false, error: undefined }
  stream.consume({
    push: (chunk) => {
      seen.byteCount += chunk.byteLength
      seen.chunks.push(chunk.slice())
    },
    end: () => {
      seen.ended = true
    },
    fail: (error) => {
      seen.error = error
    },
  })
  return seen
}

await t.test(
  'moves exactly as many bytes each way as asked for, whatever way they are cut [PERF-COUNT-1] [PERF-COUNT-2] [PERF-COUNT-3] [PERF-FRAME-1]',
  async (t) => {
    const size = fc.oneof(fc.constantFrom(0, 1, 65_535, 65_536, 65_537), fc.nat({ max: 400_000 }))
    await fc.assert(
      fc.asyncProperty(size, size, fc.integer(), fc.boolean(), async (uploadBytes, downloadBytes, seed, borrowed) => {
        const clock = new SimulatedClock()
        const connection = connect(clock, async (stream) => await handlePerf(stream, { clock }), {
          borrowed,
          random: new SeededRandom(seed),
          highWaterBytes: 70_000,
        })
        const result = perf(connection, { clock, uploadBytes, downloadBytes })
        await clock.settle()
        const measured = await result
        t.same(measured, {
          uploadBytes: BigInt(uploadBytes),
          downloadBytes: BigInt(downloadBytes),
          uploadMs: 0,
          downloadMs: 0,
          totalMs: 0,
        })
        t.equal(connection.streams[0]?.writtenBytes, 8 + uploadBytes)
        t.equal(connection.other?.streams[0]?.writtenBytes, downloadBytes)
        t.equal(clock.timerCount, 0)
      }),
      { numRuns: 40 },
    )
  },
)

await t.test(
  'writes the number big-endian, then the upload, then its end [PERF-FRAME-1] [PERF-ORDER-1] [PERF-END-1]',
  async (t) => {
    const clock = new SimulatedClock()
    let seen: Seen | undefined
    const connection = connect(clock, (stream) => {
      seen = collect(stream)
    })
    const result = perf(connection, { clock, uploadBytes: 3, downloadBytes: 2n ** 64n - 1n }).catch(code)
    await clock.settle()
    t.same(Buffer.concat(seen?.chunks ?? []).toString('hex'), 'ffffffffffffffff000000')
    t.ok(seen?.ended)
    connection.abort(new Error('over'))
    t.equal(await result, 'closed')
  },
)

await t.test(
  'the server sends nothing before the end of the upload, and ends after the download [PERF-ORDER-1] [PERF-ORDER-2] [PERF-END-2]',
  async (t) => {
    for (const maxChunkLength of [1, 8, Infinity]) {
      const clock = new SimulatedClock()
      const connection = connect(clock, async (stream) => await handlePerf(stream, { clock }), { maxChunkLength })
      const stream = connection.openStream(perfProtocol)
      const seen = collect(stream)
      stream.writeNow(Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2, 9, 9, 9))
      await clock.advance(1_000)
      t.equal(seen.byteCount, 0)
      stream.closeWriteNow()
      await clock.settle()
      t.equal(seen.byteCount, 258)
      t.ok(seen.ended)
      t.equal(clock.timerCount, 0)
    }
  },
)

await t.test('the server refuses a request that is cut off [PERF-FRAME-1]', async (t) => {
  for (const length of [0, 1, 7]) {
    const clock = new SimulatedClock()
    const connection = connect(clock, async (stream) => await handlePerf(stream, { clock }))
    const stream = connection.openStream(perfProtocol)
    const seen = collect(stream)
    stream.writeNow(new Uint8Array(length))
    stream.closeWriteNow()
    await clock.settle()
    t.ok(seen.error, `${length} bytes`)
    t.equal(code(connection.other?.failures[0]), 'malformed')
  }
})

await t.test(
  'the client refuses data before the upload is over, too much and too little of it [PERF-ORDER-2] [PERF-COUNT-2]',
  async (t) => {
    const servers: readonly (readonly [string, (stream: MemoryStream) => void])[] = [
      ['early-data', (stream) => stream.writeNow(new Uint8Array(1))],
      ['too-little', (stream) => stream.closeWriteNow()],
      ['closed', (stream) => stream.reset()],
      ['timeout', () => {}],
    ]
    for (const [expected, serve] of servers) {
      const clock = new SimulatedClock()
      const connection = connect(
        clock,
        (stream) => {
          stream.consume({ push: () => {}, end: () => {}, fail: () => {} })
          stream.pause()
          serve(stream)
        },
        { highWaterBytes: 1_000 },
      )
      const result = perf(connection, { clock, uploadBytes: 2_000_000, downloadBytes: 10 }).catch(code)
      await clock.advance(130_000)
      t.equal(await result, expected)
    }
    for (const [expected, answered] of [
      ['too-much', 11],
      ['too-little', 9],
    ] as const) {
      const clock = new SimulatedClock()
      const connection = connect(clock, (stream) => {
        stream.consume({
          push: () => {},
          end: () => {
            stream.writeNow(new Uint8Array(answered))
            stream.closeWriteNow()
          },
          fail: () => {},
        })
      })
      const result = perf(connection, { clock, uploadBytes: 5, downloadBytes: 10 }).catch(code)
      await clock.settle()
      t.equal(await result, expected)
    }
  },
)

await t.test('waits for the request for ten seconds, and then as long as bytes move [PERF-TIME-1]', async (t) => {
  const clock = new SimulatedClock()
  const connection = connect(clock, async (stream) => await handlePerf(stream, { clock }))
  const silent = collect(connection.openStream(perfProtocol))
  await clock.advance(10_010)
  t.ok(silent.error)

  const stream = connection.openStream(perfProtocol)
  const slow = collect(stream)
  stream.writeNow(new Uint8Array(8))
  for (let minute = 0; minute < 6; minute += 1) {
    await clock.advance(55_000)
    stream.writeNow(new Uint8Array(1))
  }
  t.notOk(slow.error, 'a slow upload goes on')
  await clock.advance(121_000)
  t.ok(slow.error, 'a silent one does not')
})

await t.test('a server holds no more than a buffer for a client that does not read its endless download', async (t) => {
  const clock = new SimulatedClock()
  const connection = connect(clock, async (stream) => await handlePerf(stream, { clock }), { highWaterBytes: 65_536 })
  const stream = connection.openStream(perfProtocol)
  stream.pause()
  stream.consume({ push: () => {}, end: () => {}, fail: () => {} })
  stream.writeNow(new Uint8Array(8).fill(255))
  stream.closeWriteNow()
  await clock.settle()
  const written = connection.other?.streams[0]?.writtenBytes ?? 0
  t.ok(written > 0 && written < 2_000_000, `${written} bytes were made`)
  connection.abort()
})

await t.test('stops at an abort signal', async (t) => {
  const clock = new SimulatedClock()
  const controller = new AbortController()
  const result = perf(
    connect(clock, () => {}),
    { clock, downloadBytes: 2n ** 64n - 1n, signal: controller.signal },
  )
  await clock.settle()
  controller.abort(new Error('time is over'))
  await t.rejects(result, { message: 'time is over' })
  t.equal(clock.timerCount, 0)
})

await t.test('refuses numbers that are no count of bytes', async (t) => {
  const connection = connect(new SimulatedClock(), () => {})
  for (const downloadBytes of [-1, 0.5, NaN, 2n ** 64n])
    await t.rejects(perf(connection, { downloadBytes }), { name: 'RangeError' })
})

await t.test('a server survives arbitrary bytes', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.integer(), async (bytes, seed) => {
      const clock = new SimulatedClock()
      const connection = connect(clock, async (stream) => await handlePerf(stream, { clock }), {
        random: new SeededRandom(seed),
        highWaterBytes: 65_536,
      })
      const stream = connection.openStream(perfProtocol)
      const seen = collect(stream)
      stream.pause()
      stream.writeNow(bytes)
      stream.closeWriteNow()
      await clock.settle()
      connection.abort()
      t.equal(clock.timerCount, 0)
      t.ok(seen.error !== undefined || seen.ended || seen.byteCount >= 0)
    }),
    { numRuns: 60 },
  )
})
