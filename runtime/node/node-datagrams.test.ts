import { ok } from 'node:assert/strict'
import { limits } from '@p2pspec/generated/common/limits'
import type { Datagrams } from '@p2pspec/generated/interfaces/datagrams'
import t, { type Test } from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { ping } from '../protocols/ping/ping.ts'
import type { SwarmConnection } from '../swarm/connection.ts'
import { quic, type QuicOptions } from '../swarm/transports/quic/quic.ts'
import { quiche } from '../swarm/transports/quic/quiche/quiche-library.ts'
import { UdpRelay } from '../swarm/transports/quic/udp-relay.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'
import { NodeMetrics } from './metrics/node-metrics.ts'
import type { TraceEvent } from './trace/trace-event.ts'

t.setTimeout(120_000)

const listen = ['/ip4/127.0.0.1/udp/0/quic-v1']
const asked: Partial<QuicOptions> = { library: quiche, datagrams: true }

async function start(test: Test, transport: Partial<QuicOptions>, options: NodeOptions = {}): Promise<P2pNode> {
  const privateKey = generatePrivateKey()
  const node = await createNode({ ...options, privateKey, transports: [quic({ privateKey, ...transport })] })
  test.teardown(async () => await node.stop())
  return node
}

interface Pair {
  readonly near: SwarmConnection
  readonly far: SwarmConnection
  readonly client: P2pNode
  readonly server: P2pNode
}

async function connected(server: P2pNode, client: P2pNode, address = server.addresses[0] ?? ''): Promise<Pair> {
  const opened = new Promise<SwarmConnection>((resolve) =>
    server.events.on('connection-opened', ({ connection }) => resolve(connection)),
  )
  const near = await client.dial(address)
  return { near, far: await opened, client, server }
}

async function pairOf(test: Test): Promise<Pair> {
  return await connected(await start(test, asked, { listen }), await start(test, asked))
}

function of({ datagrams }: SwarmConnection): Datagrams {
  ok(datagrams !== undefined)
  return datagrams
}

/** Told apart by their first bytes, and each other byte follows from those. */
function numbered(number: number, length: number): Uint8Array {
  const datagram = new Uint8Array(length).map((_, index) => number * 31 + index)
  if (length >= 4) new DataView(datagram.buffer).setUint32(0, number)
  return datagram
}

t.test(
  'datagrams of every length arrive whole, on both ways [DGM-WHOLE-1] [QUIC-DATAGRAM-4] [QUIC-DATAGRAM-6]',
  async (t) => {
    const { near, far } = await pairOf(t)
    for (const [one, other] of [
      [of(near), of(far)],
      [of(far), of(near)],
    ] as const) {
      const { maxBytes } = one
      t.ok(maxBytes > 1_200 && maxBytes < limits.quic.packetBytes, `${maxBytes} bytes fit`)
      for (const length of [0, 1, 63, 64, 65, 500, maxBytes - 1, maxBytes]) {
        const sent = numbered(length, length)
        t.equal(one.send(sent), true)
        t.same(await other.receive(), sent, `${length} bytes`)
      }
      t.throws(() => one.send(new Uint8Array(maxBytes + 1)), { code: 'too-large', maxBytes })
    }
    t.ok((await ping(near)).mean > 0, 'streams go on beside them')
  },
)

t.test(
  'a network that loses packets loses datagrams, doubles none and changes none, and streams bear it',
  async (t) => {
    const server = await start(t, asked, { listen })
    const relay = await UdpRelay.to(Number(server.addresses[0]?.split('/')[4]))
    t.teardown(() => relay.close())
    const { near, far } = await connected(server, await start(t, asked), `${relay.address}/p2p/${server.peerId}`)
    let passed = 0
    relay.lets = () => {
      passed += 1
      return passed % 5 !== 0
    }
    const seen = new Set<number>()
    let wrong = 0
    const reading = (async () => {
      for await (const datagram of of(far)) {
        const number = new DataView(datagram.buffer).getUint32(0)
        if (seen.has(number) || !Buffer.from(datagram).equals(numbered(number, 1_000))) wrong += 1
        seen.add(number)
      }
    })()
    server.handle('/echo/1', async (stream) => {
      for await (const chunk of stream) await stream.write(chunk)
      await stream.closeWrite()
    })
    const stream = await near.openStream('/echo/1')
    const count = 300
    for (let number = 0; number < count; number += 1) {
      while (!of(near).send(numbered(number, 1_000))) await new Promise((resolve) => setImmediate(resolve))
      await stream.write(new Uint8Array(1_000))
    }
    await stream.closeWrite()
    let echoed = 0
    for await (const chunk of stream) echoed += chunk.byteLength
    t.equal(echoed, count * 1_000, 'the stream lost nothing')
    relay.lets = () => true
    await near.close()
    await far.closed
    await reading
    t.equal(wrong, 0, 'each came once, and as it was sent')
    t.ok(seen.size > count / 3 && seen.size < count, `${seen.size} of ${count} arrived`)
  },
)

