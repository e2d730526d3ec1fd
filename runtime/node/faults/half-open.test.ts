import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, Socket, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import t from 'tap'
import { limits } from '@p2pspec/generated/common/limits'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { yamux } from '../../protocols/yamux/yamux.ts'
import { tcp } from '../../swarm/transports/tcp/tcp.ts'
import { createNode, type NodeOptions, type P2pNode } from '../create-node.ts'
import { CuttingRelay } from './cutting-relay.ts'

t.test(
  'a remote that takes a connection and never answers costs the dial its time, and the error says where it stood',
  async (t) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    const { port } = server.address() as AddressInfo // a TCP server has an address object
    const listener = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0'] })
    const dialer = await node(t, { limits: { dialTimeoutMs: 300 } })
    // With the time of everybody: a busy machine may need more than the other's.
    const beside = await node(t, {})
    for (const suffix of ['', '/ws', '/tls/ws']) {
      const address = `/ip4/127.0.0.1/tcp/${port}${suffix}`
      const silent = dialer.dial(address).catch((error: unknown) => String(error))
      const [served] = await Promise.all([beside.dial(listener.addresses[0] ?? ''), silent])
      t.equal((await ping(served)).roundTrips.length, 1, 'others are dialled and served meanwhile')
      t.match(await silent, address)
      t.match(await silent, /took over 300 ms/)
      t.match(await silent, suffix === '' ? /failed in security-negotiation/ : /connect/)
    }
    t.equal(dialer.resources().transient.used.connections, 0)
  },
)

t.test(
  'remotes that connect and say nothing, or half of something, are let go, and others are served beside them',
  async (t) => {
    const listener = await node(t, {
      listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
      limits: { inboundUpgradeTimeoutMs: 3_000 },
    })
    const failures: string[] = []
    listener.events.on('inbound-failed', ({ error }) => failures.push(error.message))
    const ports = listener.addresses.map((address) => Number(/tcp\/(\d+)/.exec(address)?.[1]))
    const words = [
      '',
      '\u0013/multistream',
      '\u0013/multistream/1.0.0\n\u0007/noi',
      'GET / HTTP/1.1\r\nHost: x\r\nUpgr',
    ]
    const ended = ports.flatMap((port) =>
      words.map(async (word) => await untilClosed(connect(port, '127.0.0.1'), word)),
    )
    const dialer = await node(t, {})
    for (const address of listener.addresses) {
      const connection = await dialer.dial(address)
      t.equal((await ping(connection)).roundTrips.length, 1)
    }
    // The clients never end their own side: the node alone can let go.
    await Promise.all(ended)
    t.ok(
      failures.some((message) => /took over 3000 ms/.test(message)),
      failures.join('; '),
    )
    t.equal(listener.resources().transient.used.connections, 0)
  },
)

t.test(
  'a peer that vanishes without a word ends its connection by itself, once a ping of the muxer is not answered',
  async (t) => {
    const listener = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0'] })
    const [address = ''] = listener.addresses
    const port = Number(/tcp\/(\d+)/.exec(address)?.[1])
    await using relay = await CuttingRelay.to({ port, host: '127.0.0.1' })
    const clock = new SimulatedClock()
    const dialer = await node(t, { muxers: [yamux({ clock })] })
    const connection = await dialer.dial(address.replace(String(port), String(relay.port)))
    t.equal((await ping(connection)).roundTrips.length, 1)
    relay.silence()
    const { keepaliveInterval, pongTimeout } = limits.yamux
    await clock.advance(keepaliveInterval + pongTimeout + 1_000)
    t.match(String(await connection.closed), /neither answered a ping nor sent anything/)
    t.equal(dialer.resources().system.used.connections, 0)
  },
)

t.test('a machine that takes no connection at all costs a dial its time and no socket', async (t) => {
  const program = `require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string] // what it prints
  // It stands still: the system takes as many as wait for it, and then answers nothing.
  child.kill('SIGSTOP')
  const waiting = [0, 1].map(() => connect(Number(port), '127.0.0.1'))
  t.teardown(() => waiting.forEach((socket) => socket.destroy()))
  await Promise.all(waiting.map(async (socket) => await once(socket, 'connect')))
  const clock = new SimulatedClock()
  const dial = tcp({ clock, connectTimeoutMs: 5_000 }).dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}`))
  const failure = dial.catch((error: unknown) => error)
  await clock.advance(5_000)
  t.match(await failure, { code: 'timeout', message: /took longer than 5000 ms/ })
  t.equal(clock.timerCount, 0)
})

t.test('both ends of a TCP connection have the system ask whether the other one is still there', async (t) => {
  const asked: unknown[][] = []
  const setKeepAlive = Reflect.get(Socket.prototype, 'setKeepAlive') as (...options: unknown[]) => Socket // the method itself
  Socket.prototype.setKeepAlive = function (...options: unknown[]): Socket {
    asked.push(options)
    return Reflect.apply(setKeepAlive, this, options)
  }
  t.teardown(() => (Socket.prototype.setKeepAlive = setKeepAlive))
  const listener = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0'] })
  const dialer = await node(t, {})
  await ping(await dialer.dial(listener.addresses[0] ?? ''))
  t.same(asked, [
    [true, 30_000],
    [true, 30_000],
  ])
})

async function untilClosed(socket: Socket, word: string): Promise<void> {
  socket.on('error', () => undefined)
  socket.resume()
  if (word !== '') socket.write(word)
  await once(socket, 'close')
}

async function node(t: { teardown(last: () => Promise<void>): void }, options: NodeOptions): Promise<P2pNode> {
  const made = await createNode(options)
  t.teardown(async () => await made.stop())
  return made
}
