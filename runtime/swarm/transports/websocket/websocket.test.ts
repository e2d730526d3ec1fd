import { createServer, connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { RawConnection, TransportListener } from '@p2pspec/generated/interfaces/transport'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { SimulatedClock } from '../../../core/simulated-clock.ts'
import { TransportError } from '../transport-error.ts'
import { toUrl, toWebSocketAddress } from './websocket-address.ts'
import { webSocket, type WebSocketOptions } from './websocket.ts'

const anyPort = multiaddr('/ip4/127.0.0.1/tcp/0/ws')
const text = 0x81
const binary = 0x82
const ping = 0x89

t.test(
  'reads every form of a WebSocket address [WS-ADDRESS-1] [WS-ADDRESS-2] [WS-ADDRESS-3] [WS-ADDRESS-4]',
  async (t) => {
    const url = (address: string): string | undefined => {
      const found = toWebSocketAddress(multiaddr(address))
      return found === undefined ? undefined : `${toUrl(found)} ${found.serverName ?? ''} ${found.suffix}`
    }
    const peer = '/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'
    t.equal(url('/ip4/192.0.2.0/tcp/1234/ws'), 'ws://192.0.2.0:1234/  /ws')
    t.equal(url(`/ip6/::1/tcp/1234/tls/ws${peer}`), 'wss://[::1]:1234/  /tls/ws')
    t.equal(
      url('/ip4/192.0.2.0/tcp/1234/tls/sni/foo.example.com/ws'),
      'wss://192.0.2.0:1234/ foo.example.com /tls/sni/foo.example.com/ws',
    )
    t.equal(url('/ip4/192.0.2.0/ws'), 'ws://192.0.2.0:80/  /ws')
    t.equal(url('/ip4/192.0.2.0/tls/ws'), 'wss://192.0.2.0:443/  /tls/ws')
    t.equal(url('/dns/example.com/wss'), 'wss://example.com:443/  /wss')
    t.equal(
      url(`/dns/example.com/wss/http-path/path%2Fto%2Fendpoint${peer}`),
      'wss://example.com:443/path/to/endpoint  /wss/http-path/path%2Fto%2Fendpoint',
    )
    for (const other of [
      '/ip4/1.2.3.4/tcp/1',
      '/ip4/1.2.3.4/tcp/1/tls',
      '/ip4/1.2.3.4/tcp/1/tls/wss',
      '/ip4/1.2.3.4/udp/1',
    ]) {
      t.equal(url(other), undefined, other)
    }
    t.equal(webSocket().canListen(multiaddr('/dns4/example.com/tcp/1/ws')), false)
  },
)

t.test('a secure listener needs a certificate [WS-CERT-1]', async (t) => {
  const address = multiaddr('/ip4/127.0.0.1/tcp/0/tls/ws')
  t.equal(webSocket().canListen(address), false)
  await t.rejects(
    webSocket().listen(address, () => undefined),
    { code: 'unsupported-address', message: /tlsListen/ },
  )
})

t.test(
  'takes the bytes of binary messages, however they are cut into fragments and packets [WS-FRAME-1]',
  async (t) => {
    const { listener, next } = await listening(t)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
        async (messages, cuts) => {
          const socket = await opened(listener)
          const received = collect((await next()).channel)
          const wire = Buffer.concat(
            messages.flatMap((fragments) => fragmented(fragments)).concat(frame(0x88, Buffer.from([3, 232]))),
          )
          for (let at = 0; at < wire.length;) {
            const { value: length } = cuts.next()
            socket.write(wire.subarray(at, at + length))
            at += length
            await new Promise((resolve) => setImmediate(resolve))
          }
          const { bytes, error } = await received
          socket.destroy()
          return error === undefined && bytes.equals(Buffer.concat(messages.flat()))
        },
      ),
      { numRuns: 30 },
    )
  },
)

