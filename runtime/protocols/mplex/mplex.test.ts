import { readFileSync } from 'node:fs'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import {
  closeTimeout,
  lingerTimeout,
  maxInboundStreams,
  maxMessageBytes,
  maxOutboundStreams,
  maxPendingResets,
  maxSentMessageBytes,
  maxUnreadBytes,
} from '@p2pspec/generated/protocols/mplex/limits'
import { decodeHeader, encodeHeader } from '@p2pspec/generated/protocols/mplex/layout'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { Flag } from './flag.ts'
import { mplex } from './mplex.ts'
import { MplexError } from './mplex-error.ts'
import { frame, joined, RawPeer, varint } from './raw-peer.ts'

const { newStream, messageReceiver, messageInitiator, closeReceiver, closeInitiator, resetReceiver, resetInitiator } =
  Flag
const bytes = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value)

function echo(stream: MuxedStream): void {
  stream.consume({
    push: (chunk) => {
      if (!stream.writeNow(chunk.slice())) stream.pause()
    },
    end: () => stream.closeWriteNow(),
    fail: () => undefined,
    drain: () => stream.resume(),
  })
}

async function readAll(stream: MuxedStream): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk.slice())
  return Buffer.concat(chunks).toString()
}

t.test(
  'a stream opens with its id as name, and its bytes and its end follow at once [MPX-OPEN-1] [MPX-OPEN-2] [MPX-DATA-1] [MPX-CLOSE-2] [MPX-NAME-1]',
  async (t) => {
    const peer = new RawPeer()
    const stream = peer.side.session.openStream()
    stream.writeNow(Buffer.from('hel'))
    stream.writeNow(Buffer.from('lo'))
    stream.closeWriteNow()
    await peer.clock.settle()
    t.same(peer.take(), [
      [newStream, 0, '0'],
      [messageInitiator, 0, 'hello'],
      [closeInitiator, 0, ''],
    ])
    await peer.send(frame(messageReceiver, 0, 'ok'), frame(closeReceiver, 0))
    t.equal(await readAll(stream), 'ok')
    t.equal(await stream.closed, undefined)
    t.same(peer.side.closed, [0])
    t.equal(peer.side.session.streamCount, 0)
  },
)

t.test('ids are counted up and never used again, and both sides may have the same [MPX-ID-1] [MPX-ID-2]', async (t) => {
  const peer = new RawPeer(echo)
  const own = [peer.side.session.openStream(), peer.side.session.openStream()]
  own[0]?.reset()
  await peer.clock.settle()
  own.push(peer.side.session.openStream())
  await peer.clock.settle()
  t.same(
    own.map(({ id }) => id),
    [0, 1, 2],
  )
  peer.take()
  await peer.send(
    frame(newStream, 1, 'mine'),
    frame(messageInitiator, 1, 'to yours'),
    frame(messageReceiver, 1, 'to mine'),
  )
  t.same(peer.take(), [[messageReceiver, 1, 'to yours']], 'the flag says whose stream it is')
  t.equal(Buffer.from((await own[1]?.read()) ?? []).toString(), 'to mine')
})

t.test(
  'each side ends by itself, and the bytes before a close come first [MPX-CLOSE-1] [MPX-CLOSE-3] [MPX-CLOSE-4]',
  async (t) => {
    const peer = new RawPeer()
    await peer.send(frame(newStream, 5), frame(messageInitiator, 5, 'last'), frame(closeInitiator, 5))
    const [stream] = peer.side.opened
    if (stream === undefined) throw new Error('no stream was announced')
    t.equal(await readAll(stream), 'last')
    t.equal(stream.readStatus, 'ended')
    stream.writeNow(Buffer.from('answer'))
    stream.closeWriteNow()
    t.throws(() => stream.writeNow(bytes(1)), { code: 'write-closed' })
    await peer.clock.settle()
    t.same(peer.take(), [
      [messageReceiver, 5, 'answer'],
      [closeReceiver, 5, ''],
    ])
    t.same(peer.side.closed, [5])
  },
)

t.test('bytes behind a close reset that stream alone [MPX-CLOSE-5]', async (t) => {
  const peer = new RawPeer()
  await peer.send(
    frame(newStream, 0),
    frame(newStream, 1),
    frame(closeInitiator, 0),
    frame(messageInitiator, 0, 'late'),
  )
  t.same(peer.take(), [[resetReceiver, 0, '']])
  await t.rejects(readAll(peer.side.opened[0] ?? fail()), { code: 'data-after-end' })
  t.equal(peer.side.opened[1]?.readStatus, 'open')
  t.same(peer.side.overs, [])
})

