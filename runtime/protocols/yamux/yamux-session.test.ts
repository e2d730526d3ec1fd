import { readFileSync } from 'node:fs'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import {
  initialWindowBytes,
  keepaliveInterval,
  lingerTimeout,
  maxInboundStreams,
  pongTimeout,
} from '@p2pspec/generated/protocols/yamux/limits'
import { StreamError } from '@p2pspec/runtime/core/stream-error'
import fc from 'fast-check'
import t from 'tap'
import { ack, data, fin, frame, goAway, ping, RawPeer, rst, syn, windowUpdate, type Frame } from './raw-peer.ts'
import { YamuxError } from './yamux-error.ts'

const show = (frames: readonly Frame[]): (readonly number[])[] =>
  frames.map(({ kind, flags, streamId, length }) => [kind, flags, streamId, length])
const bytes = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value)
const codeOf = (error: unknown): unknown =>
  error instanceof YamuxError || error instanceof StreamError ? error.code : error

function echo(stream: MuxedStream): void {
  stream.consume({
    push: (chunk) => {
      if (!stream.writeNow(chunk)) stream.pause()
    },
    end: () => {
      stream.closeWriteNow()
    },
    fail: () => undefined,
    drain: () => {
      stream.resume()
    },
  })
}

async function readAll(stream: MuxedStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

t.test(
  'opens a stream, its first bytes and its end in one packet, the end on a frame of its own [YMX-CLOSE-4, YMX-OPEN-1, YMX-OPEN-4, YMX-FLAG-1, YMX-TYPE-1, YMX-LEN-1]',
  async (t) => {
    const peer = new RawPeer('outbound')
    const stream = peer.side.session.openStream()
    stream.writeNow(Buffer.from('hel'))
    stream.writeNow(Buffer.from('lo'))
    stream.closeWriteNow()
    await peer.clock.settle()
    t.same(show(peer.frames), [
      [data, syn, 1, 5],
      [data, fin, 1, 0],
    ])
    t.equal(Buffer.from(peer.take()[0]?.body ?? []).toString(), 'hello')
    await peer.send(frame(data, ack | fin, 1, 2, Buffer.from('ok')))
    t.equal(Buffer.from(await readAll(stream)).toString(), 'ok')
    t.equal(await stream.closed, undefined)
    t.same(peer.side.closed, [1])
  },
)

t.test(
  'opens without bytes by a window update, with odd ids for the dialler and even ones for the listener [YMX-OPEN-2, YMX-ID-1, YMX-TYPE-2]',
  async (t) => {
    for (const [direction, ids] of [
      ['outbound', [1, 3]],
      ['inbound', [2, 4]],
    ] as const) {
      const peer = new RawPeer(direction)
      peer.side.session.openStream()
      peer.side.session.openStream()
      await peer.clock.settle()
      t.same(
        show(peer.frames),
        ids.map((id) => [windowUpdate, syn, id, 0]),
      )
    }
  },
)

t.test(
  'accepts on either frame type, and the answer rides on what the application writes [YMX-OPEN-3, YMX-FLAG-2, YMX-BACKLOG-4]',
  async (t) => {
    const peer = new RawPeer('inbound', echo)
    await peer.send(frame(windowUpdate, syn, 1, 0))
    t.same(show(peer.take()), [[windowUpdate, ack, 1, 0]])
    await peer.send(frame(data, syn, 3, 2, Buffer.from('hi')))
    t.same(show(peer.take()), [[data, ack, 3, 2]])
    await peer.send(frame(data, fin, 3, 0), frame(windowUpdate, fin, 1, 0))
    t.same(show(peer.take()), [
      [data, fin, 3, 0],
      [data, fin, 1, 0],
    ])
    t.same(peer.side.closed, [3, 1])
  },
)

t.test(
  'a reset on either frame type ends both directions with an error [YMX-FLAG-4, YMX-CLOSE-3, YMX-OPEN-5]',
  async (t) => {
    for (const kind of [data, windowUpdate]) {
      const peer = new RawPeer('outbound')
      const stream = peer.side.session.openStream()
      await peer.send(frame(kind, rst, 1, 0))
      t.throws(() => stream.read(), { code: 'reset' })
      t.throws(() => stream.writeNow(bytes(1)), { code: 'reset' })
      t.equal(codeOf(await stream.closed), 'reset')
      t.same([stream.readStatus, stream.writeStatus], ['reset', 'reset'])
    }
  },
)

t.test('a local reset sends RST, and nothing at all where the remote never heard of the stream', async (t) => {
  const peer = new RawPeer('outbound')
  peer.side.session.openStream().reset()
  await peer.clock.settle()
  t.same(peer.take(), [])
  const stream = peer.side.session.openStream()
  await peer.clock.settle()
  peer.take()
  stream.writeNow(bytes(10))
  stream.reset(new Error('enough'))
  await peer.clock.settle()
  t.same(show(peer.take()), [[windowUpdate, rst, 3, 0]])
  t.match(await stream.closed, { message: 'enough' })
})

t.test('bytes that share a frame with the end come before it [YMX-CLOSE-6]', async (t) => {
  const peer = new RawPeer('inbound')
  await peer.send(frame(data, syn | fin, 1, 5, Buffer.from('hello')))
  const [stream] = peer.side.opened
  if (stream === undefined) throw new Error('no stream')
  t.equal(Buffer.from(await readAll(stream)).toString(), 'hello')
})

t.test(
  'each side ends by itself, and data behind the end resets the stream [YMX-FLAG-3, YMX-CLOSE-1, YMX-CLOSE-2, YMX-CLOSE-5]',
  async (t) => {
    const peer = new RawPeer('outbound')
    const stream = peer.side.session.openStream()
    stream.closeWriteNow()
    t.throws(() => stream.writeNow(bytes(1)), { code: 'write-closed' })
    await peer.send(frame(data, ack, 1, 3, bytes(3)))
    t.equal((await stream.read())?.byteLength, 3)
    await peer.send(frame(data, fin, 1, 0))
    t.equal(await stream.read(), null)
    t.equal(await stream.closed, undefined)
    const second = peer.side.session.openStream()
    await peer.send(frame(data, fin, 3, 0))
    peer.take()
    await peer.send(frame(data, 0, 3, 1, bytes(1)))
    t.same(show(peer.take()), [[windowUpdate, rst, 3, 0]])
    t.equal(codeOf(await second.closed), 'data-after-end')
    t.same(peer.side.overs, [])
  },
)

t.test(
  'sends no byte beyond the window, and goes on with the credit [YMX-WIN-1, YMX-WIN-3, YMX-WIN-5, YMX-LEN-2]',
  async (t) => {
    const peer = new RawPeer('outbound')
    const stream = peer.side.session.openStream()
    for (let count = 0; count < 10; count += 1) stream.writeNow(bytes(100_000))
    await peer.clock.settle()
    const sent = (): number => peer.take().reduce((sum, { kind, length }) => sum + (kind === data ? length : 0), 0)
    t.equal(sent(), initialWindowBytes)
    await peer.send(frame(windowUpdate, ack, 1, 1))
    t.equal(sent(), 1)
    await peer.send(frame(windowUpdate, 0, 1, 70_000))
    t.equal(sent(), 70_000)
  },
)

t.test('cuts what it sends into frames of 65519 bytes at most [YMX-FRAME-1]', async (t) => {
  const peer = new RawPeer('outbound')
  const stream = peer.side.session.openStream()
  stream.writeNow(bytes(initialWindowBytes))
  await peer.clock.settle()
  t.same(
    peer.take().map(({ length }) => length),
    [65_507, 65_507, 65_507, 65_507, 116],
  )
})

t.test('accepts a frame as long as the window', async (t) => {
  const peer = new RawPeer('inbound')
  await peer.send(frame(windowUpdate, syn, 1, 0), frame(data, 0, 1, initialWindowBytes, bytes(initialWindowBytes)))
  t.equal((await peer.side.opened[0]?.read())?.byteLength, initialWindowBytes)
  t.same(peer.side.overs, [])
})

t.test('credit follows what the application took, never what arrived [YMX-WIN-2, YMX-WIN-4]', async (t) => {
  const peer = new RawPeer('inbound')
  await peer.send(frame(windowUpdate, syn, 1, 0), frame(data, 0, 1, initialWindowBytes, bytes(initialWindowBytes)))
  const stream = peer.side.opened[0]
  if (stream === undefined) throw new Error('no stream')
  t.same(show(peer.take()), [[windowUpdate, ack, 1, 0]])
  await stream.read()
  await peer.clock.settle()
  t.same(
    show(peer.take()).filter(([kind]) => kind === windowUpdate),
    [[windowUpdate, 0, 1, initialWindowBytes]],
  )
})

t.test('a paused stream holds the remote to one window, costs no more memory, and loses nothing', async (t) => {
  const peer = new RawPeer('inbound')
  await peer.send(frame(windowUpdate, syn, 1, 0))
  const stream = peer.side.opened[0]
  if (stream === undefined) throw new Error('no stream')
  let taken = 0
  stream.pause()
  stream.consume({ push: (chunk) => (taken += chunk.byteLength), end: () => undefined, fail: () => undefined })
  peer.take()
  for (let left = initialWindowBytes; left > 0; left -= 1_024) await peer.send(frame(data, 0, 1, 1_024, bytes(1_024)))
  t.same(show(peer.take()), [])
  t.equal(taken, 0)
  stream.resume()
  await peer.clock.settle()
  t.equal(taken, initialWindowBytes)
  t.ok(peer.take().some(({ kind, length }) => kind === windowUpdate && length === initialWindowBytes))
})

t.test(
  'no credit is sent once the remote has ended, and credit for an ended stream does no harm [YMX-WIN-8, YMX-WIN-9]',
  async (t) => {
    const peer = new RawPeer('inbound')
    await peer.send(frame(data, syn, 1, 200_000, bytes(200_000)), frame(data, fin, 1, 0))
    const stream = peer.side.opened[0]
    if (stream === undefined) throw new Error('no stream')
    t.equal((await readAll(stream)).length, 200_000)
    await peer.clock.settle()
    t.same(
      peer.take().filter(({ length }) => length > 0),
      [],
    )
    stream.closeWriteNow()
    await peer.send(frame(windowUpdate, 0, 1, 1_000), frame(windowUpdate, 0, 1, 1_000))
    t.same(peer.side.overs, [])
  },
)

t.test('a window that is taken up within four round trips doubles; one that is not stays [YMX-WIN-2]', async (t) => {
  const peer = new RawPeer('inbound', (stream) => {
    stream.consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
  })
  let credits: number[] = []
  const feed = async (length: number): Promise<void> => {
    for (let left = length; left > 0; left -= 65_536)
      await peer.send(frame(data, 0, 1, Math.min(65_536, left), bytes(Math.min(65_536, left))))
    for (const { kind, flags, length: value } of peer.take()) {
      if (kind === windowUpdate && value > 0) credits.push(value)
      if (kind !== ping || flags !== syn) continue
      await peer.clock.advance(10)
      await peer.send(frame(ping, ack, 0, value))
    }
  }
  await peer.send(frame(windowUpdate, syn, 1, 0))
  await feed(131_072)
  t.same(credits, [131_072])
  await feed(131_072)
  t.ok(credits.at(-1) === 131_072 + 262_144, 'within one round trip of 10 ms')
  credits = []
  await peer.clock.advance(1_000)
  await feed(262_144)
  t.same(credits, [262_144])
})

t.test(
  'data beyond the window is a protocol error and reaches nobody [YMX-WIN-6, YMX-TERM-1, YMX-TERM-3]',
  async (t) => {
    const peer = new RawPeer('inbound')
    await peer.send(frame(windowUpdate, syn, 1, 0))
    const stream = peer.side.opened[0]
    peer.take()
    await peer.send(frame(data, 0, 1, initialWindowBytes + 1, bytes(10)))
    t.same(show(peer.take()), [[goAway, 0, 0, 1]])
    t.equal(peer.ended, true)
    t.equal(codeOf(peer.side.overs[0]), 'window-exceeded')
    t.equal(codeOf(await stream?.closed), 'window-exceeded')
    t.throws(() => stream?.read(), { code: 'window-exceeded' })
  },
)

t.test('a window beyond 32 bits is a protocol error (CVE-2026-31814) [YMX-WIN-7]', async (t) => {
  const fits = new RawPeer('inbound')
  await fits.send(frame(windowUpdate, syn, 1, 4_294_967_295 - initialWindowBytes))
  t.same(fits.side.overs, [])
  await fits.send(frame(windowUpdate, 0, 1, 1))
  t.equal(codeOf(fits.side.overs[0]), 'window-overflow')
  t.same(show(fits.take()).at(-1), [goAway, 0, 0, 1])
})

t.test('a stream that opens with more than its window never exists (CVE-2026-32314) [YMX-WIN-10]', async (t) => {
  const peer = new RawPeer('inbound')
  await peer.send(frame(data, syn, 1, initialWindowBytes + 1, bytes(100)))
  t.same(peer.side.opened, [])
  t.equal(codeOf(peer.side.overs[0]), 'syn-too-long')
  t.same(show(peer.take()), [[goAway, 0, 0, 1]])
})

t.test(
  'a whole header is checked before anything comes of it [YMX-HDR-1, YMX-HDR-2, YMX-TYPE-5, YMX-ID-3, YMX-ID-4, YMX-ID-5, YMX-FRAME-2]',
  async (t) => {
    const bad: readonly (readonly [string, readonly Uint8Array[]])[] = [
      ['malformed', [Buffer.from('010000010000000100000000', 'hex')]],
      ['malformed', [Buffer.from('000400010000000100000000', 'hex')]],
      ['malformed', [frame(data, syn, 0, 0)]],
      ['wrong-parity', [frame(windowUpdate, syn, 2, 0)]],
      ['stream-in-use', [frame(windowUpdate, syn, 1, 0), frame(data, syn, 1, 0)]],
      ['frame-too-long', [frame(data, 0, 9, 16_777_217)]],
    ]
    for (const [code, frames] of bad) {
      const peer = new RawPeer('inbound')
      await peer.send(...frames)
      t.equal(codeOf(peer.side.overs[0]), code)
      t.same(show(peer.take()).at(-1), [goAway, 0, 0, 1], code)
      t.equal(peer.ended, true)
      await peer.send(frame(windowUpdate, syn, 3, 0))
      t.equal(peer.side.overs.length, 1)
    }
  },
)

t.test(
  'frames for unknown streams are dropped with their bytes, and the session goes on [YMX-UNKNOWN-1]',
  async (t) => {
    const peer = new RawPeer('inbound', echo)
    await peer.send(
      frame(data, 0, 7, 5, bytes(5)),
      frame(windowUpdate, 0, 8, 5),
      frame(data, rst, 9, 0),
      frame(data, fin, 11, 2, bytes(2)),
    )
    await peer.send(frame(data, syn, 1, 1, bytes(1)))
    t.same(show(peer.take()), [[data, ack, 1, 1]])
  },
)

t.test('unknown flags change nothing [YMX-FLAG-5]', async (t) => {
  const peer = new RawPeer('inbound', echo)
  await peer.send(frame(data, syn | 0xff00, 1, 1, bytes(1)))
  t.same(show(peer.take()), [[data, ack, 1, 1]])
})

t.test(
  'answers a ping with its own value, measures its own, and pings a quiet session [YMX-PING-1, YMX-PING-3, YMX-LEN-3, YMX-ID-2, YMX-TYPE-3]',
  async (t) => {
    const peer = new RawPeer('inbound')
    await peer.send(frame(ping, syn, 0, 0xdead_beef))
    t.same(show(peer.take()), [[ping, ack, 0, 0xdead_beef]])
    const answer = peer.side.session.ping()
    const second = peer.side.session.ping()
    await peer.clock.settle()
    const [question, ...more] = peer.take()
    t.same(more, [])
    await peer.clock.advance(25)
    await peer.send(frame(ping, ack, 0, ((question?.length ?? 0) ^ 1) >>> 0))
    await peer.clock.advance(5)
    await peer.send(frame(ping, ack, 0, question?.length ?? 0))
    t.equal(await answer, 30)
    t.equal(await second, 30, 'one question serves both')
    await peer.clock.advance(keepaliveInterval)
    t.same(
      peer.take().map(({ kind, flags }) => [kind, flags]),
      [[ping, syn]],
    )
  },
)

t.test('a remote that is silent after a ping is given up, one that says anything is not [YMX-PING-4]', async (t) => {
  const dead = new RawPeer('inbound')
  const waiting = dead.side.session.ping()
  await dead.clock.advance(pongTimeout)
  await t.rejects(waiting, { code: 'unresponsive' })
  t.equal(codeOf(dead.side.overs[0]), 'unresponsive')
  const alive = new RawPeer('inbound', echo)
  const late = alive.side.session.ping()
  await alive.clock.advance(pongTimeout - 1)
  await alive.send(frame(data, syn, 1, 1, bytes(1)))
  await alive.clock.advance(pongTimeout - 1)
  t.same(alive.side.overs, [])
  alive.side.session.abort(new Error('over'))
  await t.rejects(late, { message: 'over' })
})

t.test('a flood of pings that is not read gets a bounded number of answers [YMX-PING-2]', async (t) => {
  const peer = new RawPeer('inbound', undefined, { highWaterBytes: 1 })
  peer.channel.pause()
  const flood = Buffer.concat(Array.from({ length: 2_000 }, (_, index) => frame(ping, syn, 0, index)))
  for (let round = 0; round < 20; round += 1) await peer.send(flood)
  peer.channel.resume()
  await peer.clock.settle()
  const answers = peer.take().length
  t.ok(answers > 0 && answers <= 512, `${answers} answers to 40000 pings`)
  await peer.send(frame(ping, syn, 0, 77))
  t.same(show(peer.take()), [[ping, ack, 0, 77]])
})

t.test(
  'streams over the limit are refused, and a remote that never reads the refusals loses the session [YMX-BACKLOG-3, YMX-BACKLOG-5]',
  async (t) => {
    const polite = new RawPeer('inbound')
    for (let count = 0; count < maxInboundStreams; count += 1)
      polite.channel.writeNow(frame(windowUpdate, syn, 2 * count + 1, 0))
    await polite.clock.settle()
    t.equal(polite.side.opened.length, maxInboundStreams)
    polite.take()
    await polite.send(frame(data, syn, 9_001, 3, bytes(3)))
    t.same(show(polite.take()), [[windowUpdate, rst, 9_001, 0]])
    polite.side.opened[0]?.reset()
    await polite.clock.settle()
    await polite.send(frame(windowUpdate, syn, 9_003, 0))
    t.equal(polite.side.opened.length, maxInboundStreams + 1)
    const rude = new RawPeer('inbound', undefined, { highWaterBytes: 1 })
    rude.channel.pause()
    for (let count = 0; count < maxInboundStreams + 300 && rude.side.overs.length === 0; count += 1)
      await rude.send(frame(windowUpdate, syn, 2 * count + 1, 0))
    t.equal(codeOf(rude.side.overs[0]), 'flood')
    t.equal(rude.side.opened.length, maxInboundStreams)
  },
)

t.test('opening and resetting streams without reading does not pile up anything', async (t) => {
  const peer = new RawPeer(
    'inbound',
    (stream) => {
      stream.reset()
    },
    { highWaterBytes: 1 },
  )
  peer.channel.pause()
  for (let count = 0; count < 3_000 && peer.side.overs.length === 0; count += 1)
    await peer.send(frame(data, syn, 2 * count + 1, 0))
  t.equal(codeOf(peer.side.overs[0]), 'flood')
  t.ok(peer.side.session.streamCount <= maxInboundStreams)
})

t.test('256 streams wait for their acknowledgement, no more [YMX-BACKLOG-1]', async (t) => {
  const peer = new RawPeer('outbound')
  const streams = Array.from({ length: 256 }, () => peer.side.session.openStream())
  t.throws(() => peer.side.session.openStream(), { code: 'ack-backlog-full' })
  await peer.send(frame(windowUpdate, ack, 1, 0))
  t.equal(peer.side.session.openStream().id, 513)
  t.throws(() => peer.side.session.openStream(), { code: 'ack-backlog-full' })
  streams[1]?.reset()
  await peer.clock.settle()
  t.equal(peer.side.session.openStream().id, 515)
  await peer.send(frame(windowUpdate, rst, 5, 0))
  t.equal(peer.side.session.openStream().id, 517)
})

t.test('a writer who does not wait gets an error, and the stream goes on', async (t) => {
  const peer = new RawPeer('outbound')
  const stream = peer.side.session.openStream()
  let accepted = 0
  const flood = (): void => {
    for (;;) {
      void stream.write(bytes(65_536))
      accepted += 65_536
    }
  }
  t.throws(flood, { code: 'write-buffer-full' })
  t.ok(accepted <= 4_194_304 + 65_536)
  await peer.send(frame(windowUpdate, ack, 1, 8_000_000))
  t.equal(stream.write(bytes(1)), undefined)
})

t.test(
  'a write over the high-water mark waits for the window, and an abort of the wait takes nothing back',
  async (t) => {
    const peer = new RawPeer('outbound')
    const stream = peer.side.session.openStream()
    stream.writeNow(bytes(initialWindowBytes))
    await peer.clock.settle()
    const controller = new AbortController()
    const waiting = stream.write(bytes(300_000), { signal: controller.signal })
    const patient = stream.write(bytes(1))
    t.ok(waiting instanceof Promise && patient instanceof Promise)
    controller.abort(new Error('no patience'))
    await t.rejects(Promise.resolve(waiting), { message: 'no patience' })
    await peer.send(frame(windowUpdate, ack, 1, 400_000))
    await patient
    t.equal(
      peer.take().reduce((sum, { kind, length }) => sum + (kind === data ? length : 0), 0),
      initialWindowBytes + 300_001,
    )
  },
)

t.test('an aborted read leaves the bytes for the next one, and no listener behind', async (t) => {
  const peer = new RawPeer('outbound')
  const stream = peer.side.session.openStream()
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...args)
  }
  for (let count = 0; count < 5; count += 1) {
    const reading = stream.read({ signal })
    await peer.send(frame(data, count === 0 ? ack : 0, 1, 1, bytes(1)))
    await reading
  }
  t.equal(listeners, 0)
  const reading = stream.read({ signal })
  t.throws(() => stream.read(), { code: 'already-reading' })
  controller.abort(new Error('later'))
  await t.rejects(Promise.resolve(reading), { message: 'later' })
  await peer.send(frame(data, 0, 1, 4, bytes(4)))
  t.equal((await stream.read())?.byteLength, 4)
})

