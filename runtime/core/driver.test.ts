import type { Framing, MachineRole, Transition } from '@p2pspec/generated/common/machine'
import fc from 'fast-check'
import t from 'tap'
import { DriverError } from './driver-error.ts'
import { Driver, drive } from './driver.ts'
import { pair, type MemoryDuplex } from './pair.ts'
import { SeededRandom } from './random.ts'
import { SimulatedClock } from './simulated-clock.ts'

type State =
  { readonly name: 'echoing' } | { readonly name: 'done' } | { readonly name: 'failed'; readonly error: string }
interface Event {
  readonly type: string
  readonly text?: string
}
interface Action {
  readonly type: string
  readonly text?: string
  readonly timer?: string
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()
const lines: Framing = { kind: 'uvarint-prefixed', limit: 300, sendLimit: 300, suffix: encoder.encode('\n') }

/** Echoes every text; `bye` ends it, and `double` is answered twice. */
function echoRole(framing: Framing = lines): MachineRole<{ greeting: string | undefined }, State, Event, Action> {
  const failed = (error: string): Transition<State, Action> => ({
    state: { name: 'failed', error },
    actions: [{ type: 'reset' }],
  })
  return {
    protocol: 'toy',
    role: 'echo',
    framing,
    timers: { idle: 1000 },
    drained: false,
    errors: { malformed: 'The remote sent rubbish.' },
    start: ({ greeting }) => ({
      state: { name: 'echoing' },
      actions: [
        { type: 'timer.start', timer: 'idle' },
        ...(greeting === undefined ? [] : [{ type: 'send.text', text: greeting }]),
      ],
    }),
    step: (state, event) => {
      switch (event.type) {
        case 'recv.text':
          if (event.text === 'bye') return { state: { name: 'done' }, actions: [{ type: 'left', text: 'bye' }] }
          return {
            state,
            actions: event.text === 'double' ? [send(event), send(event)] : [send(event)],
          }
        case 'io.eof':
          return { state: { name: 'done' }, actions: [{ type: 'close' }] }
        case 'recv.malformed':
          return failed('malformed')
        case 'timer.idle':
          return failed('timeout')
        case 'io.reset':
          return { state: { name: 'failed', error: 'closed' }, actions: [] }
        default:
          return { state, actions: [] }
      }
    },
    decode: (payload) => {
      try {
        return { type: 'recv.text', text: decoder.decode(payload) }
      } catch {
        return { type: 'recv.malformed' }
      }
    },
    encode: (action) => encoder.encode(action.text ?? ''),
  }
}

function send(event: Event): Action {
  return { type: 'send.text', text: event.text ?? '' }
}

function line(text: string): Uint8Array {
  const body = encoder.encode(`${text}\n`)
  return body.byteLength < 128
    ? Uint8Array.of(body.byteLength, ...body)
    : Uint8Array.of((body.byteLength & 127) | 128, body.byteLength >> 7, ...body)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** Collects what arrives. */
function collect(duplex: MemoryDuplex): { bytes: number[]; chunks: number; ended: boolean; error: Error | undefined } {
  const seen = { bytes: [] as number[], chunks: 0, ended: false, error: undefined as Error | undefined }
  duplex.consume({
    push: (chunk) => {
      seen.bytes.push(...chunk)
      seen.chunks += 1
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

await t.test('answers every message whatever way the bytes are cut', async (t) => {
  const texts = fc.array(
    fc.string({ maxLength: 140 }).filter((text) => text !== 'bye' && encoder.encode(text).byteLength < 299),
    { maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(texts, fc.integer(), fc.boolean(), async (sent, seed, borrowed) => {
      const clock = new SimulatedClock()
      const [near, far] = pair({ clock, random: new SeededRandom(seed), borrowed })
      const seen = collect(far)
      const ended = drive(echoRole(), { greeting: undefined }, near, { clock })
      far.writeNow(concat(sent.map(line)))
      far.closeWriteNow()
      await clock.settle()
      await ended
      t.same(seen.bytes, [
        ...concat(sent.flatMap((text) => (text === 'double' ? [line(text), line(text)] : [line(text)]))),
      ])
      t.equal(clock.timerCount, 0, 'no timer is left')
    }),
    { numRuns: 60 },
  )
})

await t.test('gathers all sends of a turn in one write', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock })
  const seen = collect(far)
  const driver = new Driver(echoRole(), near, { clock })
  driver.start({ greeting: undefined })
  far.writeNow(concat([line('a'), line('double'), line('b')]))
  await clock.settle()
  t.equal(seen.chunks, 1)
  t.same(seen.bytes, [...concat([line('a'), line('double'), line('double'), line('b')])])
})

await t.test('hands unread bytes to the next consumer, in order', async (t) => {
  for (const borrowed of [false, true]) {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock, borrowed })
    const ended = drive(echoRole(), { greeting: undefined }, near, { clock })
    far.writeNow(concat([line('bye'), encoder.encode('first ')]))
    far.writeNow(encoder.encode('second'))
    await clock.settle()
    t.equal((await ended)?.text, 'bye')
    const seen = collect(near)
    await clock.settle()
    t.equal(decoder.decode(Uint8Array.from(seen.bytes)), 'first second')
  }
})

await t.test('hands unread bytes to a consumer that takes over in the final output', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock, borrowed: true })
  let seen: { bytes: number[] } | undefined
  new Driver(echoRole(), near, {
    clock,
    onOutput: () => {
      seen = collect(near)
    },
  }).start({ greeting: undefined })
  far.writeNow(concat([line('bye'), encoder.encode('rest')]))
  far.writeNow(encoder.encode(' of it'))
  await clock.settle()
  t.equal(decoder.decode(Uint8Array.from(seen?.bytes ?? [])), 'rest of it')
})