t.test('a text message ends the connection with the code for it [WS-FRAME-1]', async (t) => {
  const { listener, next } = await listening(t)
  const socket = await opened(listener)
  const received = collect((await next()).channel)
  socket.write(Buffer.concat([frame(binary, Buffer.from('ok')), frame(text, Buffer.from('oh'))]))
  const { bytes, error } = await received
  t.equal(bytes.toString(), '', 'a failure drops what was not taken')
  t.ok(error instanceof TransportError && error.code === 'protocol-violated')
  const [answer] = (await once(socket, 'data')) as [Buffer] // a socket without encoding gives Buffers
  t.same([...answer], [0x88, 2, 1003 >> 8, 1003 & 255])
  socket.destroy()
})

t.test('frames that break a rule or a limit end their own connection alone [WS-FRAME-2]', async (t) => {
  const { listener, next } = await listening(t)
  const { maxMessageBytes, maxFragments } = limits.websocket
  const hostile: Readonly<Record<string, Buffer>> = {
    'a frame over the limit, of which one byte comes': head(binary, maxMessageBytes + 1),
    'a length of 2^63': Buffer.from([binary, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    'fragments over the limit together': Buffer.concat([
      frame(0x02, Buffer.alloc(maxMessageBytes)),
      frame(0x00, Buffer.alloc(1)),
    ]),
    'too many fragments': Buffer.concat(
      Array.from({ length: maxFragments + 1 }, (_, index) => frame(index === 0 ? 0x02 : 0x00, Buffer.of(1))),
    ),
    'a frame without a mask': Buffer.from([binary, 1, 7]),
    'a reserved opcode': frame(0x83, Buffer.of(1)),
    'compression that nobody asked for': frame(0xc2, Buffer.of(1)),
    'a continuation of nothing': frame(0x80, Buffer.of(1)),
    'a ping of 126 bytes': frame(ping, Buffer.alloc(126)),
  }
  for (const [what, bytes] of Object.entries(hostile)) {
    const socket = await opened(listener)
    const received = collect((await next()).channel)
    socket.write(bytes)
    const { error } = await received
    t.ok(error instanceof TransportError, what)
    t.match(error, { code: 'protocol-violated' }, what)
    socket.destroy()
  }
  const socket = await opened(listener)
  const received = collect((await next()).channel)
  socket.write(Buffer.concat([frame(binary, Buffer.alloc(maxMessageBytes, 7)), frame(0x88, Buffer.alloc(0))]))
  t.equal((await received).bytes.length, maxMessageBytes, 'exactly the limit is taken')
})

t.test('writes of any lengths arrive whole, masked and unmasked, whatever heads their messages have', async (t) => {
  const { listener, next } = await listening(t)
  const [address] = listener.addresses
  if (address === undefined) throw new Error('the listener has no address')
  const around = [0, 1, 2, 3, 4, 5, 125, 126, 127, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 600_000]
  const { channel } = await webSocket().dial(address)
  const other = await next()
  const down = collect(channel)
  const sent: Uint8Array[] = []
  for (const [index, length] of around.entries()) {
    const chunk = Uint8Array.from({ length }, (_, at) => (at * 7 + index) & 255)
    sent.push(chunk)
    const before = index % 2 === 0 ? [chunk] : [chunk.subarray(0, length >> 1), chunk.subarray(length >> 1)]
    for (const part of before) {
      channel.writeNow(part)
      other.channel.writeNow(part)
    }
    if (index % 3 !== 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const up = collect(other.channel)
  channel.closeWriteNow()
  other.channel.closeWriteNow()
  t.ok((await up).bytes.equals(Buffer.concat(sent)), 'the masked way')
  t.ok((await down).bytes.equals(Buffer.concat(sent)), 'the unmasked way')
})

t.test('what a sink keeps stays whole while the memory of everything else is given back', async (t) => {
  const { listener, next } = await listening(t)
  const socket = await opened(listener)
  const { channel } = await next()
  const sent: Buffer[] = []
  const kept: { readonly at: number; readonly chunk: Uint8Array }[] = []
  const received: Buffer[] = []
  const ended = new Promise<void>((resolve, reject) => {
    channel.consume({
      push: (chunk) => {
        if (received.push(Buffer.from(chunk)) % 5 !== 0) return 'done'
        kept.push({ at: received.length - 1, chunk })
        return undefined
      },
      end: resolve,
      fail: reject,
    })
  })
  for (let index = 0; index < 120; index += 1) {
    const bytes = Buffer.alloc(((index * 7919) % 90) * 1_000 + index, index)
    sent.push(bytes)
    if (index % 10 === 7) socket.write(frame(ping, Buffer.alloc(index, index)))
    if (index % 4 === 3) for (const part of fragmented([bytes.subarray(0, 9), bytes.subarray(9)])) socket.write(part)
    else socket.write(frame(binary, bytes))
    if (index % 6 === 5) await new Promise((resolve) => setImmediate(resolve))
  }
  socket.resume()
  socket.write(frame(0x88, Buffer.from([3, 232])))
  await ended
  t.ok(Buffer.concat(received).equals(Buffer.concat(sent)), 'all bytes arrived')
  t.ok(kept.length > 10, 'some of them were kept')
  t.ok(
    kept.every(({ at, chunk }) => received[at]?.equals(chunk)),
    'and what was kept is what it was',
  )
})

t.test('a ping is answered, with its own bytes', async (t) => {
  const { listener, next } = await listening(t)
  const socket = await opened(listener)
  const { channel } = await next()
  socket.write(frame(ping, Buffer.from('hi')))
  const [answer] = (await once(socket, 'data')) as [Buffer] // a socket without encoding gives Buffers
  t.same([...answer], [0x8a, 2, 104, 105])
  channel.reset()
})

t.test('a remote that goes without a close is a loss, one that closes is an end [WS-CLOSE-1]', async (t) => {
  const { listener, next } = await listening(t)
  for (const [last, code] of [
    [frame(0x88, Buffer.from([3, 232])), undefined],
    [frame(0x88, Buffer.alloc(0)), undefined],
    [frame(0x88, Buffer.from([3, 234])), 'connection-lost'],
    [Buffer.alloc(0), 'connection-lost'],
    [frame(binary, Buffer.alloc(10)).subarray(0, 9), 'connection-lost'],
  ] as const) {
    const socket = await opened(listener)
    const received = collect((await next()).channel)
    socket.end(last)
    const { error } = await received
    t.equal(error === undefined || !('code' in error) ? undefined : error.code, code)
    socket.destroy()
  }
})

t.test('a connection that is not open in time is closed [WS-OPEN-1]', async (t) => {
  const clock = new SimulatedClock()
  const { listener, accepted } = await listening(t, { clock })
  const sockets = await Promise.all(
    ['', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: x\r\n'].map(async (start) => {
      const socket = connect(portOf(listener), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(start)
      return { socket, closed: readAll(socket) }
    }),
  )
  while (clock.timerCount < sockets.length) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(limits.websocket.openingTimeout + 1)
  for (const { closed } of sockets) t.equal((await closed).length, 0)
  t.equal(accepted.length, 0)
  const plain = connect(portOf(listener), '127.0.0.1')
  plain.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  t.match((await readAll(plain)).toString(), /^HTTP\/1\.1 426 /)
  while (clock.timerCount > 0) await new Promise((resolve) => setImmediate(resolve))
})

t.test('a dial ends with a reason when the other end is no WebSocket server, or says nothing', async (t) => {
  const answers = [
    'SSH-2.0-OpenSSH_9.9\r\n',
    'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: no\r\n\r\n',
    'HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
    `HTTP/1.1 101 Switching Protocols\r\nX: ${'x'.repeat(limits.websocket.maxHeaderBytes)}\r\n\r\n`,
  ]
  for (const answer of answers) {
    const port = await serving(t, (socket) => socket.once('data', () => socket.write(answer)))
    await t.rejects(webSocket().dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/ws`)), { code: 'protocol-violated' }, answer)
  }
  const gone = await serving(t, (socket) => socket.once('data', () => socket.destroy()))
  await t.rejects(webSocket().dial(multiaddr(`/ip4/127.0.0.1/tcp/${gone}/ws`)), { code: 'connection-lost' })
  const clock = new SimulatedClock()
  const asked = Promise.withResolvers<void>()
  const silent = await serving(t, (socket) => socket.once('data', () => asked.resolve()))
  const dial = webSocket({ clock }).dial(multiaddr(`/ip4/127.0.0.1/tcp/${silent}/ws`))
  dial.catch(() => undefined)
  await asked.promise
  await clock.advance(limits.websocket.openingTimeout)
  await t.rejects(dial, { code: 'timeout' })
  t.equal(clock.timerCount, 0)
})

t.test('an address with a path is served on that path alone [WS-ADDRESS-4]', async (t) => {
  const transport = webSocket()
  const listener = await transport.listen(multiaddr('/ip4/127.0.0.1/tcp/0/ws/http-path/p2p'), () => undefined)
  t.teardown(() => listener.close())
  const [address] = listener.addresses
  if (address === undefined) throw new Error('the listener has no address')
  t.match(address.toString(), /\/ws\/http-path\/p2p$/)
  const { channel } = await transport.dial(address)
  channel.reset()
  await t.rejects(transport.dial(multiaddr(address.toString().replace('/http-path/p2p', ''))), {
    code: 'protocol-violated',
  })
})

t.test('clients that ask for another path and are gone before the answer end their own connection alone', async (t) => {
  const transport = webSocket()
  const listener = await transport.listen(multiaddr('/ip4/127.0.0.1/tcp/0/ws/http-path/p2p'), () => undefined)
  t.teardown(() => listener.close())
  const clients = Array.from({ length: 20 }, async () => {
    const socket = connect(portOf(listener), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(upgradeRequest('/other'), () => socket.resetAndDestroy())
    await once(socket, 'close')
  })
  await Promise.all(clients)
  const [address = anyPort] = listener.addresses
  const { channel, remoteAddress } = await transport.dial(address)
  t.equal(remoteAddress.toString(), address.toString(), 'others are served')
  channel.reset()
})

/** Everything that a duplex gives, as one value: the bytes, then how it ended. */
function collect(duplex: ByteDuplex): Promise<{ bytes: Buffer; error: Error | undefined }> {
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    duplex.consume({
      push: (chunk) => chunks.push(Buffer.from(chunk)),
      end: () => resolve({ bytes: Buffer.concat(chunks), error: undefined }),
      fail: (error) => resolve({ bytes: Buffer.alloc(0), error }),
    })
  })
}

async function listening(
  t: Test,
  options: WebSocketOptions = {},
): Promise<{
  readonly listener: TransportListener
  readonly accepted: readonly RawConnection[]
  readonly next: () => Promise<RawConnection>
}> {
  const accepted: RawConnection[] = []
  const listener = await webSocket(options).listen(anyPort, (connection) => accepted.push(connection))
  t.teardown(() => listener.close())
  const next = async (): Promise<RawConnection> => {
    for (;;) {
      const connection = accepted.shift()
      if (connection !== undefined) return connection
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { listener, accepted, next }
}

/** A raw socket on which the opening is through. */
async function opened(listener: TransportListener): Promise<Socket> {
  const socket = connect(portOf(listener), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(upgradeRequest('/'))
  await once(socket, 'data')
  return socket
}

function upgradeRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.once('end', () => socket.end())
  await once(socket, 'close')
  return Buffer.concat(chunks)
}

function fragmented(fragments: readonly Uint8Array[]): Buffer[] {
  const last = fragments.length - 1
  return fragments.map((bytes, index) => frame((index === 0 ? 2 : 0) | (index === last ? 0x80 : 0), bytes))
}

/** A frame as a client sends it. */
function frame(first: number, bytes: Uint8Array): Buffer {
  const mask = [1, 2, 3, 4]
  const masked = bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return Buffer.concat([head(first, bytes.length), Buffer.from(mask), masked])
}

function head(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, 0x80 | length])
  const long = Buffer.alloc(10)
  long.set([first, 0xff])
  long.writeBigUInt64BE(BigInt(length), 2)
  return long
}

async function serving(t: Test, onSocket: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    sockets.push(socket)
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function portOf(listener: TransportListener): number {
  return Number(listener.addresses[0]?.getComponents().find(({ name }) => name === 'tcp')?.value)
}
