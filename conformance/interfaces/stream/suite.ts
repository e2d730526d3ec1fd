import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import type { ByteSink, Stream } from '@p2pspec/generated/interfaces/stream'
import type { StreamChecks } from '@p2pspec/generated/interfaces/stream.rules'

/** Two ends of one open stream, made anew for each check. */
export interface StreamEnds {
  readonly near: Stream
  readonly far: Stream
  /** Ends what carries them, where something does. */
  end?(): void
}

/** Writing beyond this without being held back breaks every rule of back-pressure. */
const unlimitedBytes = 64 * 1024 * 1024
/** Turns of the event loop in which nothing more can come from bytes that are all delivered. */
const quietTurns = 20
/** So long nothing that is due stays away, on the busiest machine: then the check fails instead of hanging. */
const patienceMs = 10_000

/** One check for each rule of the interface: throws where an implementation breaks it. */
export const streamChecks: StreamChecks<StreamEnds> = {
  async 'STR-SINK-1'({ near, far }) {
    const sink = new Recorder(far)
    const sent = chunksOf(200)
    for (const chunk of sent) await near.write(chunk.slice())
    await sink.until(() => sink.byteCount >= totalOf(sent))
    sameBytes(sink.bytes(), join(sent))
    ok(!sink.log.includes('push 0'), 'no chunk is empty')
  },

  async 'STR-SINK-2'({ near, far }) {
    const sink = new Recorder(far)
    await near.write(Uint8Array.of(1))
    near.closeWriteNow()
    await sink.until(() => sink.log.includes('end'))
    near.reset(new Error('over'))
    await quiet()
    const behind = sink.log.slice(sink.log.indexOf('end') + 1)
    ok(
      behind.every((event, index) => event === 'fail' && index === 0),
      `behind the end came ${behind.join(', ')}`,
    )
  },

  async 'STR-SINK-3'({ near, far }) {
    await near.write(Uint8Array.of(1, 2, 3))
    near.closeWriteNow()
    await turnsUntil(() => far.readStatus === 'ended')
    const sink = new Recorder(far)
    sameBytes(sink.bytes(), Uint8Array.of(1, 2, 3))
    equal(sink.log.at(-1), 'end')
  },

  async 'STR-SINK-4'({ near, far }) {
    const first: Uint8Array[] = []
    far.consume({
      push(chunk) {
        first.push(chunk.slice())
        far.unshift(chunk.slice())
      },
      end: () => first.push(new Uint8Array()),
      fail: () => undefined,
    })
    const sent = chunksOf(20)
    for (const chunk of sent) await near.write(chunk.slice())
    await turnsUntil(() => first.length > 0)
    await quiet()
    equal(first.length, 1, 'nobody is pushed to until there is a sink')
    const sink = new Recorder(far)
    await sink.until(() => sink.byteCount >= totalOf(sent))
    sameBytes(sink.bytes(), join(sent))
  },

  async 'STR-PRESSURE-1'({ near, far }) {
    far.pause()
    const back = new Recorder(near)
    const written = fill(near)
    const sink = new Recorder(far)
    far.resume()
    await sink.until(() => sink.byteCount >= written)
    await back.until(() => back.log.includes('drain'))
    await quiet()
    equal(back.log.filter((event) => event === 'drain').length, 1)
  },

  async 'STR-PRESSURE-2'({ near, far }) {
    const sink = new Recorder(far)
    far.pause()
    const written = fill(near)
    await quiet()
    ok(sink.byteCount < written, 'a paused sink is not pushed everything')
    far.resume()
    await sink.until(() => sink.byteCount >= written)
    await quiet()
    equal(sink.byteCount, written, 'no byte is lost or doubled')
  },

  async 'STR-WRITE-1'({ near, far }) {
    const sink = new Recorder(far)
    const sent = chunksOf(50)
    for (const chunk of sent) near.writeNow(chunk.slice())
    near.closeWriteNow()
    throws(() => near.writeNow(Uint8Array.of(1)), 'a write behind the end throws')
    await sink.until(() => sink.log.includes('end'))
    sameBytes(sink.bytes(), join(sent))
  },

  async 'STR-WRITE-2'({ near, far }) {
    const there = new Recorder(far)
    const back = new Recorder(near)
    near.writeNow(Uint8Array.of(1, 2))
    near.closeWriteNow()
    await there.until(() => there.log.includes('end'))
    sameBytes(there.bytes(), Uint8Array.of(1, 2))
    far.writeNow(Uint8Array.of(3))
    far.closeWriteNow()
    await back.until(() => back.log.includes('end'))
    sameBytes(back.bytes(), Uint8Array.of(3))
  },

  async 'STR-READ-1'({ near, far }) {
    await near.write(Uint8Array.of(5))
    await near.closeWrite()
    sameBytes(await readAll(far), Uint8Array.of(5))
    equal(await far.read(), null, 'the end stays the end')
    far.reset(new Error('on purpose'))
    await turnsUntil(() => near.readStatus === 'reset')
    await rejects(async () => near.read(), 'a read behind a reset rejects')
  },

  async 'STR-RESET-1'({ near, far }) {
    const sink = new Recorder(far)
    near.reset(new Error('on purpose'))
    near.reset(new Error('again'))
    await sink.until(() => sink.log.includes('fail'))
    await quiet()
    equal(sink.log.filter((event) => event === 'fail').length, 1)
    for (const end of [near, far]) deepEqual([end.readStatus, end.writeStatus], ['reset', 'reset'])
    throws(() => far.writeNow(Uint8Array.of(1)), 'nothing is written behind a reset')
  },

  async 'STR-RESET-2'({ near, far }) {
    const reason = new Error('on purpose')
    near.reset(reason)
    equal(await near.closed, reason)
    ok((await far.closed) instanceof Error, 'the other end hears of it')
  },

  async 'STR-ABORT-1'({ near, far }) {
    const abort = new AbortController()
    const reason = new Error('changed my mind')
    const waiting = far.read({ signal: abort.signal })
    abort.abort(reason)
    await rejects(
      async () => waiting,
      (error) => error === reason,
    )
    await rejects(
      async () => far.read({ signal: abort.signal }),
      (error) => error === reason,
    )
    const sent = chunksOf(10)
    for (const chunk of sent) await near.write(chunk.slice())
    await near.closeWrite()
    sameBytes(await readAll(far), join(sent))
  },
}

