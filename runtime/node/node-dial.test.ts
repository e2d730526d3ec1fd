import { multiaddr } from '@multiformats/multiaddr'
import t from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { negotiateOutbound } from '../protocols/multistream-select/multistream-select.ts'
import { noise } from '../protocols/noise/noise.ts'
import { tcp } from '../swarm/transports/tcp/tcp.ts'
import { createNode } from './create-node.ts'

void t.test(
  'a peer that was met is dialled again by its id alone, and the failures of a dial are listed',
  async (t) => {
    const server = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    const client = await createNode()
    t.teardown(async () => await Promise.all([server.stop(), client.stop()]))
    const unknown = await client.dial(server.peerId).catch((error: unknown) => error)
    t.match(unknown, { name: 'DialError', code: 'no-addresses' })
    const identified = new Promise((resolve) => client.events.on('peer-identified', resolve))
    const connection = await client.dial(['/ip4/127.0.0.1/udp/1/quic-v1/webtransport', ...server.addresses])
    await identified
    await connection.close()
    await connection.closed
    t.match(client.explain(server.peerId), { addresses: [{ rank: 0, source: 'certified', transport: 'tcp' }] })
    t.ok((await client.dial(server.peerId)).remotePeer.equals(server.peerId))
    const failed = await client
      .dial(['/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/udp/1/quic-v1/webtransport'])
      .catch((error: unknown) => error)
    t.match(failed, { code: 'dial-failed', data: { attempts: [{ layer: 'not-tried' }, { layer: 'connect' }] } })
  },
)

void t.test('an inbound connection that the gater refuses is never seen', async (t) => {
  const steps: string[] = []
  const server = await createNode({
    listen: ['/ip4/127.0.0.1/tcp/0'],
    connectionGater: {
      judge: ({ step }) => {
        steps.push(step)
        return step === 'secured' ? { allow: false, reason: 'unwanted' } : { allow: true }
      },
    },
  })
  const client = await createNode()
  t.teardown(async () => await Promise.all([server.stop(), client.stop()]))
  const refused = new Promise<{ readonly error: Error }>((resolve) => server.events.on('inbound-failed', resolve))
  await client.dial(server.addresses[0] ?? '').catch(() => {})
  t.match((await refused).error.message, /unwanted/)
  t.same(steps, ['accept', 'secured'])
  t.equal(server.connections.length, 0)
})

void t.test(
  'a remote that the gater refuses at any step is served no stream, though it opened one with its last handshake message [GATE-REFUSE-1]',
  async (t) => {
    for (const refused of ['accept', 'secured', 'upgraded', undefined]) {
      let served = 0
      await using server = await createNode({
        listen: ['/ip4/127.0.0.1/tcp/0'],
        connectionGater: {
          judge: ({ step }) => (step === refused ? { allow: false, reason: `not at ${step}` } : { allow: true }),
        },
      })
      const isServed = new Promise<string>((resolve) => {
        server.handle('/secret/1', (stream) => {
          served += 1
          stream.reset()
          resolve('served')
        })
      })
      const failed = new Promise<string>((resolve) =>
        server.events.on('inbound-failed', ({ error }) => resolve(error.message)),
      )
      const hangUp = openGluedStream(server.addresses[0] ?? '', '/secret/1').catch(() => () => undefined)
      t.match(await Promise.race([isServed, failed]), refused === undefined ? 'served' : `not at ${refused}`)
      // What waits for its turn has had it.
      await new Promise((resolve) => setImmediate(resolve))
      t.equal(served, refused === undefined ? 1 : 0, `refused at ${refused}`)
      const hung = await hangUp
      hung()
      if (refused !== undefined) t.equal(server.resources().system.used.connections, 0)
    }
  },
)

/** Upgrades by hand, and sends a whole request for a stream as soon as the handshake lets it. */
async function openGluedStream(address: string, protocol: string): Promise<() => void> {
  const { channel } = await tcp().dial(multiaddr(address))
  await negotiateOutbound(channel, ['/noise'])
  const privateKey = generatePrivateKey('ed25519')
  const secure = await noise({ privateKey }).secureOutbound(channel, { muxers: ['/yamux/1.0.0'] })
  secure.channel.consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
  const lines = ['/multistream/1.0.0', protocol].map((line) =>
    Buffer.from(`${String.fromCharCode(line.length + 1)}${line}\n`),
  )
  const request = Buffer.concat(lines)
  // Data of stream 1, with the flag that opens it.
  secure.channel.writeNow(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, request.length, ...request))
  return () => channel.reset()
}
