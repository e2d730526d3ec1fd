import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { StreamHandler } from '@p2pspec/generated/interfaces/registrar'
import { decodeIdentify, encodeIdentify, type Identify } from '@p2pspec/generated/protocols/identify/messages'
import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { DriverError } from '../../core/driver-error.ts'
import { connectionPair, type MemoryConnection } from '../../core/memory-connection.ts'
import type { PairOptions } from '../../core/pair.ts'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import type { MemoryStream } from '../../core/stream-pair.ts'
import { privateKeyFromSeed } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { sealPeerRecord } from '../../records/peer-record/peer-record.ts'
import { applyPush, readInfo } from './identify-info.ts'
import { selfMessages, type IdentifySelf } from './identify-self.ts'
import { presentable } from './identify-text.ts'
import { PushBudgets } from './push-budget.ts'
import {
  handleIdentify,
  handleIdentifyPush,
  identify,
  identifyProtocol,
  identifyPushProtocol,
  pushIdentify,
  pushIdentifyToAll,
} from './identify.ts'

const dialerKey = privateKeyFromSeed(new Uint8Array(32).fill(1))
const listenerKey = privateKeyFromSeed(new Uint8Array(32).fill(2))
const dialer = { peer: peerIdFromPublicKey(dialerKey.publicKey), address: multiaddr('/ip4/192.0.2.7/tcp/50000') }
const listener = { peer: peerIdFromPublicKey(listenerKey.publicKey), address: multiaddr('/ip4/192.0.2.1/tcp/4001') }

const budgets = new PushBudgets()

const self: IdentifySelf = {
  protocolVersion: '/my-network/0.1.0',
  agentVersion: 'example/1.2.3',
  publicKey: listenerKey.publicKey.encode(),
  listenAddresses: [multiaddr('/ip4/127.0.0.1/tcp/4001'), multiaddr('/ip6/::1/tcp/4001')],
  protocols: [identifyProtocol, '/ipfs/ping/1.0.0'],
}

function code(error: unknown): string {
  return error instanceof DriverError ? error.code : String(error)
}

function connect(
  clock: SimulatedClock,
  handlers: Readonly<Record<string, (stream: MemoryStream, connection: Connection) => unknown>>,
  options: PairOptions = {},
): MemoryConnection {
  const table = new Map<string, StreamHandler>()
  for (const [protocol, handler] of Object.entries(handlers)) {
    // Both ends of an in-memory connection make in-memory streams, and what a handler resolves with is nobody's concern.
    table.set(protocol, (stream, connection) => handler(stream as MemoryStream, connection) as void | Promise<void>)
  }
  const [near] = connectionPair(dialer, { ...listener, handlers: table }, { clock, ...options })
  return near
}

function frame(message: Uint8Array): Uint8Array {
  const { length } = message
  return length < 128 ? Uint8Array.of(length, ...message) : Uint8Array.of((length & 127) | 128, length >> 7, ...message)
}

/** A listener that answers identify with these bytes and then ends its side. */
function answering(clock: SimulatedClock, answer: Uint8Array, options: PairOptions = {}): MemoryConnection {
  return connect(
    clock,
    {
      [identifyProtocol]: (stream) => {
        stream.consume({ push: () => {}, end: () => {}, fail: () => {} })
        stream.writeNow(answer)
        stream.closeWriteNow()
      },
    },
    options,
  )
}

await t.test(
  'tells the reader everything, whatever way the bytes are cut [ID-ROLE-1] [ID-FRAME-1] [ID-WRITE-1] [ID-KEY-1] [ID-ADDR-1] [ID-AGENT-1] [ID-VER-1]',
  async (t) => {
    for (const maxChunkLength of [1, 13, Infinity]) {
      const clock = new SimulatedClock()
      const connection = connect(
        clock,
        { [identifyProtocol]: (stream) => handleIdentify(stream, self, { clock }) },
        { maxChunkLength, borrowed: true },
      )
      const known = identify(connection, { clock })
      await clock.settle()
      const info = await known
      t.equal(info.agentVersion, 'example/1.2.3')
      t.equal(info.protocolVersion, '/my-network/0.1.0')
      t.same(info.protocols, self.protocols)
      t.same(info.listenAddresses?.map(String), self.listenAddresses.map(String))
      t.equal(
        String(info.observedAddress),
        '/ip4/192.0.2.7/tcp/50000',
        'the address of the reader [ID-OBS-1] [ID-OBS-2]',
      )
      t.same(info.publicKey, self.publicKey)
      t.equal(clock.timerCount, 0)
      t.same(
        connection.streams.map(({ writeStatus, readStatus }) => [writeStatus, readStatus]),
        [['closed', 'closed']],
      )
      t.same(connection.other?.failures, [])
    }
  },
)