t.test(
  'a reset ends both directions with an error, and nothing is written after it [MPX-RESET-3] [MPX-RESET-4] [MPX-RESET-5]',
  async (t) => {
    const peer = new RawPeer()
    const stream = peer.side.session.openStream()
    stream.writeNow(bytes(3))
    await peer.clock.settle()
    peer.take()
    stream.writeNow(bytes(100_000))
    await peer.send(frame(resetReceiver, 0))
    await t.rejects(async () => stream.read(), { code: 'reset' })
    t.throws(() => stream.writeNow(bytes(1)), { code: 'reset' })
    t.match(await stream.closed, { code: 'reset' })
    peer.take()
    await peer.clock.settle()
    t.same(peer.take(), [])
  },
)

t.test(
  'a local reset says so to the remote, unless it never heard of the stream [MPX-RESET-2] [MPX-RESET-1]',
  async (t) => {
    const peer = new RawPeer()
    const known = peer.side.session.openStream()
    await peer.clock.settle()
    peer.take()
    known.reset()
    peer.side.session.openStream().reset()
    await peer.send(frame(newStream, 9))
    peer.side.opened[0]?.reset()
    await peer.clock.settle()
    t.same(peer.take(), [
      [resetInitiator, 0, ''],
      [resetReceiver, 9, ''],
    ])
    t.equal(peer.side.session.streamCount, 0)
  },
)

t.test(
  'a slow reader keeps four mebibytes and loses its stream with the next byte; its neighbour goes on [MPX-SLOW-1] [MPX-SLOW-2]',
  async (t) => {
    const peer = new RawPeer()
    await peer.send(frame(newStream, 0), frame(newStream, 1))
    const [slow = fail(), neighbour = fail()] = peer.side.opened
    for (let sent = 0; sent < maxUnreadBytes; sent += maxMessageBytes)
      await peer.send(frame(messageInitiator, 0, bytes(maxMessageBytes)))
    t.equal(slow.readStatus, 'open', 'as much as is kept')
    t.same(peer.take(), [])
    await peer.send(frame(messageInitiator, 0, bytes(1)), frame(messageInitiator, 1, 'hello'))
    t.same(peer.take(), [[resetReceiver, 0, '']])
    t.match(await slow.closed, { code: 'slow-reader' })
    t.equal(Buffer.from((await neighbour.read()) ?? []).toString(), 'hello')
    await peer.send(frame(messageInitiator, 0, bytes(maxMessageBytes)))
    t.same(peer.side.overs, [], 'what still comes for it is passed over')
  },
)

t.test('messages are cut at the limit for sending, and one of a mebibyte is read [MPX-DATA-2]', async (t) => {
  const peer = new RawPeer(echo)
  await peer.send(frame(newStream, 0), frame(messageInitiator, 0, bytes(maxMessageBytes)))
  const sizes = peer.frames.map(({ body }) => body.length)
  t.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    maxMessageBytes,
  )
  t.equal(Math.max(...sizes), maxSentMessageBytes)
})

t.test(
  'what is no header of mplex ends the session under a name of its own [MPX-HDR-4] [MPX-HDR-6] [MPX-FLAG-2] [MPX-DATA-2] [MPX-LEN-1]',
  async (t) => {
    for (const [what, sent] of [
      ['flag 7', frame(7, 1)],
      ['a header of ten bytes', bytes(10, 0xff)],
      ['a header above 2^53', joined(bytes(8, 0xff), Uint8Array.of(0x7f, 0))],
      ['a header that is padded', Uint8Array.of(0x80, 0, 0)],
      ['a message of one byte over a mebibyte', frame(newStream, 0, '', maxMessageBytes + 1)],
      ['a length of ten bytes', joined(varint(0), bytes(10, 0xff))],
    ] as const) {
      for (const cut of [{}, { maxChunkLength: 1 }]) {
        const peer = new RawPeer(undefined, cut)
        await peer.send(frame(newStream, 3), sent)
        t.match(peer.side.overs, [{ code: 'malformed' }], what)
        t.match(await peer.side.opened[0]?.closed, { code: 'malformed' }, 'its streams end with it')
        t.ok(peer.ended, 'and so does the channel')
        await peer.clock.advance(closeTimeout)
        t.equal(peer.clock.timerCount, 0)
      }
    }
  },
)

