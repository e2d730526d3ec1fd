import t, { type Test } from 'tap'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { SwarmError } from '../swarm/errors.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

const mebibyte = 1_048_576

// A wait in vain is a failure.
t.setTimeout(60_000)

async function start(t: Test, options: NodeOptions = {}): Promise<P2pNode> {
  const node = await createNode({ identify: false, ...options })
  t.teardown(() => node.stop())
  return node
}

async function startListening(t: Test, options: NodeOptions = {}): Promise<P2pNode> {
  return await start(t, { listen: ['/ip4/127.0.0.1/tcp/0'], ...options })
}

function addressOf(node: P2pNode): string {
  const [address] = node.addresses
  if (address === undefined) throw new Error('the node listens nowhere')
  return address
}

/** Lets the event loop turn until it is so; the test's own time limit ends a wait in vain. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurn()
}

function used(node: P2pNode): Readonly<Record<string, number>> {
  return node.resources().system.used
}

function isEmpty(node: P2pNode): boolean {
  const { system, transient, peers, protocols, connections } = node.resources()
  return (
    [system, transient].every(({ used }) => Object.values(used).every((count) => count === 0)) &&
    peers.length + protocols.length + connections.length === 0
  )
}

/** Serves the protocol by keeping its streams unread; `errors` says how they ended. */
function hold(node: P2pNode, protocol: string): { readonly streams: Stream[]; readonly errors: unknown[] } {
  const held = { streams: [] as Stream[], errors: [] as unknown[] }
  node.handle(
    protocol,
    (stream) => {
      held.streams.push(stream)
      void stream.closed.then((error) => held.errors.push(error))
    },
    { maxInboundStreams: 1_000 },
  )
  return held
}

async function echo(stream: Stream): Promise<void> {
  for await (const chunk of stream) await stream.write(chunk)
  await stream.closeWrite()
}

async function isServed(client: P2pNode, server: P2pNode): Promise<boolean> {
  const stream = await client.openStream(addressOf(server), '/echo/1.0.0')
  await stream.write(new Uint8Array([7]))
  await stream.closeWrite()
  const chunk = await stream.read()
  return chunk?.[0] === 7
}

t.test('streams and connections give everything back, however they end', async (t) => {
  const server = await startListening(t)
  server.handle('/echo/1.0.0', echo)
  server.handle('/fails/1.0.0', () => {
    throw new Error('on purpose')
  })
  const held = hold(server, '/hold/1.0.0')
  const client = await start(t)
  const connection = await client.dial(addressOf(server))
  t.equal(await isServed(client, server), true)
  const open = async (protocol: string | readonly string[]): Promise<Stream> => await connection.openStream(protocol)
  for (const protocol of ['/fails/1.0.0', '/unknown/1.0.0']) {
    const stream = await open(protocol)
    await t.rejects(async () => {
      await stream.write(new Uint8Array(10))
      while ((await stream.read()) !== null);
    })
  }
  await t.rejects(open(['/unknown/1.0.0', '/none/1.0.0']))
  t.equal((await open(['/unknown/1.0.0', '/hold/1.0.0'])).protocol, '/hold/1.0.0')
  t.throws(() => connection.openStream('/echo/1.0.0', { signal: AbortSignal.abort() }))
  const unread = await open('/hold/1.0.0')
  unread.writeNow(new Uint8Array(100_000))
  await until(
    () => held.streams.length === 2 && used(server)['bytes'] !== undefined && (used(server)['bytes'] ?? 0) > 100_000,
  )
  t.match(used(server), { streams: 2, connections: 1 })
  unread.reset()
  await until(() => used(server)['streams'] === 1)
  t.ok((used(server)['bytes'] ?? 0) < 100_000, 'unread bytes of a reset stream are given back')
  connection.abort()
  await until(() => isEmpty(server) && isEmpty(client))
  await t.rejects(client.dial('/ip4/127.0.0.1/tcp/1'), 'nobody listens there')
  t.equal(isEmpty(client), true)
})

t.test('bytes that nobody reads stay within the budget, and cost the streams that hold them alone', async (t) => {
  const budget = 2 * mebibyte
  const server = await startListening(t, { limits: { resources: { connection: { bytes: budget } } } })
  server.handle('/echo/1.0.0', echo)
  const held = hold(server, '/hold/1.0.0')
  const hostile = await start(t)
  const connection = await hostile.dial(addressOf(server))
  let most = 0
  for (let count = 0; count < 40; count += 1) {
    const stream = await connection.openStream('/hold/1.0.0')
    stream.writeNow(new Uint8Array(250_000))
  }
  await until(() => {
    most = Math.max(most, used(server)['bytes'] ?? 0)
    return held.errors.length >= 20
  })
  t.ok(most <= budget, `${most} bytes of 10,000,000 were held at most`)
  const [error] = held.errors
  t.match(error instanceof SwarmError && error.data.refusal, { scope: 'connection', resource: 'bytes', limit: budget })
  t.equal(connection.status, 'open')
  const honest = await start(t)
  t.equal(await isServed(honest, server), true)
})