t.test(
  'who does not read keeps the newest, and each that was dropped is counted, traced and measured [DGM-QUEUE-1] [QUIC-DATAGRAM-7]',
  async (t) => {
    const trace: TraceEvent[] = []
    const metrics = new NodeMetrics()
    t.teardown(() => metrics.stop())
    const server = await start(t, asked, { listen, metrics, trace: (event) => trace.push(event) })
    const { near, far } = await connected(server, await start(t, asked))
    const count = 2_000
    for (let number = 0; number < count; number += 1) {
      while (!of(near).send(numbered(number, 500))) await new Promise((resolve) => setImmediate(resolve))
    }
    // An answer behind them: what was to arrive has.
    await ping(near)
    await ping(near)
    const { maxUnreadDatagrams, datagramOverheadBytes } = limits.quic
    t.ok(of(far).droppedInbound > 0)
    t.ok(server.resources().system.used.bytes >= maxUnreadDatagrams * (500 + datagramOverheadBytes), 'they count')
    const dropped = trace.reduce((sum, event) => sum + (event.type === 'dropped' ? event.inbound : 0), 0)
    t.equal(dropped, of(far).droppedInbound)
    const family = metrics.collect().find(({ name }) => name === 'p2pspec_datagrams_dropped_total')
    t.match(family?.samples, [{ labels: { direction: 'inbound' }, value: dropped }])
    const numbers: number[] = []
    while (numbers.length < maxUnreadDatagrams) {
      const datagram = await of(far).receive()
      ok(datagram !== null)
      numbers.push(new DataView(datagram.buffer).getUint32(0))
    }
    t.ok((numbers[0] ?? 0) > 0, `the oldest that is left is ${numbers[0]}`)
    t.ok(numbers.at(-1) === Math.max(...numbers), 'they are in their order')
    await near.close()
    await far.closed
    t.equal(await of(far).receive(), null)
    t.equal(server.resources().system.used.bytes, 0, 'nothing of them counts any more')
  },
)

t.test(
  'who was not asked for datagrams takes none, and its remote is told so [QUIC-DATAGRAM-1] [QUIC-DATAGRAM-8]',
  async (t) => {
    const privateKey = generatePrivateKey()
    t.throws(() => quic({ privateKey, datagrams: true }), { code: 'not-supported-by-library', message: /quiche/ })
    for (const [name, transport] of Object.entries({ quinn: {}, quiche: { library: quiche } })) {
      const server = await start(t, transport, { listen })
      const { near, far } = await connected(server, await start(t, asked))
      t.equal(far.datagrams, undefined, name)
      t.equal(of(near).maxBytes, 0, name)
      t.throws(() => of(near).send(new Uint8Array(1)), { code: 'not-supported-by-remote' }, name)
      t.ok((await ping(near)).mean > 0, name)
    }
  },
)

t.test('one UDP port serves a listener and its dials, with datagrams on both', async (t) => {
  const one = await start(t, asked, { listen })
  const other = await start(t, asked, { listen })
  const { near, far } = await connected(other, one)
  t.equal(`${far.remoteAddress}/p2p/${one.peerId}`, one.addresses[0], 'it dialled by the port that it listens on')
  const { near: back, far: there } = await connected(one, await start(t, asked))
  for (const [from, to] of [
    [near, far],
    [back, there],
  ] as const) {
    of(from).send(Uint8Array.of(1, 2, 3))
    t.same(await of(to).receive(), Uint8Array.of(1, 2, 3))
  }
})