t.test('an interceptor gets what arrives and the drain, and the application what it leaves', async (t) => {
  const peer = new RawPeer('outbound')
  const stream = peer.side.session.openStream()
  const seen: string[] = []
  let drains = 0
  stream.consume({
    push: (chunk) => seen.push(`application ${Buffer.from(chunk).toString()}`),
    end: () => seen.push('end'),
    fail: () => undefined,
    drain: () => (drains += 1),
  })
  stream.intercept({
    push: (chunk) => {
      seen.push(`interceptor ${Buffer.from(chunk.subarray(0, 2)).toString()}`)
      stream.unshift(chunk.slice(2))
      stream.intercept(undefined)
    },
    end: () => undefined,
    fail: () => undefined,
  })
  for (let count = 0; count < 10; count += 1) stream.writeNow(bytes(100_000))
  await peer.send(frame(windowUpdate, ack, 1, 1_000_000))
  t.equal(drains, 1, 'an upload goes on while the negotiation runs')
  await peer.send(frame(data, 0, 1, 4, Buffer.from('yes!')), frame(data, fin, 1, 3, Buffer.from('and')))
  t.same(seen, ['interceptor ye', 'application s!', 'application and', 'end'])
})

t.test('streams take turns frame by frame [YMX-FAIR-1]', async (t) => {
  const peer = new RawPeer('outbound')
  for (let count = 0; count < 3; count += 1) peer.side.session.openStream().writeNow(bytes(131_014))
  await peer.clock.settle()
  t.same(
    peer.take().map(({ streamId }) => streamId),
    [1, 3, 5, 1, 3, 5],
  )
})

