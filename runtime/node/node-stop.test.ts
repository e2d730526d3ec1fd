import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { limits } from '@p2pspec/generated/common/limits'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import t, { type Test } from 'tap'
import { SimulatedClock } from '../core/simulated-clock.ts'
import { memory, MemoryNetwork } from '../swarm/transports/memory/memory.ts'
import { createNode, type P2pNode } from './create-node.ts'

const loopback = ['/ip4/127.0.0.1/tcp/0']
const protocol = '/stop/1.0.0'

interface Pair {
  readonly client: P2pNode
  readonly server: P2pNode
  /** The same stream at both ends, open. */
  readonly near: Stream
  readonly far: Stream
}

async function pair(t: Test): Promise<Pair> {
  const server = await createNode({ listen: loopback })
  const client = await createNode()
  t.teardown(async () => await Promise.all([server.stop(), client.stop()]))
  const served = Promise.withResolvers<Stream>()
  server.handle(protocol, (stream) => served.resolve(stream))
  const near = await client.openStream(server.addresses[0] ?? '', protocol, { negotiateFully: true })
  return { client, server, near, far: await served.promise }
}

void t.test('a reset that was given just before the stop has arrived when the stop is over', async (t) => {
  const { client, server, near, far } = await pair(t)
  near.reset()
  await client.stop()
  t.equal(far.readStatus, 'reset')
  t.equal(server.connections.length, 0)
})

void t.test('a stop ends the connection well, though the remote is in the middle of sending', async (t) => {
  const { client, server, near, far } = await pair(t)
  const closed = new Promise<Error | undefined>((resolve) =>
    server.events.on('connection-closed', ({ error }) => resolve(error)),
  )
  void far.write(new Uint8Array(200_000))
  await near.read()
  void far.write(new Uint8Array(200_000))
  near.reset()
  await client.stop()
  t.equal(await closed, undefined)
})

void t.test('bytes written just before the stop have arrived when the stop is over', async (t) => {
  const { client, near, far } = await pair(t)
  let received = 0
  let ended = false
  far.consume({
    push: (chunk) => {
      received += chunk.length
    },
    end: () => {
      ended = true
    },
    fail: () => undefined,
  })
  for (let count = 0; count < 30; count += 1) near.writeNow(new Uint8Array(100_000))
  near.closeWriteNow()
  await client.stop()
  t.same({ received, ended }, { received: 3_000_000, ended: true })
})

void t.test('a remote that never ends its side holds the stop no longer than its limit', async (t) => {
  const clock = new SimulatedClock()
  const inner = memory({ clock, network: new MemoryNetwork() })
  const endless: Transport = {
    ...inner,
    listen: (address, onConnection, options) =>
      inner.listen(
        address,
        (raw) => {
          Object.assign(raw.channel, { closeWriteNow: () => undefined })
          onConnection(raw)
        },
        options,
      ),
  }
  const server = await createNode({ clock, listen: ['/memory/1'], transports: [endless] })
  const client = await createNode({ clock, transports: [inner] })
  await client.dial(server.addresses[0] ?? '')
  let stopped = false
  const stop = client.stop().then(() => {
    stopped = true
  })
  await clock.advance(limits.swarm.stopTimeout - 1)
  t.notOk(stopped, 'it waits for the remote')
  await clock.advance(1)
  await stop
  t.ok(stopped)
  await server.stop()
})

void t.test('a process that only waits for the stop of its node comes to the end of it', (t) => {
  const program = fileURLToPath(new URL('./stop-alone.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' })
  t.equal(stdout, 'stopped', stderr)
  t.equal(status, 0)
  t.end()
})