await t.test(
  'believes the addresses of a good signed record, and no other [ID-REC-1] [ID-REC-2] [ID-REC-3]',
  async (t) => {
    const addresses = [multiaddr('/ip4/198.51.100.1/tcp/1').bytes]
    const good = sealPeerRecord(listenerKey, { sequence: 7n, addresses })
    const foreign = sealPeerRecord(dialerKey, { sequence: 7n, addresses })
    const broken = good.with(good.length - 1, (good.at(-1) ?? 0) ^ 1)
    for (const [signedPeerRecord, error] of [
      [good, undefined],
      [foreign, 'wrong-peer'],
      [broken, 'bad-envelope'],
      [Uint8Array.of(1, 2, 3), 'bad-envelope'],
    ] as const) {
      const clock = new SimulatedClock()
      const connection = connect(clock, {
        [identifyProtocol]: (stream) => handleIdentify(stream, { ...self, signedPeerRecord }, { clock }),
      })
      const known = identify(connection, { clock })
      await clock.settle()
      const info = await known
      t.equal(info.recordError, error)
      t.same(
        info.listenAddresses?.map(String),
        error === undefined ? ['/ip4/198.51.100.1/tcp/1'] : self.listenAddresses.map(String),
      )
      t.equal(info.recordSequence, error === undefined ? 7n : undefined)
      t.same(info.signedPeerRecord, error === undefined ? good : undefined)
    }
  },
)

await t.test('merges up to ten messages, and refuses the eleventh [ID-READ-1] [ID-READ-2]', async (t) => {
  for (const count of [1, 2, 10, 11]) {
    const clock = new SimulatedClock()
    const parts = Array.from({ length: count }, (_, index) =>
      frame(encodeIdentify({ protocols: [`/p/${index}`], agentVersion: `v${index}` })),
    )
    const known = identify(answering(clock, Buffer.concat(parts), { maxChunkLength: 7 }), { clock }).catch(code)
    await clock.settle()
    const info = await known
    if (typeof info === 'string') t.equal(`${count} ${info}`, '11 too-many-parts')
    else t.same([info.protocols?.length, info.agentVersion], [count, `v${count - 1}`])
  }
})

await t.test('refuses a key that is not that of the connection [ID-KEY-2]', async (t) => {
  const keys: readonly Uint8Array[] = [dialerKey.publicKey.encode(), Uint8Array.of(8, 1, 18, 1, 0), new Uint8Array(0)]
  for (const publicKey of keys) {
    const clock = new SimulatedClock()
    const connection = answering(clock, frame(encodeIdentify({ ...selfMessages(self, undefined).self, publicKey })))
    const known = identify(connection, { clock }).catch(code)
    await clock.settle()
    t.equal(await known, 'foreign-key')
    t.equal(connection.streams[0]?.readStatus, 'reset')
  }
})