t.test('a closed stream whose remote does not end is reset in time [YMX-LINGER-1]', async (t) => {
  const peer = new RawPeer('outbound')
  const stream = peer.side.session.openStream()
  stream.close()
  await peer.send(frame(data, ack, 1, 5, bytes(5)))
  t.equal(await stream.read(), null)
  peer.take()
  await peer.clock.advance(lingerTimeout - keepaliveInterval)
  for (const { length } of peer.take()) await peer.send(frame(ping, ack, 0, length))
  await peer.clock.advance(keepaliveInterval)
  t.ok(peer.take().some(({ flags, streamId }) => flags === rst && streamId === 1))
  t.equal(codeOf(await stream.closed), 'abandoned')
})

t.test(
  'a close sends what is queued, then the go-away, then the end [YMX-TERM-1, YMX-TERM-2, YMX-LEN-4, YMX-TYPE-4]',
  async (t) => {
    const peer = new RawPeer('outbound')
    const stream = peer.side.session.openStream()
    stream.writeNow(bytes(300_000))
    const closing = peer.side.session.close()
    await peer.clock.settle()
    t.throws(() => peer.side.session.openStream(), { code: 'session-closed' })
    t.equal(peer.ended, false)
    await peer.send(frame(windowUpdate, ack, 1, 100_000))
    await closing
    t.same(show(peer.take()).at(-1), [goAway, 0, 0, 0])
    t.equal(peer.ended, true)
    t.same(peer.side.overs, [undefined])
    t.equal(codeOf(await stream.closed), 'session-closed')
  },
)

