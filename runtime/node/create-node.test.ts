import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { multiaddr } from '@multiformats/multiaddr'
import { generatePrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import { ping } from '../protocols/ping/ping.ts'
import type { SwarmErrorCode } from '../swarm/errors.ts'
import { SwarmError } from '../swarm/errors.ts'
import { createNode, type NodeEvents, type NodeOptions, type P2pNode } from './create-node.ts'

const loopback = ['/ip4/127.0.0.1/tcp/0']

async function start(t: Test, options: NodeOptions = {}): Promise<P2pNode> {
  const node = await createNode(options)
  t.teardown(() => node.stop())
  return node
}

function addressOf(node: P2pNode): string {
  const [address] = node.addresses
  if (address === undefined) throw new Error('the node listens nowhere')
  return address
}

async function event<Type extends keyof NodeEvents>(node: P2pNode, type: Type): Promise<NodeEvents[Type]> {
  return await new Promise((resolve) => {
    const off = node.events.on(type, (value) => {
      off()
      resolve(value)
    })
  })
}

async function rawSocket(t: Test, node: P2pNode): Promise<Socket> {
  const port = Number(
    multiaddr(addressOf(node))
      .getComponents()
      .find(({ name }) => name === 'tcp')?.value,
  )
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

function hasCode(error: unknown, code: SwarmErrorCode): boolean {
  return error instanceof SwarmError && error.code === code
}

t.test('two nodes talk: echo, ping, identify', async (t) => {
  const server = await start(t, { listen: loopback, agentVersion: 'server/1.0.0' })
  server.handle('/echo/1.0.0', async (stream) => {
    for await (const chunk of stream) await stream.write(chunk)
    await stream.closeWrite()
  })
  const client = await start(t)
  const identified = event(client, 'peer-identified')
  const stream = await client.openStream(addressOf(server), '/echo/1.0.0')
  await stream.write(new TextEncoder().encode('hello'))
  await stream.closeWrite()
  const received: Uint8Array[] = []
  for await (const chunk of stream) received.push(chunk)
  t.equal(Buffer.concat(received).toString(), 'hello')
  const [connection] = client.connections
  if (connection === undefined) throw new Error('no connection')
  t.equal((await ping(connection, { count: 3 })).roundTrips.length, 3)
  t.equal((await identified).info.agentVersion, 'server/1.0.0')
  t.equal(connection.muxer, '/yamux/1.0.0')
  t.ok(connection.remotePeer.equals(server.peerId))
})

t.test('a change of protocols is pushed to peers that know push', async (t) => {
  const server = await start(t, { listen: loopback })
  const client = await start(t)
  const first = event(client, 'peer-identified')
  const known = event(server, 'peer-identified')
  await client.dial(addressOf(server))
  t.notOk((await first).info.protocols?.includes('/later/1.0.0'))
  await known
  const second = event(client, 'peer-identified')
  server.handle('/later/1.0.0', (stream) => stream.reset())
  t.ok((await second).info.protocols?.includes('/later/1.0.0'))
})

t.test('all who dial one peer at once share one connection', async (t) => {
  const server = await start(t, { listen: loopback })
  const client = await start(t)
  const connections = await Promise.all([1, 2, 3].map(() => client.dial(addressOf(server))))
  t.equal(new Set(connections).size, 1)
  t.equal(client.connections.length, 1)
})

t.test('a caller who gives up leaves the shared dial to the others', async (t) => {
  const server = await start(t, { listen: loopback })
  const client = await start(t)
  const giveUp = new AbortController()
  const abandoned = client.dial(addressOf(server), { signal: giveUp.signal })
  const kept = client.dial(addressOf(server))
  giveUp.abort(new Error('changed my mind'))
  await t.rejects(abandoned, { message: 'changed my mind' })
  t.equal((await kept).status, 'open')
})

t.test('a node with another identity than the address says is refused', async (t) => {
  const server = await start(t, { listen: loopback })
  const client = await start(t)
  const other = peerIdFromPublicKey(generatePrivateKey().publicKey)
  const wrong = addressOf(server).replace(server.peerId.toString(), other.toString())
  const failed = await client.dial(wrong).catch((error: unknown) => error)
  t.ok(hasCode(failed, 'upgrade-failed'))
  t.equal(failed instanceof SwarmError ? failed.data.layer : undefined, 'security')
  t.equal(client.connections.length, 0)
})

t.test('dialling oneself, an unknown transport, or after stop fails at once and says why', async (t) => {
  const node = await start(t, { listen: loopback })
  t.ok(hasCode(await node.dial(addressOf(node)).catch((error: unknown) => error), 'dialled-self'))
  t.ok(
    hasCode(
      await node.dial('/ip4/127.0.0.1/udp/1/quic-v1/webtransport').catch((error: unknown) => error),
      'no-transport',
    ),
  )
  await node.stop()
  t.ok(hasCode(await node.dial('/ip4/127.0.0.1/tcp/1').catch((error: unknown) => error), 'stopped'))
})

t.test('a handler that throws costs its own stream and is reported', async (t) => {
  const server = await start(t, { listen: loopback })
  server.handle('/throws/1.0.0', () => {
    throw new Error('handler bug')
  })
  server.handle('/rejects/1.0.0', async () => await Promise.reject(new Error('later bug')))
  const client = await start(t)
  for (const [protocol, message] of [
    ['/throws/1.0.0', 'handler bug'],
    ['/rejects/1.0.0', 'later bug'],
  ] as const) {
    const failed = event(server, 'handler-failed')
    const stream = await client.openStream(addressOf(server), protocol)
    t.match(await failed, { protocol, error: { message } })
    await t.rejects(async () => await stream.read())
  }
  t.equal(client.connections[0]?.status, 'open')
})

t.test('an unknown protocol is refused and the connection stays', async (t) => {
  const server = await start(t, { listen: loopback })
  const client = await start(t)
  const connection = await client.dial(addressOf(server))
  await t.rejects(async () => await connection.openStream(['/a/1.0.0', '/b/1.0.0']), { code: 'not-supported' })
  const optimistic = await connection.openStream('/a/1.0.0')
  await t.rejects(async () => await optimistic.read(), { code: 'not-supported' })
  t.equal(connection.status, 'open')
})

t.test('one connection holds no more inbound streams of a protocol than its handler allows', async (t) => {
  const server = await start(t, { listen: loopback })
  server.handle('/held/1.0.0', (stream) => void stream.write(new Uint8Array(1)), { maxInboundStreams: 2 })
  const client = await start(t)
  const connection = await client.dial(addressOf(server))
  const open = async (): Promise<Uint8Array | null> => await (await connection.openStream('/held/1.0.0')).read()
  t.ok(await open())
  t.ok(await open())
  await t.rejects(open(), 'the third is reset')
})

t.test('silent sockets cost one bounded slot each and never the service of others', async (t) => {
  const limits = { maxPendingInbound: 2, inboundUpgradeTimeoutMs: 300 }
  const server = await start(t, { listen: loopback, limits })
  const refused: unknown[] = []
  server.events.on('inbound-failed', ({ error }) => refused.push(error))
  const sockets = [await rawSocket(t, server), await rawSocket(t, server)]
  const third = await rawSocket(t, server)
  await once(third, 'close')
  t.ok(hasCode(refused[0], 'too-many-pending'), 'the third is turned away while two are pending')
  await Promise.all(sockets.map((socket) => once(socket, 'close')))
  t.equal(refused.length, 3)
  t.ok(refused.slice(1).every((error) => hasCode(error, 'upgrade-failed')))
  const client = await start(t)
  t.equal((await client.dial(addressOf(server))).status, 'open')
})

t.test(
  'what a hostile dialer sends instead of a handshake is an error with its layer, and the node goes on',
  async (t) => {
    const server = await start(t, { listen: loopback })
    const header = '\x13/multistream/1.0.0\n'
    const openings: Record<string, readonly [Buffer, string]> = {
      'an HTTP request': [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'security-negotiation'],
      'a huge length': [Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]), 'security-negotiation'],
      'a cut frame': [Buffer.from('\x13/multi'), 'security-negotiation'],
      'a noise message of no length': [Buffer.from(`${header}\x07/noise\n\x00\x00`), 'security'],
      'noise garbage': [
        Buffer.concat([
          Buffer.from(`${header}\x07/noise\n\x00\x20`),
          Buffer.alloc(32, 7),
          Buffer.from([0, 3, 1, 2, 3]),
        ]),
        'security',
      ],
    }
    for (const [what, [bytes, layer]] of Object.entries(openings)) {
      const failed = event(server, 'inbound-failed')
      const socket = await rawSocket(t, server)
      socket.end(bytes)
      const { error } = await failed
      t.equal(error instanceof SwarmError ? error.data.layer : error, layer, what)
    }
    const client = await start(t)
    t.equal((await client.dial(addressOf(server))).status, 'open')
  },
)