t.test(
  'a stream with an id in use ends the session; an id of the other side’s, or of one that is over, does not [MPX-ID-3] [MPX-ID-2]',
  async (t) => {
    const peer = new RawPeer()
    peer.side.session.openStream()
    await peer.send(frame(newStream, 0), frame(resetInitiator, 0), frame(newStream, 0))
    t.same(peer.side.overs, [])
    t.equal(peer.side.opened.length, 2)
    await peer.send(frame(newStream, 0))
    t.match(peer.side.overs, [{ code: 'stream-in-use' }])
  },
)

t.test('messages for unknown streams are passed over with their bytes [MPX-UNKNOWN-1]', async (t) => {
  const peer = new RawPeer(echo)
  await peer.send(
    ...[messageReceiver, messageInitiator, closeReceiver, closeInitiator, resetReceiver, resetInitiator].map((flag) =>
      frame(flag, 77, 'nobody wants this'),
    ),
  )
  t.same([peer.take(), peer.side.overs, peer.side.opened.length], [[], [], 0])
  await peer.send(frame(newStream, 77), frame(messageInitiator, 77, 'hello'))
  t.same(peer.take(), [[messageReceiver, 77, 'hello']])
})

t.test(
  'the name of a stream may be anything, and bytes in a close or reset are dropped [MPX-NAME-1] [MPX-NAME-2]',
  async (t) => {
    const peer = new RawPeer(echo)
    await peer.send(
      frame(newStream, 0, bytes(100_000, 0xff)),
      frame(newStream, 1, ''),
      frame(messageInitiator, 0, 'hello'),
      frame(closeInitiator, 0, 'and goodbye'),
      frame(resetInitiator, 1, 'because'),
    )
    t.same(peer.take(), [
      [messageReceiver, 0, 'hello'],
      [closeReceiver, 0, ''],
    ])
    t.same(peer.side.overs, [])
  },
)

t.test(
  'streams over the limit are reset and the session goes on, as long as the remote takes the refusals [MPX-LIMIT-1] [MPX-LIMIT-2]',
  async (t) => {
    const peer = new RawPeer()
    const open = (from: number, count: number): Uint8Array =>
      joined(...Array.from({ length: count }, (_, index) => frame(newStream, from + index)))
    await peer.send(open(0, maxInboundStreams), open(maxInboundStreams, 10))
    t.equal(peer.side.opened.length, maxInboundStreams)
    t.same(
      peer.take(),
      Array.from({ length: 10 }, (_, index) => [resetReceiver, maxInboundStreams + index, '']),
    )
    await peer.send(open(2000, maxPendingResets))
    t.same(peer.side.overs, [])
    await peer.send(open(3000, maxPendingResets + 1))
    t.match(peer.side.overs, [{ code: 'flood' }])

    const own = new RawPeer()
    for (let opened = 0; opened < maxOutboundStreams; opened += 1) own.side.session.openStream()
    t.throws(() => own.side.session.openStream(), { code: 'too-many-streams' })
  },
)

t.test('a stream that nobody reads is reset when the remote does not end it in time [MPX-LINGER-1]', async (t) => {
  const peer = new RawPeer()
  const stream = peer.side.session.openStream()
  void stream.close()
  await peer.clock.settle()
  peer.take()
  await peer.send(frame(messageReceiver, 0, bytes(maxMessageBytes)))
  await peer.clock.advance(lingerTimeout)
  t.same(peer.take(), [[resetInitiator, 0, '']])
  t.match(await stream.closed, { code: 'abandoned' })
  t.equal(peer.clock.timerCount, 0)
})

t.test(
  'a close lets queued bytes leave, then ends the channel; a remote that does not end in turn loses it [MPX-END-1]',
  async (t) => {
    const peer = new RawPeer()
    const stream = peer.side.session.openStream()
    stream.writeNow(Buffer.from('last words'))
    const closed = peer.side.session.close()
    await peer.clock.settle()
    t.same(peer.take(), [
      [newStream, 0, '0'],
      [messageInitiator, 0, 'last words'],
    ])
    t.ok(peer.ended)
    await closed
    t.same(peer.side.overs, [undefined])
    t.throws(() => peer.side.session.openStream(), { code: 'session-closed' })
    await peer.clock.advance(closeTimeout)
    t.equal(peer.clock.timerCount, 0)
  },
)

t.test('the end of the channel is a clean end without streams, and an error for those that are open', async (t) => {
  const idle = new RawPeer()
  idle.channel.closeWriteNow()
  await idle.clock.settle()
  t.same([idle.side.overs, idle.ended, idle.clock.timerCount], [[undefined], true, 0])
  const busy = new RawPeer()
  const stream = busy.side.session.openStream()
  busy.channel.closeWriteNow()
  await busy.clock.settle()
  t.match(busy.side.overs, [{ code: 'closed' }])
  t.match(await stream.closed, { code: 'closed' })
})

