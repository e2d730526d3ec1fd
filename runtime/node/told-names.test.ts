import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import t, { type Test } from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

const liar = peerIdFromPublicKey(generatePrivateKey('ed25519').publicKey)

t.test(
  'a name that a public peer told makes no request to this machine, whatever the name server says and however it is spelled',
  async (t) => {
    const { port, seen } = await innocentServer(t)
    const client = await start(t)
    const suffix = `tcp/${port}/ws/http-path/admin%2Fdelete-all`
    const told = ['localhost', '127.0.0.1', '2130706433', '0x7f.1', 'x@127.0.0.1', 'localhost.'].map(
      (host) => `/dns4/${host}/${suffix}`,
    )
    client.peerStore.addAddresses(
      liar,
      told.map((text) => multiaddr(text)),
      'identified',
      { fromPublic: true },
    )
    const error = await client.dial(liar).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    t.match(error, /told in the public one/)
    t.equal(seen.connections, 0, 'nothing is connected to')
    const neighbour = await start(t)
    neighbour.peerStore.addAddresses(liar, [multiaddr(told[0] ?? '')], 'identified')
    await t.rejects(neighbour.dial(liar))
    t.same(seen.urls, ['/admin/delete-all'], 'a neighbour may name a neighbour')
  },
)

t.test(
  'the gater is asked about each IP address behind a name, also where the transport looks it up itself',
  async (t) => {
    const { port, seen } = await innocentServer(t)
    const asked: string[] = []
    const client = await start(t, {
      connectionGater: {
        judge: ({ step, address }) => {
          if (step === 'address') asked.push(String(address))
          return String(address).startsWith('/ip4/127.') ? { allow: false, reason: 'on the list' } : { allow: true }
        },
      },
    })
    for (const suffix of ['', '/ws']) {
      await t.rejects(client.dial(`/dns4/localhost/tcp/${port}${suffix}`), /on the list/)
      t.ok(asked.includes(`/ip4/127.0.0.1/tcp/${port}${suffix}`), asked.join())
    }
    t.equal(seen.connections, 0)
  },
)

/** Some server of this machine that has nothing to do with libp2p. */
async function innocentServer(t: Test): Promise<{
  readonly port: number
  readonly seen: { connections: number; readonly urls: string[] }
}> {
  const seen: { connections: number; readonly urls: string[] } = { connections: 0, urls: [] }
  const server = createServer()
  server.on('connection', () => (seen.connections += 1))
  server.on('upgrade', ({ url = '' }, socket) => {
    seen.urls.push(url)
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // a TCP server has an address object
  return { port, seen }
}

async function start(t: Test, options: NodeOptions = {}): Promise<P2pNode> {
  const node = await createNode(options)
  t.teardown(async () => await node.stop())
  return node
}
