import { equal, ok } from 'node:assert/strict'
import { multiaddr } from '@multiformats/multiaddr'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { streamRules } from '@p2pspec/generated/interfaces/stream.rules'
import type { MuxedStream, StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import { pair, type PairOptions } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { streamPair } from '@p2pspec/runtime/core/stream-pair'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { mplex } from '@p2pspec/runtime/protocols/mplex/mplex'
import { yamux } from '@p2pspec/runtime/protocols/yamux/yamux'
import { quiche } from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-library'
import { quic, type QuicOptions } from '@p2pspec/runtime/swarm/transports/quic/quic'
import t from 'tap'
import type { StreamEnds } from './suite.ts'
import { streamChecks } from './suite.ts'

/** Streams hand their connection through and never ask it anything. */
const connection = {} as Connection

const subjects: Readonly<Record<string, () => Promise<StreamEnds>>> = {
  'stream in memory': async () => memory({}),
  'stream in memory, in small chunks': async () => memory({ maxChunkLength: 100 }),
  'stream in memory, cut at random, chunks borrowed': async () =>
    memory({ random: new SeededRandom(7), borrowed: true }),
  'yamux stream': async () => overMuxer(yamux(), {}),
  'QUIC stream of quinn': async () => await overQuic({}),
  'QUIC stream of quiche': async () => await overQuic({ library: quiche }),
  'yamux stream, channel cut at random, chunks borrowed': async () =>
    overMuxer(yamux(), { random: new SeededRandom(9), borrowed: true }),
  'mplex stream': async () => overMuxer(mplex(), {}),
  'mplex stream, channel cut at random, chunks borrowed': async () =>
    overMuxer(mplex(), { random: new SeededRandom(11), borrowed: true }),
}

for (const [name, make] of Object.entries(subjects)) {
  await t.test(`${name} keeps every rule of the interface`, async (t) => {
    for (const [rule, check] of Object.entries(streamChecks)) {
      const text = streamRules[rule as keyof typeof streamRules].text // a suite has the rules of its interface as keys
      await t.test(`${text} [${rule}]`, async () => {
        const ends = await make()
        try {
          await check(ends)
        } finally {
          ends.end?.()
        }
      })
    }
  })
}

t.test('the checks notice a stream that breaks its rules', async (t) => {
  const broken: readonly (readonly [keyof typeof streamChecks, string, (stream: Stream) => Stream])[] = [
    [
      'STR-SINK-1',
      'bytes doubled',
      (stream) =>
        altered(stream, {
          writeNow: (chunk: Uint8Array) => stream.writeNow(chunk.slice()) && stream.writeNow(chunk),
          write: (chunk: Uint8Array) => void (stream.writeNow(chunk.slice()), stream.writeNow(chunk)),
        }),
    ],
    [
      'STR-WRITE-1',
      'a write behind the end is dropped in silence',
      (stream) =>
        altered(stream, { writeNow: (chunk: Uint8Array) => stream.writeStatus !== 'open' || stream.writeNow(chunk) }),
    ],
    ['STR-PRESSURE-1', 'no word of holding back', (stream) => altered(stream, { writeNow: () => true })],
    ['STR-RESET-2', 'a reason that gets lost', (stream) => altered(stream, { closed: Promise.resolve(undefined) })],
  ]
  for (const [rule, what, change] of broken) {
    const { near, far } = await memory({})
    await t.rejects(async () => streamChecks[rule]({ near: change(near), far }), `${rule}: ${what}`)
  }
})

async function memory(options: PairOptions): Promise<StreamEnds> {
  const [near, far] = streamPair({ ...options, connections: [connection, connection] })
  return { near, far }
}

async function overMuxer(muxer: StreamMuxer, options: PairOptions): Promise<StreamEnds> {
  const [left, right] = pair(options)
  const arrived = Promise.withResolvers<MuxedStream>()
  const quiet = { onStream: () => undefined, onStreamClosed: () => undefined, onClosed: () => undefined }
  const sessions = [
    muxer.start(left, 'outbound', connection, quiet),
    muxer.start(right, 'inbound', connection, { ...quiet, onStream: (stream) => arrived.resolve(stream) }),
  ] as const
  const near = sessions[0].openStream()
  return { near, far: await arrived.promise, end: () => sessions.forEach((session) => session.abort()) }
}

/** Two ends of one stream of a QUIC connection of its own. A remote hears of a stream with its first byte, so one goes ahead. */
async function overQuic(options: Pick<QuicOptions, 'library'>): Promise<StreamEnds> {
  const transports = [0, 1].map(() => quic({ privateKey: generatePrivateKey(), ...options }))
  const [dialler, acceptor] = transports
  ok(dialler !== undefined && acceptor !== undefined)
  const arrived = Promise.withResolvers<MuxedStream>()
  const quiet = { onStream: () => undefined, onStreamClosed: () => undefined, onClosed: () => undefined }
  const listener = await acceptor.listen(multiaddr('/ip4/127.0.0.1/udp/0/quic-v1'), (made) => {
    made.start(connection, { ...quiet, onStream: (stream) => arrived.resolve(stream) })
  })
  const [address] = listener.addresses
  ok(address)
  const session = (await dialler.dial(address)).start(connection, quiet)
  const near = session.openStream()
  near.writeNow(Uint8Array.of(0))
  const far = await arrived.promise
  equal((await far.read())?.byteLength, 1)
  const end = (): void => {
    session.abort()
    void listener.close()
    for (const transport of transports) transport.stop?.()
  }
  return { near, far, end }
}

/** The stream with some members replaced. */
function altered(stream: Stream, members: object): Stream {
  return new Proxy(stream, {
    get: (target, key) => {
      const value: unknown = key in members ? Reflect.get(members, key) : Reflect.get(target, key, target)
      // Private members answer only to the stream itself.
      return typeof value === 'function' && !(key in members) ? value.bind(target) : value
    },
  })
}