await t.test('names the offence of a broken frame and resets', async (t) => {
  const offences: readonly (readonly [string, readonly number[]])[] = [
    ['over-limit', [0xad, 0x02]],
    ['over-limit', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['non-minimal-length', [0x83, 0x00]],
    ['length-too-long', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]],
    ['no-suffix', [0]],
    ['no-suffix', [2, 0x61, 0x61]],
    ['no-message', [2, 0xff, 0x0a]],
  ]
  for (const [offence, bytes] of offences) {
    for (const maxChunkLength of [1, Infinity]) {
      const clock = new SimulatedClock()
      const [near, far] = pair({ clock, maxChunkLength })
      const seen = collect(far)
      const ended = drive(echoRole(), { greeting: undefined }, near, { clock })
      far.writeNow(Uint8Array.from(bytes))
      await clock.settle()
      const error: unknown = await ended.catch((error: unknown) => error)
      t.ok(
        error instanceof DriverError && error.code === 'malformed' && error.data.offence === offence,
        `${offence}: ${String(error)}`,
      )
      t.ok(seen.error !== undefined, 'the remote sees a reset')
      t.equal(clock.timerCount, 0)
    }
  }
})

await t.test('refuses a frame that the end cuts off', async (t) => {
  for (const bytes of [[5], [0x80], [5, 0x61, 0x62]]) {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock })
    const ended = drive(echoRole(), { greeting: undefined }, near, { clock })
    far.writeNow(Uint8Array.from(bytes))
    far.closeWriteNow()
    await clock.settle()
    await t.rejects(ended, { code: 'malformed', data: { offence: 'truncated' } })
  }
})

await t.test(
  'keeps no more memory than it has received, whatever length is claimed (GHSA-xqvc-92cf-94j4)',
  async (t) => {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock })
    const driver = new Driver(
      echoRole({ kind: 'uvarint-prefixed', limit: 2 ** 40, sendLimit: 300, suffix: null }),
      near,
      { clock },
    )
    driver.start({ greeting: undefined })
    const before = process.memoryUsage().arrayBuffers
    far.writeNow(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10, 1, 2, 3))
    await clock.settle()
    t.notOk(driver.isOver, 'four GiB were claimed and nothing failed')
    const taken = process.memoryUsage().arrayBuffers - before
    t.ok(taken < 1_048_576, `${taken} bytes were taken for three`)
  },
)

await t.test('fails with the code of the timer, and starts again with every start', async (t) => {
  const clock = new SimulatedClock()
  const [near] = pair({ clock })
  const ended = drive(echoRole(), { greeting: undefined }, near, { clock }).catch((error: unknown) => error)
  await clock.advance(999)
  t.equal(clock.timerCount, 1)
  await clock.advance(2)
  t.equal(Object(await ended).code, 'timeout')
})

await t.test('reports a lost carrier as the machine says, with the cause', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock })
  const ended = drive(echoRole(), { greeting: undefined }, near, { clock })
  far.reset()
  await clock.settle()
  await t.rejects(ended, { code: 'closed', cause: { code: 'reset' } })
})

await t.test('stops at an abort signal, before the start and later', async (t) => {
  for (const early of [true, false]) {
    const clock = new SimulatedClock()
    const [near, far] = pair({ clock })
    const seen = collect(far)
    const controller = new AbortController()
    const reason = new Error('no more interest')
    if (early) controller.abort(reason)
    const ended = drive(echoRole(), { greeting: 'hello' }, near, { clock, signal: controller.signal })
    controller.abort(reason)
    await t.rejects(ended, reason)
    await clock.settle()
    t.ok(seen.error !== undefined)
    t.equal(clock.timerCount, 0)
  }
})

await t.test('reads no further while the remote does not take the answers', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock, highWaterBytes: 2000 })
  let taken = 0
  far.consume({ push: (chunk) => (taken += chunk.byteLength), end: () => {}, fail: () => {} })
  far.pause()
  new Driver(echoRole(), near, { clock }).start({ greeting: undefined })
  const request = line('x'.repeat(200))
  for (let count = 0; count < 500; count += 1) far.writeNow(request)
  await clock.settle()
  t.ok(near.writtenBytes < 2000 + 64 * request.byteLength, `${near.writtenBytes} bytes of answers wait`)
  far.resume()
  await clock.settle()
  t.equal(taken, 500 * request.byteLength, 'everything is answered in the end')
})

await t.test('survives arbitrary bytes: it ends or waits, and never throws', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer(), async (bytes, seed) => {
      const clock = new SimulatedClock()
      const [near, far] = pair({ clock, random: new SeededRandom(seed), borrowed: true })
      const ended = drive(echoRole(), { greeting: undefined }, near, { clock }).then(
        () => 'done',
        (error: unknown) => (error instanceof DriverError ? 'failed' : String(error)),
      )
      far.writeNow(bytes)
      far.closeWriteNow()
      await clock.settle()
      t.match(await ended, /^(done|failed)$/)
    }),
    { numRuns: 150 },
  )
})

await t.test('cuts fixed frames exactly, and keeps what is left', async (t) => {
  const clock = new SimulatedClock()
  const [near, far] = pair({ clock, maxChunkLength: 3 })
  const seen = collect(far)
  new Driver(echoRole({ kind: 'fixed', length: 4 }), near, { clock }).start({ greeting: undefined })
  far.writeNow(encoder.encode('abcdefghi'))
  await clock.settle()
  t.equal(decoder.decode(Uint8Array.from(seen.bytes)), 'abcdefgh')
})