/** A sink that writes down what it is given, in order. */
class Recorder implements ByteSink {
  readonly log: string[] = []
  readonly #chunks: Uint8Array[] = []
  byteCount = 0

  constructor(stream: Stream) {
    stream.consume(this)
  }

  push(chunk: Uint8Array): void {
    this.log.push(`push ${chunk.length}`)
    this.byteCount += chunk.length
    this.#chunks.push(chunk.slice())
  }

  end(): void {
    this.log.push('end')
  }

  fail(): void {
    this.log.push('fail')
  }

  drain(): void {
    this.log.push('drain')
  }

  bytes(): Uint8Array {
    return join(this.#chunks)
  }

  until(condition: () => boolean): Promise<void> {
    return turnsUntil(condition)
  }
}

/** Writes until it is held back; how many bytes went in. */
function fill(stream: Stream): number {
  const chunk = new Uint8Array(16_384)
  for (let written = chunk.length; written < unlimitedBytes; written += chunk.length)
    if (!stream.writeNow(chunk.slice())) return written
  throw new Error(`${unlimitedBytes} bytes were taken without a word of holding back`)
}

async function readAll(stream: Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) chunks.push(chunk.slice())
  return join(chunks)
}

/** Chunks of many lengths, whose bytes tell their place. */
function chunksOf(count: number): readonly Uint8Array[] {
  let place = 0
  return Array.from({ length: count }, (_, index) =>
    Uint8Array.from({ length: 1 + ((index * 37) % 700) }, () => place++ % 251),
  )
}

/** A difference of many bytes is not worth a listing. */
function sameBytes(actual: Uint8Array, expected: Uint8Array): void {
  ok(
    Buffer.compare(actual, expected) === 0,
    `${actual.length} bytes arrived, and they are not the ${expected.length} that were sent`,
  )
}

function totalOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0)
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks))
}

/** Waits in turns of the event loop. */
async function turnsUntil(condition: () => boolean): Promise<void> {
  const end = performance.now() + patienceMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`what was due did not come in ${patienceMs} ms`)
    await turn()
  }
}

async function quiet(): Promise<void> {
  for (let count = 0; count < quietTurns; count++) await turn()
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