await t.test('refuses what is no message, too long, cut off or missing [ID-FRAME-1] [ID-FRAME-2]', async (t) => {
  const answers: readonly (readonly [string, Uint8Array])[] = [
    ['empty', new Uint8Array(0)],
    ['malformed', Uint8Array.of(3, 0x32, 9, 0x61)],
    ['malformed', frame(new Uint8Array(8193))],
    ['malformed', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['malformed', frame(encodeIdentify({ agentVersion: 'example/1.2.3' })).subarray(0, 9)],
    ['malformed', Uint8Array.of(0x81, 0x00, 0x00)],
  ]
  for (const [expected, answer] of answers) {
    const clock = new SimulatedClock()
    const known = identify(answering(clock, answer), { clock }).catch(code)
    await clock.settle()
    t.equal(await known, expected)
  }
})

await t.test('a message without fields says nothing, and is legal [ID-FIELD-1]', async (t) => {
  const clock = new SimulatedClock()
  const known = identify(answering(clock, Uint8Array.of(0)), { clock })
  await clock.settle()
  const { peerId, ...rest } = await known
  t.ok(peerId.equals(listener.peer))
  t.ok(Object.values(rest).every((value) => value === undefined))
})

await t.test('goes on with another protocol version [ID-VER-2]', async (t) => {
  const clock = new SimulatedClock()
  const known = identify(answering(clock, frame(encodeIdentify({ protocolVersion: '/other/9.9.9' }))), { clock })
  await clock.settle()
  t.equal((await known).protocolVersion, '/other/9.9.9')
})

await t.test('gives the other side five seconds [ID-TIME-1]', async (t) => {
  const clock = new SimulatedClock()
  const silent = connect(clock, { [identifyProtocol]: () => {} })
  const known = identify(silent, { clock }).catch(code)
  await clock.advance(4_990)
  t.equal(clock.timerCount, 1)
  await clock.advance(20)
  t.equal(await known, 'timeout')
  t.equal(clock.timerCount, 0)
})

await t.test(
  'the first message has at most 4096 bytes; the record is left out of it before addresses before protocols [ID-FRAME-3] [ID-WRITE-2]',
  (t) => {
    const addresses = Array.from({ length: 200 }, (_, index) => multiaddr(`/ip4/10.0.0.${index}/tcp/4001`))
    const protocols = Array.from({ length: 300 }, (_, index) => `/protocol/number/${index}/1.0.0`)
    const signedPeerRecord = new Uint8Array(2500)
    const size = (message: Identify): number => encodeIdentify(message).byteLength
    const most = (some: Partial<IdentifySelf>): Identify => selfMessages({ ...self, ...some }, dialer.address).self

    const small = most({ signedPeerRecord: new Uint8Array(500) })
    t.equal(small.signedPeerRecord?.length, 500)
    const unsigned = most({ signedPeerRecord, listenAddresses: addresses })
    t.equal(unsigned.signedPeerRecord, undefined)
    t.equal(unsigned.listenAddrs?.length, 200)
    const fewer = most({ signedPeerRecord, listenAddresses: addresses, protocols: protocols.slice(0, 100) })
    t.ok((fewer.listenAddrs?.length ?? 0) > 10 && (fewer.listenAddrs?.length ?? 0) < 200)
    t.equal(fewer.protocols?.length, 100)
    t.ok(size(fewer) <= 4096 && size(fewer) > 4096 - 20, 'as many as fit')
    const fewest = most({ signedPeerRecord, listenAddresses: addresses, protocols })
    t.equal(fewest.listenAddrs?.length, 0)
    t.ok((fewest.protocols?.length ?? 0) > 50 && size(fewest) <= 4096)
    t.same(fewest.publicKey, self.publicKey)
    t.end()
  },
)

await t.test(
  'a record that has no room follows in a second message, and what has room in one comes in one [ID-WRITE-3]',
  async (t) => {
    const addresses = Array.from({ length: 60 }, (_, index) =>
      multiaddr(`/dns4/host-${index}.somewhere.far.example.com/tcp/4001`),
    )
    const signedPeerRecord = sealPeerRecord(listenerKey, {
      sequence: 1n,
      addresses: addresses.map(({ bytes }) => bytes),
    })
    const protocols = Array.from({ length: 20 }, (_, index) => `/protocol/number/${index}/1.0.0`)
    for (const [listenAddresses, frames] of [
      [addresses, 2],
      [addresses.slice(0, 2), 1],
    ] as const) {
      const clock = new SimulatedClock()
      const connection = connect(clock, {
        [identifyProtocol]: async (stream) =>
          await handleIdentify(stream, { ...self, protocols, listenAddresses, signedPeerRecord }, { clock }),
      })
      const stream = connection.openStream(identifyProtocol)
      const parts: Identify[] = []
      const bytes: number[] = []
      for await (const chunk of stream) bytes.push(...chunk)
      for (let at = 0; at < bytes.length;) {
        const low = bytes[at] ?? 0
        const isLong = low >= 0x80
        const length = isLong ? (low & 0x7f) | ((bytes[at + 1] ?? 0) << 7) : low
        const start = at + (isLong ? 2 : 1)
        t.ok(length <= 4096, `${length} bytes`)
        parts.push(decodeIdentify(Uint8Array.from(bytes.slice(start, start + length))))
        at = start + length
      }
      t.equal(parts.length, frames)
      t.same(parts.at(-1)?.signedPeerRecord, signedPeerRecord)
      t.equal(parts[0]?.listenAddrs?.length, listenAddresses.length)
      const info = await identify(connection, { clock })
      t.equal(info.recordSequence, 1n)
      t.equal(info.protocols?.length, 20)
    }
    t.same(
      selfMessages({ ...self, signedPeerRecord: new Uint8Array(5_000) }, undefined).rest,
      {},
      'too long for any message',
    )
  },
)

await t.test(
  'a push reaches the other side, and what it leaves out stays as it was [ID-ROLE-2] [ID-PUSH-1] [ID-PUSH-2] [ID-PUSH-3]',
  async (t) => {
    const clock = new SimulatedClock()
    let pushed: Awaited<ReturnType<typeof handleIdentifyPush>> | undefined
    const connection = connect(clock, {
      [identifyPushProtocol]: async (stream) => {
        pushed = await handleIdentifyPush(stream, budgets, { clock })
      },
    })
    const done = pushIdentify(
      connection,
      { ...self, publicKey: dialerKey.publicKey.encode(), protocols: ['/new/1'] },
      { clock },
    )
    await clock.settle()
    await done
    t.same(pushed?.protocols, ['/new/1'])
    t.ok(pushed?.peerId.equals(dialer.peer))

    const before = readInfo(selfMessages(self, undefined).self, listener.peer)
    const after = applyPush(before, readInfo({ agentVersion: 'example/2.0.0' }, listener.peer))
    t.same({ ...after, agentVersion: 'example/1.2.3' }, before)
    t.equal(after.agentVersion, 'example/2.0.0')
    t.end()
  },
)

await t.test(
  'reads thirty pushes of one peer in a minute over all of its connections, and resets the next [ID-PUSH-4]',
  async (t) => {
    const clock = new SimulatedClock()
    const budgets = new PushBudgets()
    let read = 0
    const handler = {
      [identifyPushProtocol]: async (stream: MemoryStream) => {
        await handleIdentifyPush(stream, budgets, { clock })
        read += 1
      },
    }
    const connections = [connect(clock, handler), connect(clock, handler)]
    const push = async (connection = connections[0]): Promise<void> => {
      if (connection === undefined) return
      void pushIdentify(connection, { ...self, publicKey: dialerKey.publicKey.encode() }, { clock }).catch(
        () => undefined,
      )
      await clock.settle()
    }
    for (let count = 0; count < 35; count += 1) await push(connections[count % 2])
    t.equal(read, 30)
    t.same(
      connections.flatMap(({ other }) => other?.failures.map((error) => Object(error).code)),
      Array.from({ length: 5 }, () => 'too-many-pushes'),
    )
    await clock.advance(2_001)
    await push()
    t.equal(read, 31, 'the allowance comes back with time')
  },
)

await t.test(
  'reads so many pushes of one network and no more, whoever sends them; this machine is not counted [ID-PUSH-4]',
  (t) => {
    const { networkPushesPerMinute, maxPushBudgets } = limits.identify
    const budgets = new PushBudgets()
    const peers = Array.from({ length: 250 }, (_, at) => {
      return peerIdFromPublicKey(privateKeyFromSeed(new Uint8Array(32).fill(at)).publicKey)
    })
    const taken = (address: (at: number) => string): number =>
      peers.filter((remotePeer, at) => {
        const [near] = connectionPair(
          dialer,
          { peer: remotePeer, address: multiaddr(address(at)), handlers: new Map() },
          {},
        )
        return budgets.take(near, 0)
      }).length
    t.equal(
      taken((at) => `/ip4/192.0.2.${at}/tcp/1`),
      networkPushesPerMinute,
    )
    t.equal(
      taken((at) => `/ip6/2001:db8:1:1${at.toString(16).padStart(2, '0')}::1/tcp/1`),
      networkPushesPerMinute,
    )
    t.equal(
      taken((at) => `/ip4/198.51.${at}.1/tcp/1`),
      250,
      'of many networks all are read',
    )
    t.equal(
      taken(() => '/ip4/127.0.0.1/tcp/1'),
      250,
    )
    for (let at = 0; at < 3 * maxPushBudgets; at += 1) {
      const address = multiaddr(`/ip4/10.${(at >> 8) & 0xff}.${at & 0xff}.1/tcp/1`)
      budgets.take(connectionPair(dialer, { peer: dialer.peer, address, handlers: new Map() }, {})[0], 0)
    }
    t.ok(budgets.size <= maxPushBudgets, `${budgets.size} are counted`)
    t.end()
  },
)

await t.test('pushes to all, 32 at a time, and names those that failed', async (t) => {
  const clock = new SimulatedClock()
  let read = 0
  let opening = 0
  let most = 0
  const slow = (): MemoryConnection => {
    const connection = connect(clock, {
      [identifyPushProtocol]: async (stream) => {
        await handleIdentifyPush(stream, new PushBudgets(), { clock })
        read += 1
      },
    })
    const open = connection.openStream.bind(connection)
    // A connection may need time to open a stream.
    const openStream = async (protocol: string): Promise<MemoryStream> => {
      opening += 1
      most = Math.max(most, opening)
      await new Promise<void>((resolve) => clock.startTimer(10, resolve))
      opening -= 1
      return open(protocol)
    }
    return Object.assign(connection, { openStream })
  }
  const closed = connect(clock, {})
  await closed.close()
  const failures = pushIdentifyToAll(
    [slow(), closed, ...Array.from({ length: 40 }, slow)],
    { ...self, publicKey: dialerKey.publicKey.encode() },
    { clock },
  )
  await clock.advance(100)
  t.same([...(await failures).keys()], [closed])
  t.equal(read, 41)
  t.equal(most, 32)
})

await t.test(
  'leaves out what is over a limit or no address (go-libp2p #3501) [ID-READ-3] [ID-TEXT-1] [ID-TEXT-2] [ID-TEXT-3]',
  (t) => {
    const address = multiaddr('/ip4/127.0.0.1/tcp/4001').bytes
    const info = readInfo(
      {
        listenAddrs: [Uint8Array.of(255, 255), ...Array.from({ length: 600 }, () => address), new Uint8Array(0)],
        protocols: [
          '',
          'x'.repeat(129),
          '\u{1f600}'.repeat(128),
          '\u{1f600}'.repeat(129),
          ...Array.from({ length: 2000 }, (_, index) => `/p/${index}`),
        ],
        observedAddr: new Uint8Array(5000),
        agentVersion: `a\u001b[31m\u202eb\ud800${'\u{1f600}'.repeat(500)}`,
        protocolVersion: 'x'.repeat(8000),
      },
      listener.peer,
    )
    t.equal(info.listenAddresses?.length, 499, 'one of the first 500 is no address')
    t.equal(info.protocols?.length, 1024)
    t.equal(info.protocols?.[0], '\u{1f600}'.repeat(128))
    t.equal(info.observedAddress, undefined)
    t.equal(info.agentVersion, `a\ufffd[31m\ufffdb\ufffd${'\u{1f600}'.repeat(119)}`)
    t.equal(info.protocolVersion?.length, 128)
    t.equal(presentable('é 日本 👍🏽'), 'é 日本 👍🏽')
    t.end()
  },
)

await t.test('what is kept of a message keeps nothing else of the bytes that it came in', (t) => {
  const envelope = sealPeerRecord(listenerKey, { sequence: 1n, addresses: [multiaddr('/ip4/192.0.2.1/tcp/1').bytes] })
  const inside = (bytes: Uint8Array): Uint8Array => {
    // As a cipher gives it.
    const chunk = Buffer.alloc(65_536)
    chunk.set(bytes, 9)
    return chunk.subarray(9, 9 + bytes.length)
  }
  const info = readInfo(
    {
      publicKey: inside(listenerKey.publicKey.encode()),
      signedPeerRecord: inside(envelope),
      observedAddr: inside(multiaddr('/ip4/192.0.2.2/tcp/2').bytes),
    },
    listener.peer,
  )
  const inAddress = (address: Multiaddr | undefined): Uint8Array | undefined => address?.getComponents()[0]?.bytes
  const kept = [
    info.publicKey,
    info.signedPeerRecord,
    inAddress(info.observedAddress),
    inAddress(info.listenAddresses?.[0]),
  ]
  for (const bytes of kept) t.ok((bytes?.buffer.byteLength ?? Infinity) < 1_000, `${bytes?.buffer.byteLength}`)
  t.end()
})

await t.test('survives arbitrary answers and mutated good ones, whatever way they are cut', async (t) => {
  const good = frame(
    encodeIdentify({
      ...selfMessages(self, dialer.address).self,
      signedPeerRecord: sealPeerRecord(listenerKey, { sequence: 1n, addresses: [] }),
    }),
  )
  const mutated = fc
    .tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }))
    .map(([at, byte]) => good.with(at, byte))
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 300 })), fc.integer(), async (bytes, seed) => {
      const clock = new SimulatedClock()
      const known = identify(answering(clock, bytes, { random: new SeededRandom(seed), borrowed: true }), { clock })
      const outcome = known.then(
        () => 'info',
        (error: unknown) => (error instanceof DriverError ? 'refused' : String(error)),
      )
      await clock.settle()
      t.match(await outcome, /^(info|refused)$/)
      t.equal(clock.timerCount, 0)
    }),
    { numRuns: 150 },
  )
})

await t.test('what is written is what is read', async (t) => {
  const message = fc.record(
    {
      agentVersion: fc.string({ unit: 'binary', maxLength: 50 }),
      protocols: fc.array(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1 }),
      publicKey: fc.uint8Array(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(message, (sent) => {
      const received: Record<string, unknown> = { ...decodeIdentify(encodeIdentify(sent)) }
      for (const key of Object.keys(received)) if (received[key] === undefined) delete received[key]
      t.same(received, sent)
    }),
  )
  t.end()
})
