// Names that a WebSocket keeps are asked for with the node's own name servers.
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import t, { type Test } from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import { ping } from '../protocols/ping/ping.ts'
import { NameServer, type Answer } from '../swarm/dialer/name-server.ts'
import { testCertificate } from '../swarm/transports/websocket/test-certificate.ts'
import { webSocket } from '../swarm/transports/websocket/websocket.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

t.setTimeout(60_000)

const thisMachine: Answer = [{ type: 'A', data: new Uint8Array([127, 0, 0, 1]) }]
const nowhere: Answer = { code: 3 }

t.test("a name of a WebSocket is asked of the node's name servers, and told the remote as it is", async (t) => {
  await using names = await NameServer.start(({ type }) => (type === 'A' ? thisMachine : nowhere))
  const server = await start(t, { listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
  const client = await start(t, { nameServers: [names.address] })
  const named = (server.addresses[0] ?? '').replace('/ip4/127.0.0.1', '/dns/node.example')
  t.equal((await ping(await client.dial(named))).roundTrips.length, 1)
  t.same(names.questions.map(({ name, type }) => `${name} ${type}`).sort(), ['node.example A', 'node.example AAAA'])
  const { cert, key } = testCertificate
  for (const { web, suffix } of [
    { web: createHttpServer(), suffix: 'ws' },
    { web: createHttpsServer({ cert, key }), suffix: 'tls/ws' },
  ]) {
    const told = Promise.withResolvers<{ readonly host: string | undefined; readonly serverName: unknown }>()
    web.on('upgrade', ({ headers, socket }) => {
      told.resolve({ host: headers.host, serverName: socket instanceof TLSSocket ? socket.servername : undefined })
      socket.destroy()
    })
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    const { port } = web.address() as AddressInfo // a TCP server has an address object
    await t.rejects(client.dial(`/dns4/node.example/tcp/${port}/${suffix}`))
    t.same(await told.promise, {
      host: `node.example:${port}`,
      serverName: suffix === 'ws' ? undefined : 'node.example',
    })
    web.close()
  }
})

t.test('the names of WebSockets that one peer told cost so many questions together, and no socket', async (t) => {
  await using names = await NameServer.start(() => nowhere)
  const client = await start(t, { nameServers: [names.address] })
  const liar = peerIdFromPublicKey(generatePrivateKey('ed25519').publicKey)
  const told = Array.from({ length: 64 }, (_, at) => multiaddr(`/dns/name${at}.example/tcp/1/ws`))
  client.peerStore.addAddresses(liar, told, 'identified', { fromPublic: true })
  await t.rejects(client.dial(liar), /worth 64 questions|ENOTFOUND|queryA/)
  t.ok(names.questions.length > 8)
  t.ok(names.questions.length <= limits.dialer.maxDnsLookupsPerDial, `${names.questions.length} questions`)
})

async function start(t: Test, options: NodeOptions): Promise<P2pNode> {
  const transports = [webSocket({ tlsDial: { rejectUnauthorized: false } })]
  const node = await createNode({ transports, ...options })
  t.teardown(async () => await node.stop())
  return node
}
