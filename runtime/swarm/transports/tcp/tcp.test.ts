import { connect, createServer, type Socket } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { RawConnection } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { SimulatedClock } from '../../../core/simulated-clock.ts'
import { TransportError } from '../transport-error.ts'
import { fromSystemError } from './system-error.ts'
import { tcp } from './tcp.ts'
import { toTcpAddress } from './tcp-address.ts'
import { TcpConnection } from './tcp-connection.ts'

const anyPort = multiaddr('/ip4/127.0.0.1/tcp/0')

/** Everything that a duplex gives, as one value: the bytes, then how it ended. */
function collect(duplex: ByteDuplex): Promise<{ bytes: Buffer; error: Error | undefined }> {
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    duplex.consume({
      push: (chunk) => chunks.push(Buffer.from(chunk)),
      end: () => {
        resolve({ bytes: Buffer.concat(chunks), error: undefined })
      },
      fail: (error) => {
        resolve({ bytes: Buffer.concat(chunks), error })
      },
    })
  })
}

async function connectedPair(): Promise<{
  dialled: TcpConnection
  accepted: TcpConnection
  close: () => Promise<void>
}> {
  const transport = tcp()
  const accepted = Promise.withResolvers<RawConnection>()
  const listener = await transport.listen(anyPort, accepted.resolve)
  const [address] = listener.addresses
  if (address === undefined) throw new Error('the listener has no address')
  const dialled = await transport.dial(address)
  const other = await accepted.promise
  if (!(dialled instanceof TcpConnection) || !(other instanceof TcpConnection))
    throw new Error('not made by this transport')
  return { dialled, accepted: other, close: () => listener.close() }
}

t.test('carries megabytes both ways, whole and in order, and ends each way by itself', async (t) => {
  const { dialled, accepted, close } = await connectedPair()
  const up = Buffer.alloc(3_000_000, 'up and up ')
  const down = Buffer.alloc(2_000_000, 'down ')
  const atListener = collect(accepted.channel)
  const atDialler = collect(dialled.channel)
  for (let at = 0; at < up.length; at += 100_000) dialled.channel.writeNow(up.subarray(at, at + 100_000))
  dialled.channel.closeWriteNow()
  t.same((await atListener).bytes.equals(up), true)
  accepted.channel.writeNow(down)
  accepted.channel.closeWriteNow()
  const got = await atDialler
  t.equal(got.bytes.equals(down), true)
  t.equal(got.error, undefined)
  await close()
})

t.test('names both ends of a connection', async (t) => {
  const { dialled, accepted, close } = await connectedPair()
  t.equal(dialled.remoteAddress.toString(), accepted.localAddress.toString())
  t.equal(dialled.localAddress.toString(), accepted.remoteAddress.toString())
  dialled.channel.reset()
  await close()
})

t.test('holds the remote back while it is paused, then delivers everything and says that there is room', async (t) => {
  const { dialled, accepted, close } = await connectedPair()
  let received = 0
  let drains = 0
  accepted.channel.pause()
  const all = new Promise<void>((resolve) => {
    accepted.channel.consume({ push: (chunk) => (received += chunk.byteLength), end: resolve, fail: () => undefined })
  })
  let written = 0
  const total = 40_000_000
  const drained = new Promise<void>((resolve) => {
    const go = (): void => {
      while (written < total) {
        written += 100_000
        if (!dialled.channel.writeNow(new Uint8Array(100_000))) return
      }
      resolve()
    }
    const drain = (): void => {
      drains += 1
      go()
    }
    dialled.channel.consume({ push: () => undefined, end: () => undefined, fail: () => undefined, drain })
    go()
  })
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(received, 0)
  t.ok(written < total, 'the writer was told to wait')
  accepted.channel.resume()
  await drained
  dialled.channel.closeWriteNow()
  await all
  t.equal(received, total)
  t.ok(drains > 1)
  dialled.channel.reset()
  await close()
})