t.test(
  'after a normal go-away open streams go on and new ones are refused; other reasons end everything [YMX-TERM-2, YMX-TERM-3]',
  async (t) => {
    const peer = new RawPeer('outbound')
    const stream = peer.side.session.openStream()
    await peer.send(frame(windowUpdate, ack, 1, 0), frame(goAway, 0, 0, 0))
    t.throws(() => peer.side.session.openStream(), { code: 'session-closed' })
    await peer.send(frame(data, fin, 1, 2, bytes(2)))
    t.equal((await readAll(stream)).length, 2)
    peer.channel.closeWriteNow()
    await peer.clock.settle()
    t.same(peer.side.overs, [undefined])
    for (const [reason, code] of [
      [1, 'remote-protocol-error'],
      [2, 'remote-internal-error'],
      [77, 'remote-internal-error'],
    ] as const) {
      const hit = new RawPeer('outbound')
      const open = hit.side.session.openStream()
      await hit.send(frame(goAway, 0, 0, reason))
      t.equal(codeOf(hit.side.overs[0]), code)
      t.equal(codeOf(await open.closed), code)
    }
  },
)

t.test('a channel that ends or fails takes its streams along, once', async (t) => {
  const ended = new RawPeer('outbound')
  const stream = ended.side.session.openStream()
  ended.channel.closeWriteNow()
  await ended.clock.settle()
  t.equal(codeOf(await stream.closed), 'closed')
  t.equal(codeOf(ended.side.overs[0]), 'closed')
  const lost = new RawPeer('outbound')
  lost.channel.reset()
  await lost.clock.settle()
  t.equal(codeOf(lost.side.overs[0]), 'reset')
  t.equal(lost.side.overs.length, 1)
  t.equal(lost.clock.timerCount, 0)
})

