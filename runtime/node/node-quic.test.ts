import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { ping } from '../protocols/ping/ping.ts'
import { generatePrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import { quiche } from '../swarm/transports/quic/quiche/quiche-library.ts'
import { quic } from '../swarm/transports/quic/quic.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'
import type { TraceEvent } from './trace/trace-event.ts'

t.setTimeout(60_000)

const listen = ['/ip4/127.0.0.1/udp/0/quic-v1']

async function start(test: Test, options: NodeOptions = {}): Promise<P2pNode> {
  const node = await createNode(options)
  test.teardown(async () => await node.stop())
  return node
}

t.test('nodes without options meet by QUIC, identify and ping each other', async (t) => {
  const server = await start(t, { listen })
  const client = await start(t)
  const identified = new Promise((resolve) => client.events.on('peer-identified', resolve))
  const connection = await client.dial(server.addresses[0] ?? '')
  t.match(connection, { security: '/tls/1.0.0', muxer: 'quic', status: 'open' })
  t.ok(connection.remotePeer.equals(server.peerId))
  t.ok((await ping(connection)).mean > 0)
  await identified
  t.same(connection.remotePublicKey, server.privateKey.publicKey.encode())
  const ended = new Promise((resolve) => server.events.on('connection-closed', resolve))
  await client.stop()
  t.match(await ended, { error: undefined }, 'the other side hears of the end, and sees no fault in it')
})

t.test('another peer than the one that was wanted is never seen [QUIC-PEER-1]', async (t) => {
  const server = await start(t, { listen })
  const client = await start(t)
  const wanted = peerIdFromPublicKey(generatePrivateKey().publicKey)
  const seen: unknown[] = []
  client.events.on('connection-opened', (event) => seen.push(event))
  const ended = new Promise((resolve) => server.events.on('connection-closed', resolve))
  const address = server.addresses[0]?.replace(/\/p2p\/.*/, `/p2p/${wanted}`) ?? ''
  await t.rejects(client.dial(address), new RegExp(`${wanted} was to be reached, and ${server.peerId} answered`))
  await ended
  t.equal(client.connections.length, 0)
  t.same(seen, [])
})

t.test('a listener on quiche hears a dialler on quinn that met another peer hang up [QUIC-PEER-1]', async (t) => {
  const privateKey = generatePrivateKey()
  const server = await start(t, { listen, privateKey, transports: [quic({ privateKey, library: quiche })] })
  const client = await start(t)
  const wanted = peerIdFromPublicKey(generatePrivateKey().publicKey)
  const ended = new Promise((resolve) => server.events.on('connection-closed', resolve))
  await t.rejects(client.dial(server.addresses[0]?.replace(/\/p2p\/.*/, `/p2p/${wanted}`) ?? ''))
  t.match(await ended, { error: undefined }, 'a leave, and no silence until the idle timeout')
})

t.test('a gater that refuses a peer by its identity refuses it on QUIC as well', async (t) => {
  const steps: string[] = []
  const server = await start(t, {
    listen,
    connectionGater: {
      judge: ({ step }) => {
        steps.push(step)
        return step === 'secured' ? { allow: false, reason: 'unwanted' } : { allow: true }
      },
    },
  })
  const client = await start(t)
  const refused = new Promise<{ readonly error: Error }>((resolve) => server.events.on('inbound-failed', resolve))
  await client.dial(server.addresses[0] ?? '')
  t.match((await refused).error.message, /unwanted/)
  t.same(steps, ['accept', 'secured'])
  t.equal(server.connections.length, 0)
})

t.test('the trace tells of a QUIC connection, with the bytes of its streams', async (t) => {
  const server = await start(t, { listen, identify: false })
  const told: TraceEvent[] = []
  const client = await createNode({ identify: false, trace: (event) => told.push(event) })
  await ping(await client.dial(server.addresses[0] ?? ''))
  await client.stop()
  const types = told.map(({ layer, type }) => `${layer} ${type}`)
  for (const due of ['transport dialling', 'transport connected', 'security secured', 'muxer started', 'muxer ended'])
    t.ok(types.includes(due), due)
  const closed = told.find(({ type }) => type === 'closed')
  t.match(closed, { receivedBytes: Number, sentBytes: Number })
  t.ok(closed !== undefined && 'sentBytes' in closed && closed.sentBytes > 32, 'more than the ping was sent')
})

t.test('a node whose native library is missing works, and says what QUIC needs', (t) => {
  const hook = `import { registerHooks } from 'node:module'
registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('@chainsafe/libp2p-quic-')) throw new Error('there is no such package')
    return next(name, context)
  },
})`
  const program = `import { createNode } from '${new URL('create-node.ts', import.meta.url).href}'
const server = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
const client = await createNode()
const [tcp] = server.addresses
const connection = await client.dial(['/ip4/127.0.0.1/udp/1/quic-v1/p2p/' + server.peerId, tcp])
console.log('reached by', String(connection.remoteAddress).replace(/\\d+$/, 'port'))
await createNode({ listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] }).catch((error) => console.log(error.code, error.message))
await client.stop()
await server.stop()`
  const url = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`
  const flags = ['--unhandled-rejections=strict', '--import', url(hook), '--input-type=module', '-e', program]
  const { stdout, stderr, status } = spawnSync(process.execPath, flags, { encoding: 'utf8', timeout: 50_000 })
  t.match(stdout, /reached by \/ip4\/127\.0\.0\.1\/tcp\/port/)
  t.match(stdout, /unsupported-address QUIC addresses need the package '@chainsafe\/libp2p-quic-.*npm install/)
  t.equal(status, 0, stderr)
  t.end()
})
