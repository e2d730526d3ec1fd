import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { ping } from '../protocols/ping/ping.ts'
import { memory, MemoryNetwork } from '../swarm/transports/memory/memory.ts'
import { quic } from '../swarm/transports/quic/quic.ts'
import { tcp } from '../swarm/transports/tcp/tcp.ts'
import { unix } from '../swarm/transports/unix/unix.ts'
import { testCertificate } from '../swarm/transports/websocket/test-certificate.ts'
import { webSocket } from '../swarm/transports/websocket/websocket.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-many-'))
t.teardown(() => rmSync(folder, { recursive: true }))

const network = new MemoryNetwork()
const { cert, key } = testCertificate
const everywhere = [
  '/ip4/127.0.0.1/tcp/0',
  '/ip6/::1/tcp/0',
  '/ip4/127.0.0.1/tcp/0/ws',
  '/ip6/::1/tcp/0/ws',
  '/ip4/127.0.0.1/tcp/0/tls/ws',
  '/ip6/::1/tcp/0/wss',
  '/ip4/127.0.0.1/udp/0/quic-v1',
  '/ip6/::1/udp/0/quic-v1',
  `/unix/${encodeURIComponent(join(folder, 'node.sock'))}`,
  '/memory/0',
]

t.test(
  'one node listens on every transport at once, over IPv4 and IPv6, and is reached at each of its addresses',
  async (t) => {
    const listener = await node(t, { listen: everywhere })
    t.equal(listener.addresses.length, everywhere.length)
    for (const address of listener.addresses) {
      const dialer = await node(t, {})
      const connection = await dialer.dial(address)
      t.ok(connection.remotePeer.equals(listener.peerId), address)
      t.equal(
        `${connection.remoteAddress}/p2p/${listener.peerId}`,
        address,
        'the connection names the address it was dialled at',
      )
      t.equal((await ping(connection)).roundTrips.length, 1, address)
    }
    t.equal(listener.connections.length, everywhere.length)
  },
)

t.test('a node with every transport tries the addresses that it is given until one leads to the peer', async (t) => {
  const listener = await node(t, { listen: ['/ip6/::1/tcp/0/ws'] })
  const [address = ''] = listener.addresses
  const dialer = await node(t, {})
  const peer = `/p2p/${listener.peerId}`
  const connection = await dialer.dial([
    `/memory/4000${peer}`,
    `/ip4/127.0.0.1/tcp/1${peer}`,
    `/unix/%2Fnowhere.sock${peer}`,
    address,
  ])
  t.ok(connection.remotePeer.equals(listener.peerId))
})

t.test('IPv4 and IPv6 are listened on at one port, each by itself', async (t) => {
  for (const suffix of ['', '/ws']) {
    const port = await freePort()
    const listener = await node(t, { listen: [`/ip4/0.0.0.0/tcp/${port}${suffix}`, `/ip6/::/tcp/${port}${suffix}`] })
    t.ok(listener.addresses.some((address) => address.startsWith(`/ip4/127.0.0.1/tcp/${port}${suffix}/p2p/`)))
    t.ok(listener.addresses.some((address) => address.startsWith(`/ip6/::1/tcp/${port}${suffix}/p2p/`)))
    t.notOk(
      listener.addresses.some((address) => /\/ip6\/fe80/.test(address)),
      'no address that means nothing elsewhere',
    )
    for (const host of ['/ip4/127.0.0.1', '/ip6/::1']) {
      const dialer = await node(t, {})
      t.ok((await dialer.dial(`${host}/tcp/${port}${suffix}`)).remotePeer.equals(listener.peerId), host)
    }
  }
})

t.test('a node whose second address cannot be listened on starts not at all, and leaves the first free', async (t) => {
  const port = await freePort()
  const first = `/ip4/127.0.0.1/tcp/${port}`
  await t.rejects(createNode({ listen: [first, '/ip4/192.0.2.1/tcp/0'] }), {
    code: 'address-in-use',
    message: /192\.0\.2\.1/,
  })
  const again = await node(t, { listen: [first] })
  t.equal(again.addresses.length, 1)
})

async function node(t: { teardown(last: () => Promise<void>): void }, options: NodeOptions): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const made = await createNode({
    ...options,
    privateKey,
    transports: [
      tcp(),
      webSocket({ tlsListen: { cert, key }, tlsDial: { ca: cert } }),
      quic({ privateKey }),
      unix(),
      memory({ network }),
    ],
  })
  t.teardown(async () => await made.stop())
  return made
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number } // a TCP server has an address object
  server.close()
  await once(server, 'close')
  return port
}