t.test('what a remote asks for and never reads stays within the budget', async (t) => {
  const budget = 3 * mebibyte
  const server = await startListening(t, { limits: { resources: { peer: { bytes: budget } } } })
  const failures: unknown[] = []
  server.handle('/flood/1.0.0', (stream) => {
    void stream.closed.then((error) => failures.push(error))
    for (let count = 0; count < 3; count += 1)
      if (stream.writeStatus === 'open') stream.writeNow(new Uint8Array(900_000))
  })
  const hostile = await start(t)
  const connection = await hostile.dial(addressOf(server))
  let most = 0
  for (let count = 0; count < 8; count += 1) {
    const stream = await connection.openStream('/flood/1.0.0')
    stream.writeNow(new Uint8Array(1))
  }
  await until(() => {
    most = Math.max(most, used(server)['bytes'] ?? 0)
    return failures.length >= 4
  })
  t.ok(most <= budget, `${most} bytes of 21,600,000 were held at most`)
  t.match(failures[0], { code: 'too-many-bytes' })
})

t.test(
  'a peer that opens streams without end is refused those above its budget; others are served (CVE-2022-23492, CVE-2022-23486, CVE-2022-23487)',
  async (t) => {
    const server = await startListening(t, { limits: { resources: { peer: { inboundStreams: 4 } } } })
    server.handle('/echo/1.0.0', echo)
    const held = hold(server, '/hold/1.0.0')
    const hostile = await start(t)
    const connection = await hostile.dial(addressOf(server))
    const streams = []
    for (let count = 0; count < 50; count += 1) {
      const stream = await connection.openStream('/hold/1.0.0')
      stream.writeNow(new Uint8Array(1))
      streams.push(stream)
    }
    await Promise.all(streams.slice(4).map(async (stream) => t.ok(await stream.closed, 'reset by the server')))
    t.equal(held.streams.length, 4)
    t.equal(used(server)['inboundStreams'], 4)
    const honest = await start(t)
    t.equal(await isServed(honest, server), true)
  },
)

t.test('a peer that connects again and again is refused above its budget; others get in', async (t) => {
  const server = await startListening(t, { limits: { resources: { peer: { connections: 2 } } } })
  server.handle('/echo/1.0.0', echo)
  const refused: Error[] = []
  server.events.on('inbound-failed', ({ error }) => refused.push(error))
  const hostile = await start(t)
  const bare = addressOf(server).replace(/\/p2p\/.*/, '')
  for (let count = 0; count < 5; count += 1) await hostile.dial(bare).catch(() => {})
  await until(() => refused.length === 3)
  t.match(refused[0], { code: 'too-many-connections', data: { refusal: { scope: 'peer', limit: 2, used: 2 } } })
  t.match(refused[0]?.message, hostile.peerId.toString())
  const honest = await start(t)
  t.equal(await isServed(honest, server), true)
})

t.test('an outbound stream or dial above a budget throws at once, and says which budget', async (t) => {
  const server = await startListening(t)
  const other = await startListening(t)
  const client = await start(t, { limits: { resources: { system: { connections: 1, outboundStreams: 1 } } } })
  const connection = await client.dial(addressOf(server))
  await connection.openStream('/echo/1.0.0')
  t.throws(() => connection.openStream('/echo/1.0.0'), {
    code: 'too-many-streams',
    data: { refusal: { scope: 'system' } },
  })
  await t.rejects(client.dial(addressOf(other)), { code: 'too-many-connections' })
})

t.test('a node above its high mark trims down to its low mark, and keeps whom it protects', async (t) => {
  const server = await startListening(t, { connectionManager: { lowWater: 2, highWater: 4, gracePeriodMs: 0 } })
  const clients = [await start(t), await start(t), await start(t), await start(t), await start(t)]
  const [first] = clients
  if (first === undefined) throw new Error('no client')
  server.connectionManager.protect(first.peerId, 'test')
  for (const client of clients) await client.dial(addressOf(server))
  await until(() => server.connections.length === 2)
  t.ok(server.connections.some(({ remotePeer }) => remotePeer.equals(first.peerId)))
})

t.test('a node serves 500 connections with 5,000 streams, and holds nothing when they are gone', async (t) => {
  const server = await startListening(t)
  server.handle('/echo/1.0.0', echo)
  const clients: P2pNode[] = []
  for (let count = 0; count < 500; count += 1) clients.push(await createNode({ identify: false }))
  const streams: Stream[] = []
  let answers = 0
  for (let at = 0; at < clients.length; at += 25) {
    await Promise.all(
      clients.slice(at, at + 25).map(async (client) => {
        const connection = await client.dial(addressOf(server))
        for (let count = 0; count < 10; count += 1) {
          const stream = await connection.openStream('/echo/1.0.0')
          await stream.write(new Uint8Array([count]))
          if ((await stream.read())?.[0] === count) answers += 1
          streams.push(stream)
        }
      }),
    )
  }
  t.equal(answers, 5_000)
  t.match(used(server), { connections: 500, inboundConnections: 500, streams: 5_000, inboundStreams: 5_000 })
  t.equal(server.resources().protocols.find(({ name }) => name === '/echo/1.0.0')?.used.streams, 5_000)
  for (const stream of streams.slice(0, 2_500)) await stream.closeWrite()
  await until(() => used(server)['streams'] === 2_500)
  await Promise.all(clients.map((client) => client.stop()))
  await until(() => isEmpty(server))
  t.ok(clients.every(isEmpty))
})
