import { createServer } from 'node:tls'
import { once } from 'node:events'
import { ping } from '../protocols/ping/ping.ts'
import { webSocket } from '../swarm/transports/websocket/websocket.ts'
import { tcp } from '../swarm/transports/tcp/tcp.ts'
import t from 'tap'
import { testCertificate } from '../swarm/transports/websocket/test-certificate.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

const { cert, key } = testCertificate
const trusting = [tcp(), webSocket({ tlsDial: { ca: cert } })]

t.test(
  'nodes meet over every form of a secure WebSocket address, with their own security inside [WS-ENCRYPT-1]',
  async (t) => {
    for (const form of ['tls/ws', 'wss', 'tls/sni/node.example/ws']) {
      const listener = await node(t, {
        transports: [webSocket({ tlsListen: { cert, key } })],
        listen: [`/ip4/127.0.0.1/tcp/0/${form}`],
      })
      const [address = ''] = listener.addresses
      t.match(address, `/${form}/p2p/`)
      const dialer = await node(t, { transports: trusting })
      const connection = await dialer.dial(address)
      t.equal(connection.security, '/noise')
      t.ok(connection.remoteAddress.toString().endsWith(`/${form}`))
      t.equal((await ping(connection)).roundTrips.length, 1)
    }
  },
)

t.test('a name in the address is what TLS asks for and judges, whether as host or as sni [WS-ADDRESS-3]', async (t) => {
  const listener = await node(t, {
    transports: [webSocket({ tlsListen: { cert, key } })],
    listen: ['/ip4/127.0.0.1/tcp/0/tls/ws'],
  })
  const port = portOf(listener)
  const dialer = await node(t, { transports: trusting })
  for (const address of [
    `/dns4/localhost/tcp/${port}/tls/ws`,
    `/dns/localhost/tcp/${port}/wss`,
    `/ip4/127.0.0.1/tcp/${port}/tls/sni/node.example/ws`,
  ]) {
    const fresh = await node(t, { transports: trusting })
    t.ok((await fresh.dial(address)).remotePeer.equals(listener.peerId), address)
  }
  await t.rejects(dialer.dial(`/ip4/127.0.0.1/tcp/${port}/tls/sni/other.example/ws`), /other\.example/)
})

t.test('the name of the address stands in the hello of TLS, and an IP address does not [WS-ADDRESS-3]', async (t) => {
  /** Undefined: a hello without a name. */
  const names: (string | undefined)[] = []
  const server = createServer({ cert, key }, (socket) => {
    names.push(typeof socket.servername === 'string' ? socket.servername : undefined)
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { readonly port: number } // a TCP server has an address object
  for (const form of [
    `/ip4/127.0.0.1/tcp/${port}/tls/sni/node.example/ws`,
    `/dns4/localhost/tcp/${port}/wss`,
    `/ip4/127.0.0.1/tcp/${port}/tls/ws`,
  ]) {
    const dialer = await node(t, { transports: trusting })
    await t.rejects(dialer.dial(form))
  }
  t.same(names, ['node.example', 'localhost', undefined])
})

t.test('a certificate that nobody vouches for ends the dial, and the error says so', async (t) => {
  const listener = await node(t, {
    transports: [webSocket({ tlsListen: { cert, key } })],
    listen: ['/ip4/127.0.0.1/tcp/0/tls/ws'],
  })
  const dialer = await node(t, { transports: [webSocket()] })
  await t.rejects(dialer.dial(listener.addresses[0] ?? ''), /DEPTH_ZERO_SELF_SIGNED_CERT|self.signed/i)
})

t.test('plain bytes to a secure listener, and TLS to a plain one, harm nobody else', async (t) => {
  const secure = await node(t, {
    transports: [webSocket({ tlsListen: { cert, key } })],
    listen: ['/ip4/127.0.0.1/tcp/0/tls/ws'],
  })
  const plain = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
  const dialer = await node(t, { transports: trusting })
  await t.rejects(dialer.dial(`/ip4/127.0.0.1/tcp/${portOf(secure)}/ws`))
  await t.rejects(dialer.dial(`/ip4/127.0.0.1/tcp/${portOf(plain)}/tls/ws`))
  for (const listener of [secure, plain]) {
    const fresh = await node(t, { transports: trusting })
    t.ok((await fresh.dial(listener.addresses[0] ?? '')).remotePeer.equals(listener.peerId))
  }
})

async function node(t: { teardown(last: () => Promise<void>): void }, options: NodeOptions): Promise<P2pNode> {
  const made = await createNode(options)
  t.teardown(async () => await made.stop())
  return made
}

function portOf(listener: P2pNode): string {
  return /tcp\/(\d+)/.exec(listener.addresses[0] ?? '')?.[1] ?? ''
}
