import t from 'tap'
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