t.test('writes the frames of the vectors', (t) => {
  const text = readFileSync(new URL('../../../spec/protocols/yamux/vectors.yaml', import.meta.url), 'utf8')
  const hexes = [...text.matchAll(/expect: \{ hex: "([0-9a-f]+)" \}/g)].map(([, hex]) => hex)
  t.same(
    hexes,
    [
      frame(windowUpdate, syn, 1, 0),
      frame(data, syn, 1, 5, Buffer.from('hello')),
      frame(windowUpdate, ack, 1, 0),
      frame(windowUpdate, rst, 1, 0),
      frame(windowUpdate, 0, 2, 131_072),
      frame(data, fin, 3, 0),
      frame(ping, syn, 0, 0xdead_beef),
      frame(ping, ack, 0, 0xdead_beef),
      frame(goAway, 0, 0, 1),
    ].map((each) => Buffer.from(each).toString('hex')),
  )
  t.end()
})

t.test(
  'any bytes, in any chunks, give a running session or one typed end, and hold no more than a window',
  async (t) => {
    const anyFrame = fc
      .tuple(
        fc.constantFrom(data, windowUpdate, ping, goAway),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 6 }),
        fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(initialWindowBytes, 0xffff_ffff)),
      )
      .map(([kind, flags, streamId, length]) =>
        frame(kind, flags, streamId, length, kind === data ? bytes(Math.min(length, 40)) : undefined),
      )
    const mutated = fc.tuple(anyFrame, fc.nat(), fc.nat(255)).map(([whole, at, value]) => {
      const changed = Buffer.from(whole)
      changed[at % changed.length] = value
      return changed
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyFrame, mutated, fc.uint8Array({ maxLength: 30 }))),
        fc.integer({ min: 1, max: 50 }),
        async (frames, chunkLength) => {
          const peer = new RawPeer('inbound', undefined, { maxChunkLength: chunkLength, borrowed: true })
          await peer.send(Buffer.concat(frames))
          const unread = peer.side.opened.reduce(
            (sum, stream) =>
              sum + ('unreadBytes' in stream && typeof stream.unreadBytes === 'number' ? stream.unreadBytes : 0),
            0,
          )
          const [over] = peer.side.overs
          return (
            peer.side.overs.length <= 1 &&
            unread <= Buffer.concat(frames).length &&
            (over === undefined || over instanceof YamuxError)
          )
        },
      ),
      { numRuns: 300 },
    )
    t.pass('300 runs')
  },
)

