import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import t from 'tap'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { fromNodeStream } from '../core/node-stream.ts'
import { generatePrivateKey } from '../crypto/keys.ts'
import { negotiateOutbound } from '../protocols/multistream-select/multistream-select.ts'
import { mplex } from '../protocols/mplex/mplex.ts'
import { noise } from '../protocols/noise/noise.ts'
import { ping } from '../protocols/ping/ping.ts'
import { plaintext } from '../protocols/plaintext/plaintext.ts'
import { tls } from '../protocols/tls/tls.ts'
import { yamux } from '../protocols/yamux/yamux.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

const anyPort = '/ip4/127.0.0.1/tcp/0'

void t.test(
  'two nodes that have TLS alone agree on /tls/1.0.0 and take the muxer from the handshake [TLS-ID-1]',
  async (t) => {
    const [listener, dialer] = [await tlsNode(t, { listen: [anyPort] }), await tlsNode(t)]
    const connection = await dialer.dial(first(listener))
    t.equal(connection.security, '/tls/1.0.0')
    t.equal(connection.muxer, '/yamux/1.0.0')
    t.ok(connection.remotePeer.equals(listener.peerId))
    const { roundTrips } = await ping(connection)
    t.equal(roundTrips.length, 1)
  },
)

void t.test('a node prefers noise and accepts TLS from one that has it alone', async (t) => {
  const listener = await createNode({ listen: [anyPort] })
  const dialer = await createNode()
  t.teardown(async () => await Promise.all([listener.stop(), dialer.stop()]))
  t.equal((await dialer.dial(first(listener))).security, '/noise')
  const other = await tlsNode(t)
  t.equal((await other.dial(first(listener))).security, '/tls/1.0.0')
})

void t.test('megabytes go both ways over TLS on the socket, whole and in order', async (t) => {
  const [listener, dialer] = [await tlsNode(t, { listen: [anyPort] }), await tlsNode(t)]
  listener.handle('/echo/1.0.0', async (stream) => {
    for await (const chunk of stream) await stream.write(chunk)
    await stream.closeWrite()
  })
  const sent = new Uint8Array(4_000_000).map((_, index) => (index * 7) >>> 2)
  const stream = await dialer.openStream(first(listener), '/echo/1.0.0')
  const [received] = await Promise.all([readAll(stream), writeAll(stream, sent)])
  t.ok(Buffer.from(received).equals(sent))
})

void t.test(
  'a client may send its hello with its proposal: what was read ahead is handed on with the socket',
  async (t) => {
    const listener = await tlsNode(t, { listen: [anyPort] })
    const glue = await gluingProxy(portOf(listener))
    t.teardown(() => glue.close())
    const dialer = await tlsNode(t)
    const connection = await dialer.dial(`/ip4/127.0.0.1/tcp/${glue.port}/p2p/${listener.peerId}`)
    t.ok(connection.remotePeer.equals(listener.peerId))
    await ping(connection)
  },
)