t.test('a full node refuses further connections and says so', async (t) => {
  const server = await start(t, { listen: loopback, limits: { maxConnections: 1 } })
  const [first, second] = [await start(t), await start(t)]
  await first.dial(addressOf(server))
  const failed = event(server, 'inbound-failed')
  await second.dial(addressOf(server)).catch(() => {})
  t.ok(hasCode((await failed).error, 'too-many-connections'))
  t.equal(server.connections.length, 1)
})

t.test('stop ends connections on both sides and is heard', async (t) => {
  const server = await start(t, { listen: loopback })
  const client = await start(t)
  const connection = await client.dial(addressOf(server))
  const closed = event(client, 'connection-closed')
  await server.stop()
  await closed
  t.equal(connection.status, 'closed')
  t.equal(client.connections.length, 0)
  await connection.closed
})

t.test('listens by TCP and WebSocket at once, on IPv4 and IPv6, and is dialled at each address', async (t) => {
  const listener = await start(t, {
    listen: ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws', '/ip6/::1/tcp/0/ws'],
  })
  t.equal(listener.addresses.length, 4)
  for (const address of listener.addresses) {
    const dialer = await start(t)
    const connection = await dialer.dial(address)
    t.equal(`${connection.remoteAddress}/p2p/${listener.peerId}`, address)
    const { mean } = await ping(connection)
    t.ok(mean >= 0)
  }
})