t.test('there is no ping, and asking for one costs nothing else', async (t) => {
  const peer = new RawPeer()
  await t.rejects(peer.side.session.ping(), { code: 'no-ping' })
  t.same(peer.side.overs, [])
  t.equal(mplex().protocol, '/mplex/6.7.0', 'the name of the protocol [MPX-PROTO-1]')
})

t.test('a fault of one stream’s application costs that stream and no other', async (t) => {
  const peer = new RawPeer((stream) => {
    if (stream.id === 1) echo(stream)
    else
      stream.consume({
        push: () => {
          throw new Error('out of order')
        },
        end: () => undefined,
        fail: () => undefined,
      })
  })
  await peer.send(
    frame(newStream, 0),
    frame(newStream, 1),
    frame(messageInitiator, 0, 'x'),
    frame(messageInitiator, 1, 'y'),
  )
  t.same(
    peer.take(),
    [
      [messageReceiver, 1, 'y'],
      [resetReceiver, 0, ''],
    ].toSorted((one, other) => Number(other[0]) - Number(one[0])),
  )
})

t.test('writes the messages of the vectors [MPX-HDR-1] [MPX-HDR-2] [MPX-HDR-3] [MPX-FLAG-1] [MPX-LEN-1]', (t) => {
  // The file is checked against its schema when it is generated from.
  const { vectors } = parse(
    readFileSync(new URL('../../../spec/protocols/mplex/vectors.yaml', import.meta.url), 'utf8'),
  ) as {
    readonly vectors: readonly {
      readonly id: string
      readonly input: {
        readonly flag: keyof typeof Flag
        readonly id: number
        readonly body: { readonly utf8?: string; readonly hex?: string }
      }
      readonly expect: { readonly hex: string }
    }[]
  }
  for (const { id, input, expect } of vectors) {
    const body = input.body.utf8 === undefined ? Buffer.from(input.body.hex ?? '', 'hex') : Buffer.from(input.body.utf8)
    const key = input.id * 8 + Flag[input.flag]
    const made = joined(encodeHeader({ key, length: body.length }), body)
    t.equal(Buffer.from(made).toString('hex'), expect.hex, id)
    t.same(decodeHeader(made), { key, length: body.length })
  }
  t.end()
})

t.test('any bytes, in any chunks, give a running session or one typed end, and hold no more than is said', async () => {
  const message = fc
    .record({
      flag: fc.nat(7),
      id: fc.oneof(fc.nat(3), fc.nat(2 ** 31)),
      body: fc.uint8Array({ maxLength: 40 }),
      wrong: fc.option(fc.nat(2_000_000), { nil: undefined, freq: 8 }),
    })
    .map(({ flag, id, body, wrong }) => frame(flag, id, body, wrong))
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof({ weight: 5, arbitrary: message }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }) }),
        {
          maxLength: 25,
        },
      ),
      fc.integer(),
      async (sent, seed) => {
        const peer = new RawPeer(undefined, { random: new SeededRandom(seed), borrowed: true })
        await peer.send(...sent)
        const { overs, opened, session } = peer.side
        if (overs.length > 1) throw new Error('the session ended twice')
        if (overs[0] !== undefined && !(overs[0] instanceof MplexError)) throw overs[0]
        if (opened.length > maxInboundStreams) throw new Error('too many streams')
        session.abort()
        await peer.clock.advance(closeTimeout)
        return overs.length === 1 && peer.clock.timerCount === 0
      },
    ),
    { numRuns: 400 },
  )
})

t.test('however the bytes are cut, the same messages are read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minLength: 1, maxLength: 8 }),
      fc.integer(),
      async (bodies, seed) => {
        const peer = new RawPeer(undefined, { random: new SeededRandom(seed), borrowed: true })
        await peer.send(
          frame(newStream, 2 ** 40, 'a name'),
          ...bodies.map((body) => frame(messageInitiator, 2 ** 40, body)),
          frame(closeInitiator, 2 ** 40),
        )
        const read = await readBytes(peer.side.opened[0] ?? fail())
        return Buffer.compare(read, Buffer.concat(bodies)) === 0
      },
    ),
    { numRuns: 150 },
  )
})

async function readBytes(stream: MuxedStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk.slice())
  return joined(...chunks)
}

function fail(): never {
  throw new Error('there is no such stream')
}