t.test('a reset by the remote at any moment is a typed failure, once', async (t) => {
  const server = createServer()
  const sockets: Socket[] = []
  server.on('connection', (socket) => {
    sockets.push(socket)
    socket.write('half a word')
    socket.resetAndDestroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  for (let count = 0; count < 20; count += 1) {
    try {
      const { channel } = await tcp().dial(multiaddr(`/ip4/127.0.0.1/tcp/${address.port}`))
      channel.writeNow(new Uint8Array(10))
      const { error } = await collect(channel)
      t.ok(error instanceof TransportError)
      t.throws(() => channel.writeNow(new Uint8Array(1)), { code: 'closed' })
      channel.reset()
      channel.closeWriteNow()
    } catch (error) {
      t.ok(error instanceof TransportError)
    }
  }
  server.close()
})

t.test('a refused, a timed out and an aborted dial reject with their reasons and leave no socket', async (t) => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const address = closed.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  await new Promise((resolve) => closed.close(resolve))
  const target = multiaddr(`/ip4/127.0.0.1/tcp/${address.port}`)
  await t.rejects(tcp().dial(target), { code: 'refused', message: /127\.0\.0\.1/ })
  await t.rejects(tcp().dial(target, { signal: AbortSignal.abort(new Error('no need')) }), { message: 'no need' })
  const clock = new SimulatedClock()
  // 192.0.2.0/24 is for documentation: nothing answers there, at most the network says so at once.
  const dial = tcp({ clock, connectTimeoutMs: 500 }).dial(multiaddr('/ip4/192.0.2.1/tcp/4001'))
  dial.catch(() => undefined)
  await clock.advance(500)
  const error: unknown = await dial.catch((reason: unknown) => reason)
  t.ok(error instanceof TransportError)
  t.equal(clock.timerCount, 0)
})

t.test('a listener over its limit closes what comes', async (t) => {
  const transport = tcp({ maxConnections: 1 })
  const accepted: RawConnection[] = []
  const listener = await transport.listen(anyPort, (connection) => accepted.push(connection))
  const [address] = listener.addresses
  const port = address === undefined ? 0 : (toTcpAddress(address)?.port ?? 0)
  const first = connect(port, '127.0.0.1')
  const second = connect(port, '127.0.0.1')
  await new Promise<void>((resolve) => {
    second.once('close', () => {
      resolve()
    })
    second.resume()
    second.on('error', () => undefined)
  })
  t.equal(accepted.length, 1)
  first.destroy()
  await listener.close()
  await t.rejects(
    transport.listen(multiaddr('/ip4/192.0.2.7/tcp/0'), () => undefined),
    { code: 'address-in-use' },
  )
})

t.test('knows its own addresses', async (t) => {
  const transport = tcp()
  const is = (text: string): boolean[] => [transport.canDial(multiaddr(text)), transport.canListen(multiaddr(text))]
  t.same(is('/ip4/1.2.3.4/tcp/1'), [true, true])
  t.same(is('/ip6/::1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'), [true, true])
  t.same(is('/dns4/example.com/tcp/1'), [true, false])
  t.same(is('/ip4/1.2.3.4/udp/1'), [false, false])
  t.same(is('/ip4/1.2.3.4/tcp/1/ws'), [false, false])
  await t.rejects(transport.dial(multiaddr('/ip4/1.2.3.4/udp/1/quic-v1')), { code: 'unsupported-address' })
})

t.test(
  'memory that was given with its bytes comes back after they have left, and the bytes arrive as they were',
  async (t) => {
    const { dialled, accepted, close } = await connectedPair()
    // More than any operating system takes at once.
    const [first, second, last] = [40, 1, 1].map((megabytes) => new Uint8Array(megabytes * 1_000_000).fill(megabytes))
    if (first === undefined || second === undefined || last === undefined) throw new Error('three chunks')
    const expected = Buffer.concat([first, second, last])
    accepted.channel.pause()
    const heard = collect(accepted.channel)
    dialled.channel.giveNow(first)
    dialled.channel.writeNow(second)
    dialled.channel.giveNow(last)
    t.ok(first.byteLength > 0 && last.byteLength > 0, 'the remote does not read: Node still holds the bytes')
    accepted.channel.resume()
    dialled.channel.closeWriteNow()
    t.equal(expected.equals((await heard).bytes), true)
    t.equal(second.byteLength, 1_000_000, 'what was only written is its owner still')
    dialled.channel.reset()
    accepted.channel.reset()
    await close()
  },
)

t.test('what is given in small helpings to a remote that reads is given back at once', async (t) => {
  const { dialled, accepted, close } = await connectedPair()
  const heard = collect(accepted.channel)
  const chunks = Array.from({ length: 40 }, (_, index) => new Uint8Array(20_000).fill(index))
  const expected = Buffer.concat(chunks)
  for (const chunk of chunks) {
    dialled.channel.giveNow(chunk)
    // One turn each: the write at its end takes the chunk.
    await new Promise((resolve) => setImmediate(resolve))
  }
  dialled.channel.closeWriteNow()
  t.equal(expected.equals((await heard).bytes), true)
  t.ok(
    chunks.some(({ byteLength }) => byteLength === 0),
    'their memory is gone',
  )
  dialled.channel.reset()
  accepted.channel.reset()
  await close()
})

t.test('a system without a file descriptor left is told apart from other errors', (t) => {
  for (const code of ['EMFILE', 'ENFILE'])
    t.match(fromSystemError(Object.assign(new Error('accept'), { code }), 'Connecting failed'), {
      code: 'out-of-descriptors',
      message: `Connecting failed: ${code}.`,
    })
  t.match(fromSystemError(Object.assign(new Error('accept'), { code: 'EPROTO' }), 'Connecting failed'), {
    code: 'system',
  })
  t.end()
})
