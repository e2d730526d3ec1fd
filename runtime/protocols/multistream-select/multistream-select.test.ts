import type { Connection } from '@p2pspec/generated/interfaces/connection'
import fc from 'fast-check'
import t from 'tap'
import { DriverError } from '../../core/driver-error.ts'
import { pair, type MemoryDuplex, type PairOptions } from '../../core/pair.ts'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { streamPair } from '../../core/stream-pair.ts'
import { answerInbound, negotiateInbound, negotiateOutbound, proposeOptimistically } from './multistream-select.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const header = message('/multistream/1.0.0')

function message(text: string): Uint8Array {
  const body = encoder.encode(`${text}\n`)
  return body.byteLength < 128
    ? Uint8Array.of(body.byteLength, ...body)
    : Uint8Array.of((body.byteLength & 127) | 128, body.byteLength >> 7, ...body)
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

interface Seen {
  readonly chunks: Uint8Array[]
  text: () => string
  bytes: () => number[]
  ended: boolean
  error: Error | undefined
}

function collect(duplex: Pick<MemoryDuplex, 'consume'>): Seen {
  const chunks: Uint8Array[] = []
  const seen: Seen = {
    chunks,
    text: () => decoder.decode(concat(...chunks)),
    bytes: () => [...concat(...chunks)],
    ended: false,
    error: undefined,
  }
  duplex.consume({
    push: (chunk) => chunks.push(chunk.slice()),
    end: () => {
      seen.ended = true
    },
    fail: (error) => {
      seen.error = error
    },
  })
  return seen
}

function code(error: unknown): string {
  return error instanceof DriverError ? error.code : String(error)
}

/** Both results, or the codes of their errors. */
async function negotiateBoth(
  offers: readonly string[],
  supported: readonly string[],
  options: PairOptions,
): Promise<string[]> {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock, ...options })
  const both = [negotiateOutbound(near, offers, { clock }), negotiateInbound(far, supported, { clock })]
  const results = Promise.all(both.map((one) => one.catch(code)))
  await clock.settle()
  await clock.advance(10_001)
  if (clock.timerCount > 0) throw new Error('a timer is left')
  return await results
}

await t.test(
  'agrees on the first offer that the other side has, whatever way the bytes are cut [MSS-SEL-1] [MSS-SEL-2] [MSS-SEL-5]',
  async (t) => {
    const names = fc.uniqueArray(fc.stringMatching(/^\/[a-z0-9./]{0,160}$/), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.subarray(['/a/1', '/b/1', '/c/1']),
        fc.integer(),
        fc.boolean(),
        async (offers, supported, seed, borrowed) => {
          const served = [...supported, ...offers.filter((_, index) => (seed >> index) & 1)]
          const results = await negotiateBoth(offers, served, { random: new SeededRandom(seed), borrowed })
          const expected = offers.find((offer) => served.includes(offer))
          t.same(results, expected === undefined ? ['not-supported', 'closed'] : [expected, expected])
        },
      ),
      { numRuns: 60 },
    )
  },
)

await t.test(
  'sends header and first proposal in one packet, and so the answer [MSS-BATCH-1] [MSS-BATCH-2]',
  async (t) => {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock })
    const proposal = collect(far)
    const agreed = negotiateOutbound(near, ['/noise'], { clock })
    await clock.settle()
    t.equal(proposal.chunks.length, 1)
    t.same(proposal.bytes(), [...concat(header, message('/noise'))])

    const [other, responder] = pair({ clock })
    const answer = collect(other)
    const answered = negotiateInbound(responder, ['/noise'], { clock })
    other.writeNow(proposal.chunks[0] ?? new Uint8Array())
    await clock.settle()
    t.equal(answer.chunks.length, 1)
    t.same(answer.bytes(), [...concat(header, message('/noise'))])
    far.writeNow(answer.chunks[0] ?? new Uint8Array())
    await clock.settle()
    t.same(await Promise.all([agreed, answered]), ['/noise', '/noise'])
  },
)

await t.test('leaves every byte behind the agreement to the agreed protocol [MSS-SEL-4]', async (t) => {
  for (const maxChunkLength of [1, 7, Infinity]) {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock, maxChunkLength, borrowed: true })
    const answered = negotiateInbound(far, ['/echo'], { clock })
    near.writeNow(concat(header, message('/echo'), encoder.encode('application bytes')))
    await clock.settle()
    t.equal(await answered, '/echo')
    const seen = collect(far)
    await clock.settle()
    t.equal(seen.text(), 'application bytes')
  }
})