t.test('a fault of one stream’s application costs that stream and no other', async (t) => {
  const peer = new RawPeer('inbound', (stream) => {
    if (stream.id === 3) {
      echo(stream)
      return
    }
    stream.consume({
      push: () => {
        throw new Error('a fault of the application')
      },
      end: () => undefined,
      fail: () => undefined,
    })
  })
  await peer.send(Buffer.concat([frame(data, syn, 1, 2, bytes(2)), frame(data, syn, 3, 2, bytes(2))]))
  t.same(
    show(peer.take()).toSorted(([left = 0], [right = 0]) => left - right),
    [
      [data, ack, 3, 2],
      [windowUpdate, rst | ack, 1, 0],
    ],
  )
  t.match(await peer.side.opened[0]?.closed, { message: 'a fault of the application' })
  t.same(peer.side.overs, [])
})

t.test('a chunk is done with only when no stream keeps a part of it', async (t) => {
  const peer = new RawPeer('outbound')
  const chunkOf = (...ids: readonly number[]): Uint8Array =>
    Buffer.concat(ids.map((id) => frame(data, 0, id, 100, bytes(100, id))))
  const [first, second] = [peer.side.session.openStream(), peer.side.session.openStream()]
  await peer.clock.settle()
  first.consume({ push: () => 'done', end: () => undefined, fail: () => undefined })
  const kept: Uint8Array[] = []
  second.consume({ push: (chunk) => kept.push(chunk), end: () => undefined, fail: () => undefined })
  const { session } = peer.side
  t.equal(session.push(chunkOf(first.id, first.id)), 'done')
  t.not(session.push(chunkOf(first.id, second.id, first.id)), 'done')
  t.not(session.push(chunkOf(second.id)), 'done')
  first.pause()
  t.not(session.push(chunkOf(first.id)), 'done', 'what waits in a queue is kept')
  t.same(
    kept.map((chunk) => chunk[0]),
    [second.id, second.id],
  )
})

t.test('a stream whose application fails in hearing of the reset costs no other', async (t) => {
  const peer = new RawPeer('inbound', (stream) =>
    stream.consume({
      push: () => undefined,
      end: () => undefined,
      fail: () => {
        throw new Error('a fault of the application')
      },
    }),
  )
  await peer.send(frame(data, syn, 1, 0), frame(data, syn, 3, 0))
  await peer.send(Buffer.concat([frame(windowUpdate, rst, 1, 0), frame(ping, syn, 0, 7)]))
  t.same(peer.side.overs, [])
  t.same(peer.side.closed, [1])
  t.ok(peer.take().some(({ kind, flags, length }) => kind === ping && flags === ack && length === 7))
  peer.channel.reset()
  await peer.clock.settle()
  t.same(peer.side.closed, [1, 3], 'nor does the end of the session')
  t.equal(peer.side.overs.length, 1)
})
