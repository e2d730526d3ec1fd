import { pipeline } from 'node:stream/promises'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import fc from 'fast-check'
import t from 'tap'
import { fromNodeStream, toNodeStream } from './node-stream.ts'
import { pair } from './pair.ts'
import { SeededRandom } from './random.ts'
import { fromWebStream, toWebStream } from './web-stream.ts'

const payload = Buffer.alloc(1_500_000, 'over the bridge ')

/** Echoes by push, with back-pressure; ends when the other side has ended. */
function echo(duplex: ByteDuplex): void {
  duplex.consume({
    push: (chunk) => {
      if (!duplex.writeNow(duplex.borrowed ? chunk.slice() : chunk)) duplex.pause()
    },
    end: () => {
      duplex.closeWriteNow()
    },
    fail: () => undefined,
    drain: () => {
      duplex.resume()
    },
  })
}

async function throughWeb(duplex: ByteDuplex): Promise<Buffer> {
  const { readable, writable } = toWebStream(duplex)
  const chunks: Uint8Array[] = []
  const reading = (async () => {
    for await (const chunk of readable) chunks.push(chunk)
  })()
  const writer = writable.getWriter()
  for (let at = 0; at < payload.length; at += 70_000) await writer.write(payload.subarray(at, at + 70_000))
  await writer.close()
  await reading
  return Buffer.concat(chunks)
}

async function throughNode(duplex: ByteDuplex): Promise<Buffer> {
  const stream = toNodeStream(duplex)
  const chunks: Buffer[] = []
  const reading = pipeline(stream, async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) chunks.push(chunk)
  })
  for (let at = 0; at < payload.length; at += 70_000) {
    if (!stream.write(payload.subarray(at, at + 70_000))) await new Promise((resolve) => stream.once('drain', resolve))
  }
  stream.end()
  await reading
  return Buffer.concat(chunks)
}

t.test('bytes cross every bridge whole, there and back, over owned and borrowed chunks', async (t) => {
  for (const borrowed of [false, true]) {
    for (const through of [throughWeb, throughNode]) {
      const [near, far] = pair({ borrowed, random: new SeededRandom(7), highWaterBytes: 100_000 })
      echo(far)
      t.equal((await through(near)).equals(payload), true, `${through.name}, borrowed ${borrowed}`)
    }
  }
})

t.test('somebody else’s stream becomes a duplex and back again', async (t) => {
  const [webNear, webFar] = pair()
  echo(webFar)
  t.equal((await throughWeb(fromWebStream(toWebStream(webNear)))).equals(payload), true, 'Web Streams')
  const [nodeNear, nodeFar] = pair()
  echo(nodeFar)
  t.equal((await throughNode(fromNodeStream(toNodeStream(nodeNear)))).equals(payload), true, 'Node streams')
})

t.test('a reset crosses every bridge as an error', async (t) => {
  const [near, far] = pair()
  const { readable, writable } = toWebStream(near)
  far.reset()
  await t.rejects(readable.getReader().read(), { code: 'reset' })
  await t.rejects(writable.getWriter().write(new Uint8Array(1)), { code: 'reset' })
  const [nodeNear, nodeFar] = pair()
  const stream = toNodeStream(nodeNear)
  const failed = new Promise((resolve) => stream.once('error', resolve))
  nodeFar.reset()
  t.match(await failed, { code: 'reset' })
  const [ours, theirs] = pair()
  await toWebStream(ours).readable.cancel(new Error('enough'))
  await new Promise<void>((resolve) => {
    theirs.consume({
      push: () => undefined,
      end: () => undefined,
      fail: () => {
        resolve()
      },
    })
  })
})

t.test(
  'a pair delivers what was written, in any chunks, then the end, to sinks that come late, pause and hand back',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })),
        fc.integer(),
        fc.boolean(),
        async (chunks, seed, borrowed) => {
          const [near, far] = pair({ random: new SeededRandom(seed), borrowed })
          const random = new SeededRandom(seed + 1)
          for (const chunk of chunks) near.writeNow(chunk.slice())
          near.closeWriteNow()
          const got: number[] = []
          await new Promise<void>((resolve) => {
            const sink = {
              push(chunk: Uint8Array) {
                const take = random.below(4) === 0 ? random.below(chunk.length) : chunk.length
                got.push(...chunk.subarray(0, take))
                if (take === chunk.length) return
                far.unshift(chunk.slice(take))
                far.pause()
                setImmediate(() => {
                  far.consume(sink)
                  far.resume()
                })
              },
              end: resolve,
              fail: () => undefined,
            }
            far.consume(sink)
          })
          return Buffer.from(got).equals(Buffer.concat(chunks))
        },
      ),
      { numRuns: 150 },
    )
    t.pass('150 runs')
  },
)