await t.test('gives up where the first message is not the header [MSS-HDR-2]', async (t) => {
  for (const first of ['/noise', 'na', 'ls', '/multistream/2.0.0', '/multistream/1.0.0/', ' /multistream/1.0.0']) {
    for (const side of ['initiator', 'responder'] as const) {
      const clock = new SimulatedClock()
      const [near, far] = pair({ clock })
      const seen = collect(far)
      const result =
        side === 'initiator' ? negotiateOutbound(near, ['/a'], { clock }) : negotiateInbound(near, ['/a'], { clock })
      far.writeNow(concat(message(first), message('/a')))
      await clock.settle()
      t.equal(code(await result.catch((error: unknown) => error)), 'bad-header')
      t.ok(seen.error, 'the channel is reset')
    }
  }
})

await t.test('refuses broken frames on both sides [MSS-FRAME-1] [MSS-FRAME-2] [MSS-FRAME-3]', async (t) => {
  const long = encoder.encode(`${'x'.repeat(1024)}\n`)
  const frames: readonly (readonly [string, Uint8Array])[] = [
    ['no newline', Uint8Array.of(2, 0x6e, 0x61)],
    ['length 0', Uint8Array.of(0)],
    ['over 1024 bytes', concat(Uint8Array.of(0x81, 0x08), long)],
    ['a length of 2^62', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f)],
    ['not minimal', Uint8Array.of(0x83, 0x00, 0x6e, 0x61, 0x0a)],
    ['not UTF-8', Uint8Array.of(3, 0xff, 0xfe, 0x0a)],
  ]
  for (const [name, bytes] of frames) {
    for (const side of ['initiator', 'responder'] as const) {
      const clock = new SimulatedClock()
      const [near, far] = pair({ clock })
      const seen = collect(far)
      const result =
        side === 'initiator' ? negotiateOutbound(near, ['/a'], { clock }) : negotiateInbound(near, ['/a'], { clock })
      far.writeNow(concat(header, bytes))
      await clock.settle()
      t.equal(code(await result.catch((error: unknown) => error)), 'malformed', name)
      t.ok(seen.error)
    }
  }
})

await t.test('accepts a message of exactly 1024 bytes [MSS-FRAME-2]', async (t) => {
  const name = `/${'x'.repeat(1022)}`
  const results = await negotiateBoth([name], [name], { maxChunkLength: 1 })
  t.same(results, [name, name])
})

await t.test('answers a request for the list, and goes on [MSS-LS-1] [MSS-LS-3] [MSS-LS-5]', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock })
  const seen = collect(near)
  const answered = negotiateInbound(far, ['/a/1', '/b/1'], { clock })
  near.writeNow(concat(header, message('ls')))
  await clock.settle()
  t.equal(seen.chunks.length, 1, 'header and list in one packet')
  t.same(seen.bytes(), [...concat(header, Uint8Array.of(13), message('/a/1'), message('/b/1'), Uint8Array.of(0x0a))])
  near.writeNow(message('/b/1'))
  await clock.settle()
  t.equal(await answered, '/b/1')
})

await t.test('answers na to an unknown id, and only so often [MSS-SEL-3] [MSS-SEL-6] [MSS-BOUND-1]', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock })
  const seen = collect(near)
  const answered = negotiateInbound(far, ['/a/1'], { clock })
  near.writeNow(header)
  for (let count = 0; count < 32; count += 1) near.writeNow(message('/A/1'))
  await clock.settle()
  t.same(seen.bytes(), [...concat(header, ...Array.from({ length: 32 }, () => message('na')))])
  near.writeNow(message('/A/1'))
  await clock.settle()
  t.equal(code(await answered.catch((error: unknown) => error)), 'too-many-proposals')
  t.ok(seen.error)
})

await t.test('gives a stalling remote ten seconds [MSS-TIME-1]', async (t) => {
  for (const sent of [new Uint8Array(0), header.subarray(0, 5), header, concat(header, Uint8Array.of(40, 0x2f))]) {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock })
    const answered = negotiateInbound(near, ['/a'], { clock }).catch(code)
    far.writeNow(sent)
    await clock.advance(9_990)
    t.equal(clock.timerCount, 1)
    await clock.advance(20)
    t.equal(await answered, 'timeout')
  }
})

await t.test('reports an end in the middle [MSS-FRAME-1]', async (t) => {
  for (const [bytes, expected] of [
    [new Uint8Array(0), 'closed'],
    [header, 'closed'],
    [header.subarray(0, 9), 'malformed'],
  ] as const) {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock })
    const answered = negotiateInbound(near, ['/a'], { clock }).catch(code)
    far.writeNow(bytes)
    far.closeWriteNow()
    await clock.settle()
    t.equal(await answered, expected)
  }
})

await t.test('an abort signal ends a negotiation', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock })
  const seen = collect(far)
  const controller = new AbortController()
  const agreed = negotiateOutbound(near, ['/a'], { clock, signal: controller.signal })
  controller.abort(new Error('enough'))
  await t.rejects(agreed, { message: 'enough' })
  await clock.settle()
  t.ok(seen.error)
})

