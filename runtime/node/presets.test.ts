import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { perf } from '../protocols/perf/perf.ts'
import { createNode } from './create-node.ts'
import { presetNames, presets, withPreset } from './presets.ts'

t.setTimeout(60_000)

await t.test('every preset bears what it says, and trims before it turns anybody away', async (t) => {
  for (const preset of presetNames) {
    const { limits, connectionManager, listen } = presets[preset]
    const node = await createNode({ preset, listen: [] })
    const { system, transient } = node.resources()
    t.equal(system.limits.connections, limits.maxConnections, preset)
    t.equal(transient.limits.inboundConnections, limits.maxPendingInbound, preset)
    if (connectionManager !== undefined) {
      const { lowWater = 0, highWater = Infinity } = connectionManager
      t.ok(lowWater < highWater && highWater < (limits.maxConnections ?? 0), `${preset}: ${lowWater} < ${highWater}`)
    }
    t.equal(listen.length > 0, preset !== 'client', `${preset} listens unless it is a client`)
    await node.stop()
  }
})

await t.test('options beside a preset win over it one by one', (t) => {
  const options = withPreset({
    preset: 'server',
    limits: { maxPendingInbound: 7 },
    connectionManager: { highWater: 4_000 },
  })
  t.same(options.limits, { maxConnections: 4_096, maxPendingInbound: 7 })
  t.same(options.connectionManager, { lowWater: 3_072, highWater: 4_000 })
  t.same(withPreset({ limits: { maxConnections: 3 } }), { limits: { maxConnections: 3 } })
  t.end()
})

await t.test('a client that listens all the same lets nobody in', async (t) => {
  const client = await createNode({ preset: 'client', listen: ['/ip4/127.0.0.1/tcp/0'] })
  t.teardown(() => client.stop())
  const refused = new Promise<{ readonly error: Error }>((resolve) => client.events.on('inbound-failed', resolve))
  const socket = connect(Number(client.addresses[0]?.split('/')[4]), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  await once(socket, 'close')
  t.match((await refused).error, { code: 'too-many-pending' })
})

await t.test('a test node serves everything on this machine alone', async (t) => {
  const [server, client] = [await createNode({ preset: 'test' }), await createNode({ preset: 'test' })]
  t.teardown(async () => await Promise.all([server.stop(), client.stop()]))
  t.match(server.addresses, [/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//])
  const connection = await client.dial(server.addresses[0] ?? '')
  const { downloadBytes } = await perf(connection, { downloadBytes: 1_000n })
  t.equal(downloadBytes, 1_000n)
})
