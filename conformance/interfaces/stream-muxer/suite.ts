import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, MuxerSession, StreamBudget } from '@p2pspec/generated/interfaces/stream-muxer'
import type { StreamMuxerChecks } from '@p2pspec/generated/interfaces/stream-muxer.rules'

/** One session, and everything that it told. */
export interface MuxerEnd {
  readonly session: MuxerSession
  readonly opened: readonly MuxedStream[]
  /** `open 1`, `closed 1`, `over`: in the order in which it was told. */
  readonly log: readonly string[]
  /** Why the session ended, each time that it was told. */
  readonly overs: readonly (Error | undefined)[]
}

/** Two ends of a channel, made anew for each check; neither has a session yet. */
export interface MuxerSubject {
  readonly channels: readonly [ByteDuplex, ByteDuplex]
  /** `onStream` gets each stream that the remote opens. */
  start(side: 0 | 1, onStream?: (stream: MuxedStream) => void): MuxerEnd
  /** Lets everything happen that follows from what was done. */
  settle(): Promise<void>
}

/** More streams than any muxer gives one side. */
const tooManyStreams = 100_000

/** One check for each rule of the interface: throws where an implementation breaks it. */
export const streamMuxerChecks: StreamMuxerChecks<MuxerSubject> = {
  async 'MUX-START-1'(subject) {
    const [left] = subject.channels
    const near = subject.start(1)
    const stream = near.session.openStream()
    stream.writeNow(Uint8Array.of(1, 2, 3))
    const came: Uint8Array[] = []
    left.consume({ push: (chunk) => void came.push(chunk.slice()), end: () => undefined, fail: () => undefined })
    await subject.settle()
    ok(came.length > 0, 'the session said something')
    left.unshift(new Uint8Array(Buffer.concat(came)))
    const far = subject.start(0)
    await subject.settle()
    equal(far.opened.length, 1)
    deepEqual([...(await bytesOf(far.opened[0]))], [1, 2, 3])
  },

  async 'MUX-OPEN-1'(subject) {
    const [near, far] = [subject.start(0), subject.start(1, endAtOnce)]
    const streams = [near.session.openStream(), near.session.openStream(), near.session.openStream()]
    for (const [index, stream] of streams.entries()) stream.writeNow(Uint8Array.of(index))
    for (const stream of streams.toReversed()) endAtOnce(stream)
    await subject.settle()
    const ids = streams.map(({ id }) => id)
    deepEqual(
      far.log.filter((line) => line.startsWith('open')),
      ids.map((id) => `open ${id}`),
    )
    for (const end of [near, far]) {
      const closed = end.log.filter((line) => line.startsWith('closed'))
      deepEqual(closed.toSorted(), ids.map((id) => `closed ${id}`).toSorted(), 'each end is told once')
    }
    for (const id of ids) ok(far.log.indexOf(`open ${id}`) < far.log.indexOf(`closed ${id}`))
  },

  async 'MUX-OPEN-2'(subject) {
    const [near] = [subject.start(0), subject.start(1)]
    let opened = 0
    throws(() => {
      for (; opened < tooManyStreams; opened += 1) near.session.openStream()
    }, isCoded)
    ok(opened > 0, 'some streams may be opened')
    equal(near.overs.length, 0, 'the session goes on')
  },

  async 'MUX-ISOLATION-1'(subject) {
    const [near, far] = [subject.start(0), subject.start(1, (stream) => stream.pause())]
    const unread = near.session.openStream()
    const other = near.session.openStream()
    for (let turn = 0; turn < 200 && unread.writeStatus === 'open'; turn += 1) {
      if (!unread.writeNow(new Uint8Array(65_536))) break
      await subject.settle()
    }
    other.writeNow(Uint8Array.of(42))
    await subject.settle()
    const [, read] = far.opened
    deepEqual([...(await bytesOf(read))], [42])
  },

  async 'MUX-INTERCEPT-1'(subject) {
    const before: number[] = []
    const [near, far] = [
      subject.start(0),
      subject.start(1, (stream) => {
        stream.intercept({
          push: (chunk) => {
            // Three bytes are the interceptor's, whatever stands behind them the application's.
            const wanted = 3 - before.length
            before.push(...chunk.slice(0, wanted))
            if (chunk.length > wanted) stream.unshift(chunk.slice(wanted))
            if (before.length === 3) stream.intercept(undefined)
          },
          end: () => undefined,
          fail: () => undefined,
        })
      }),
    ]
    const stream = near.session.openStream()
    const sent = Uint8Array.from({ length: 1000 }, (_, index) => index & 0xff)
    stream.writeNow(sent.slice(0, 500))
    await subject.settle()
    stream.writeNow(sent.slice(500))
    stream.closeWriteNow()
    await subject.settle()
    deepEqual(before, [0, 1, 2])
    deepEqual([...(await bytesOf(far.opened[0]))], Array.from(sent.slice(3)))
  },

  async 'MUX-BUDGET-1'(subject) {
    const allowed = 100_000
    const refusal = new Error('there is no room')
    let held = 0
    let most = 0
    const budget: StreamBudget = {
      reserve: (byteCount) => {
        if (held + byteCount > allowed) return refusal
        held += byteCount
        most = Math.max(most, held)
        return undefined
      },
      grow: () => false,
      release: (byteCount) => {
        held -= byteCount
      },
    }
    const [near, far] = [
      subject.start(0),
      subject.start(1, (stream) => {
        stream.pause()
        if (stream.id === poor.id) stream.budget = budget
      }),
    ]
    const poor = near.session.openStream()
    const other = near.session.openStream()
    poor.writeNow(new Uint8Array(200_000))
    other.writeNow(Uint8Array.of(7))
    await subject.settle()
    ok(most <= allowed, 'no more was held than was granted')
    equal(await far.opened[0]?.closed, refusal)
    ok(poor.readStatus === 'reset', 'the sender learns of it')
    deepEqual([...(await bytesOf(far.opened[1]))], [7], 'its neighbour goes on')
    equal(far.overs.length, 0)
  },

  async 'MUX-END-1'(subject) {
    const [near, far] = [subject.start(0), subject.start(1)]
    const stream = near.session.openStream()
    stream.writeNow(Uint8Array.of(1))
    await subject.settle()
    const reason = new Error('enough')
    near.session.abort(reason)
    near.session.abort(new Error('again'))
    await subject.settle()
    deepEqual([near.overs, far.overs.length], [[reason], 1])
    for (const end of [stream, far.opened[0]]) ok((await end?.closed) instanceof Error, 'every stream ends')
    throws(() => near.session.openStream(), isCoded)
  },

  async 'MUX-END-2'(subject) {
    let received = 0
    const count = (stream: MuxedStream): void => {
      stream.consume({
        push: (chunk) => void (received += chunk.length),
        end: () => undefined,
        fail: () => undefined,
      })
    }
    const [near, far] = [subject.start(0), subject.start(1, count)]
    const stream = near.session.openStream()
    stream.writeNow(new Uint8Array(200_000).fill(9))
    const closed = near.session.close()
    await subject.settle()
    await closed
    equal(received, 200_000, 'what was queued has left')
    deepEqual(near.overs, [undefined])
    throws(() => far.session.openStream(), isCoded, 'the remote was told')
    throws(() => near.session.openStream(), isCoded)
  },

  async 'MUX-ABORT-1'(subject) {
    const [near] = [subject.start(0), subject.start(1)]
    const reason = new Error('no longer wanted')
    const controller = new AbortController()
    controller.abort(reason)
    await rejects(async () => near.session.ping({ signal: controller.signal }), reason)
    await subject.settle()
    equal(near.overs.length, 0)
    ok(near.session.openStream())
  },
}

function isCoded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function endAtOnce(stream: MuxedStream): void {
  stream.closeWriteNow()
  stream.consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
}

/** All that is there, and what comes until the end where that is told. */
async function bytesOf(stream: MuxedStream | undefined): Promise<Uint8Array> {
  ok(stream !== undefined, 'the stream was announced')
  const chunks: Uint8Array[] = []
  stream.consume({ push: (chunk) => void chunks.push(chunk.slice()), end: () => undefined, fail: () => undefined })
  stream.resume()
  await new Promise((resolve) => setImmediate(resolve))
  return new Uint8Array(Buffer.concat(chunks))
}