await t.test('does nothing without an offer', (t) => {
  const [near] = pair({ clock: new SimulatedClock() })
  t.throws(() => negotiateOutbound(near, []), { name: 'RangeError' })
  t.end()
})

await t.test('survives every mutation of a good negotiation, and arbitrary bytes', async (t) => {
  const good = concat(header, message('/x/9'), message('ls'), message('/a/1'))
  const mutated = fc
    .tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: good.length }))
    .map(([at, byte, cut]) => {
      const bytes = good.slice()
      bytes[at] = byte
      return bytes.subarray(0, cut)
    })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })),
      fc.integer(),
      fc.boolean(),
      async (bytes, seed, initiator) => {
        const clock = new SimulatedClock()
        const [near, far] = pair({ clock, random: new SeededRandom(seed), borrowed: true })
        const result = initiator
          ? negotiateOutbound(near, ['/a/1'], { clock })
          : negotiateInbound(near, ['/a/1'], { clock })
        const outcome = result.then(
          (name) => name,
          (error: unknown) => (error instanceof DriverError ? 'refused' : String(error)),
        )
        far.writeNow(bytes)
        far.closeWriteNow()
        await clock.settle()
        t.match(await outcome, /^(\/a\/1|refused)$/)
        t.equal(clock.timerCount, 0)
      },
    ),
    { numRuns: 200 },
  )
})

// ---- over streams

/** Nothing in a negotiation asks its connection for anything. */
const nobody = {} as Connection

function streams(options: PairOptions): ReturnType<typeof streamPair> {
  return streamPair({ ...options, connections: [nobody, nobody] })
}

await t.test(
  'an optimistic proposal leaves with the first application bytes, in one packet [MSS-OPT-1] [MSS-BATCH-1]',
  async (t) => {
    const clock = new SimulatedClock()
    const [near, far] = streams({ clock })
    const seen = collect(far)
    proposeOptimistically(near, '/echo', { clock })
    near.writeNow(encoder.encode('hello'))
    await clock.settle()
    t.same(seen.bytes(), [...concat(header, message('/echo'), encoder.encode('hello'))])
  },
)

await t.test('an application uses an optimistic stream in both directions [MSS-OPT-1] [MSS-SEL-4]', async (t) => {
  for (const early of [true, false]) {
    const clock = new SimulatedClock()
    const [near, far] = streams({ clock, maxChunkLength: 5 })
    proposeOptimistically(near, '/echo', { clock })
    const first = early ? near.read() : undefined
    answerInbound(
      far,
      { protocols: ['/echo'] },
      (protocol, error) => {
        t.equal(protocol, '/echo')
        t.equal(error, undefined)
        far.consume({ push: (chunk) => far.writeNow(chunk), end: () => far.closeWriteNow(), fail: () => {} })
      },
      { clock },
    )
    near.writeNow(encoder.encode('hello'))
    near.closeWriteNow()
    await clock.settle()
    let text = decoder.decode((await (first ?? near.read())) ?? undefined)
    for await (const chunk of near) text += decoder.decode(chunk)
    t.equal(text, 'hello')
    t.equal(clock.timerCount, 0)
  }
})

await t.test('a refused optimistic stream fails at the first read, with the reason [MSS-OPT-1]', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = streams({ clock })
  proposeOptimistically(near, '/nobody', { clock })
  let answered = 0
  answerInbound(
    far,
    { protocols: ['/echo'] },
    (protocol, error) => {
      answered += 1
      t.equal(protocol, undefined)
      t.ok(error)
    },
    { clock },
  )
  near.writeNow(encoder.encode('lost'))
  await clock.settle()
  await t.rejects(async () => await near.read(), { code: 'not-supported' })
  await clock.advance(10_001)
  t.equal(answered, 1, 'the other side is told once')
  t.equal(clock.timerCount, 0)
})

await t.test('an application that only writes still gets its negotiation done [MSS-OPT-1]', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = streams({ clock })
  proposeOptimistically(near, '/sink', { clock })
  near.writeNow(encoder.encode('data'))
  near.closeRead()
  let seen: Seen | undefined
  answerInbound(
    far,
    { protocols: ['/sink'] },
    () => {
      seen = collect(far)
    },
    { clock },
  )
  await clock.settle()
  await clock.advance(20_000)
  near.writeNow(encoder.encode(' and more'))
  near.closeWriteNow()
  await clock.settle()
  t.equal(seen?.text(), 'data and more')
  t.equal(seen?.ended, true)
})

await t.test('an inbound stream is answered in the turn in which its proposal arrives', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = streams({ clock })
  near.writeNow(concat(header, message('/echo')))
  clock.endTurn()
  let answered = false
  answerInbound(
    far,
    { protocols: ['/echo'] },
    () => {
      answered = true
    },
    { clock },
  )
  t.ok(answered)
  t.equal(far.writtenBytes, header.length + 7)
})