void t.test(
  'a dialer that has noise alone sends its first message with the proposal; one that has TLS beside it waits for the answer',
  async (t) => {
    const privateKey = generatePrivateKey('ed25519')
    const firstBytes = async (options: NodeOptions): Promise<Uint8Array> => {
      const heard = Promise.withResolvers<Uint8Array>()
      const server = createServer((socket) => {
        socket.once('data', heard.resolve)
        socket.on('error', () => {})
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const dialer = await createNode(options)
      dialer.dial(`/ip4/127.0.0.1/tcp/${boundPort(server)}`).catch(() => {})
      const bytes = await heard.promise
      await dialer.stop()
      server.close()
      return bytes
    }
    const proposal = Buffer.from('\x13/multistream/1.0.0\n\x07/noise\n')
    const alone = await firstBytes({ privateKey, encrypters: [noise({ privateKey })] })
    t.ok(Buffer.from(alone.subarray(0, proposal.length)).equals(proposal))
    t.same([...alone.subarray(proposal.length, proposal.length + 2)], [0, 32], 'the length of the first noise message')
    t.equal(alone.length, proposal.length + 2 + 32)
    const beside = await firstBytes({ privateKey, encrypters: [noise({ privateKey }), tls({ privateKey })] })
    t.ok(Buffer.from(beside).equals(proposal))
  },
)

void t.test(
  'a remote that refuses the only security is told of as that, whatever it makes of the message behind',
  async (t) => {
    const listener = await tlsNode(t, { listen: [anyPort] })
    const privateKey = generatePrivateKey('ed25519')
    const dialer = await createNode({ privateKey, encrypters: [noise({ privateKey })] })
    t.teardown(async () => await dialer.stop())
    await t.rejects(dialer.dial(first(listener)), { message: /failed in security-negotiation/ })
    const other = await tlsNode(t)
    await ping(await other.dial(first(listener)))
  },
)

void t.test('a remote that goes away inside the handshake costs its own connection alone', async (t) => {
  const listener = await tlsNode(t, { listen: [anyPort] })
  const failed = new Promise<string>((resolve) => {
    listener.events.on('inbound-failed', ({ error }) => resolve(error.message))
  })
  const socket = connect(portOf(listener), '127.0.0.1')
  await negotiateOutbound(fromNodeStream(socket), ['/tls/1.0.0'])
  socket.write(Uint8Array.of(0x16, 3, 1, 2, 0))
  socket.end()
  t.match(await failed, /failed in security/)
  socket.destroy()
  const dialer = await tlsNode(t)
  await ping(await dialer.dial(first(listener)))
})

void t.test('no node speaks plaintext unless it is given: not as listener, not as dialer [PLAIN-OFF-1]', async (t) => {
  const privateKey = generatePrivateKey('ed25519')
  const asked: NodeOptions = { privateKey, listen: [anyPort], encrypters: [plaintext({ privateKey })] }
  const [bare, usual] = [await createNode(asked), await createNode({ listen: [anyPort] })]
  t.teardown(async () => await Promise.all([bare.stop(), usual.stop()]))
  await t.rejects(bare.dial(first(usual)), /none of the offered protocols/)
  await t.rejects(usual.dial(first(bare)), /none of the offered protocols/)
})

void t.test(
  'two nodes that are given plaintext agree on it, and negotiate the muxer over it [PLAIN-ID-1]',
  async (t) => {
    const nodes = ['listener', 'dialer'].map(async () => {
      const privateKey = generatePrivateKey('ed25519')
      const node = await createNode({ privateKey, listen: [anyPort], encrypters: [plaintext({ privateKey })] })
      t.teardown(() => node.stop())
      return node
    })
    const [listener, dialer] = await Promise.all(nodes)
    if (listener === undefined || dialer === undefined) throw new Error('two nodes were asked for')
    const connection = await dialer.dial(first(listener))
    t.equal(connection.security, '/plaintext/2.0.0')
    t.equal(connection.muxer, '/yamux/1.0.0')
    t.ok(connection.remotePeer.equals(listener.peerId))
    t.equal((await ping(connection)).roundTrips.length, 1)
  },
)

void t.test(
  'no node speaks mplex unless it is given, and with yamux beside it yamux is taken [MPX-OFF-1]',
  async (t) => {
    const make = async (muxers?: NodeOptions['muxers']): Promise<P2pNode> => {
      const node = await createNode({ listen: [anyPort], ...(muxers === undefined ? {} : { muxers }) })
      t.teardown(() => node.stop())
      return node
    }
    const [usual, both, old] = [await make(), await make([yamux(), mplex()]), await make([mplex()])]
    t.equal((await both.dial(first(usual))).muxer, '/yamux/1.0.0')
    await t.rejects(old.dial(first(usual)), /muxer/)
    const connection = await both.dial(first(old))
    t.equal(connection.muxer, '/mplex/6.7.0')
    t.equal((await ping(connection)).roundTrips.length, 1)
  },
)

void t.test('megabytes go both ways over mplex, whole and in order', async (t) => {
  const nodes = [
    await createNode({ listen: [anyPort], muxers: [mplex()] }),
    await createNode({ muxers: [mplex()] }),
  ] as const
  t.teardown(async () => await Promise.all(nodes.map((node) => node.stop())))
  const [listener, dialer] = nodes
  listener.handle('/echo/1.0.0', async (stream) => {
    for await (const chunk of stream) await stream.write(chunk)
    await stream.closeWrite()
  })
  const sent = new Uint8Array(4_000_000).map((_, index) => (index * 7) >>> 2)
  const stream = await dialer.openStream(first(listener), '/echo/1.0.0')
  const [received] = await Promise.all([readAll(stream), writeAll(stream, sent)])
  t.ok(Buffer.from(received).equals(sent))
})

async function tlsNode(t: { teardown(work: () => Promise<void>): void }, options: NodeOptions = {}): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const node = await createNode({ privateKey, encrypters: [tls({ privateKey })], ...options })
  t.teardown(() => node.stop())
  return node
}

function first(node: P2pNode): string {
  return node.addresses[0] ?? ''
}

function boundPort(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

function portOf(node: P2pNode): number {
  return Number(/tcp\/(\d+)/.exec(first(node))?.[1])
}

async function writeAll(stream: Stream, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += 50_000) await stream.write(bytes.subarray(at, at + 50_000))
  await stream.closeWrite()
}

async function readAll(stream: Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk))
  return new Uint8Array(Buffer.concat(chunks))
}

/** Answers a dialler's negotiation itself, and sends the listener the same negotiation and the hello behind it in one piece. */
async function gluingProxy(port: number): Promise<{ port: number; close(): void }> {
  const line = (text: string): Buffer => Buffer.concat([Buffer.of(text.length + 1), Buffer.from(`${text}\n`)])
  const negotiation = Buffer.concat([line('/multistream/1.0.0'), line('/tls/1.0.0')])
  const sockets: Socket[] = []
  const server = createServer((dialler) => {
    const listener = connect(port, '127.0.0.1')
    sockets.push(dialler, listener)
    dialler.write(negotiation)
    let ahead = Buffer.alloc(0)
    let answer = Buffer.alloc(0)
    dialler.on('data', (chunk) => {
      if (ahead.length > negotiation.length) return void listener.write(chunk)
      ahead = Buffer.concat([ahead, chunk])
      if (ahead.length > negotiation.length) listener.write(ahead)
    })
    listener.on('data', (chunk) => {
      if (answer.length > negotiation.length) return void dialler.write(chunk)
      answer = Buffer.concat([answer, chunk])
      if (answer.length > negotiation.length) dialler.write(answer.subarray(negotiation.length))
    })
    for (const socket of [dialler, listener]) socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server that listens has an address object.
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
