// This side's own code throws while it serves one connection: that connection ends, whatever carries it, and nothing else does.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import { limits } from '@p2pspec/generated/common/limits'
import t, { type Test } from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { StreamError } from '../../core/stream-error.ts'
import { systemClock, type Clock } from '../../core/clock.ts'
import { generatePrivateKey, type PrivateKey } from '../../crypto/keys.ts'
import { mplex } from '../../protocols/mplex/mplex.ts'
import { noise } from '../../protocols/noise/noise.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { plaintext } from '../../protocols/plaintext/plaintext.ts'
import { tls } from '../../protocols/tls/tls.ts'
import { yamux } from '../../protocols/yamux/yamux.ts'
import { SwarmError } from '../../swarm/errors.ts'
import { memory, MemoryNetwork } from '../../swarm/transports/memory/memory.ts'
import { quic } from '../../swarm/transports/quic/quic.ts'
import { quiche } from '../../swarm/transports/quic/quiche/quiche-library.ts'
import { tcp } from '../../swarm/transports/tcp/tcp.ts'
import { unix } from '../../swarm/transports/unix/unix.ts'
import { webSocket } from '../../swarm/transports/websocket/websocket.ts'
import { createNode, type P2pNode } from '../create-node.ts'
import { planted, Trap, type Place } from './throwing-layers.ts'

t.setTimeout(120_000)

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-throw-'))
t.teardown(() => rmSync(folder, { recursive: true }))
// Connections in memory alone keep no process alive.
const alive = setInterval(() => undefined, 1_000)
t.teardown(() => clearInterval(alive))

type Secure = (options: { readonly privateKey: PrivateKey; readonly clock?: Clock }) => ConnectionEncrypter
const securities: Readonly<Record<string, Secure>> = { noise, tls, plaintext }
const muxers = { yamux: yamux(), mplex: mplex() }

const places: readonly Place[] = ['read', 'turn-end', 'stream']

const network = new MemoryNetwork()
let count = 0
const ways: Readonly<Record<string, { readonly listen: () => string; readonly transport: () => Transport }>> = {
  tcp: { listen: () => '/ip4/127.0.0.1/tcp/0', transport: () => tcp() },
  ws: { listen: () => '/ip4/127.0.0.1/tcp/0/ws', transport: () => webSocket() },
  unix: { listen: () => `/unix/${encodeURIComponent(join(folder, `${++count}.sock`))}`, transport: () => unix() },
  memory: { listen: () => '/memory/0', transport: () => memory({ network }) },
}

for (const [transport, way] of Object.entries(ways)) {
  for (const [security, secure] of Object.entries(securities)) {
    for (const [name, muxer] of Object.entries(muxers)) {
      await t.test(
        `a muxer ${name} that throws over ${transport} with ${security} costs its own connection, and is told of`,
        async (t) => {
          for (const isPrivate of [false, true]) {
            const trap = new Trap()
            const make = async (listens: boolean): Promise<P2pNode> => {
              const privateKey = generatePrivateKey('ed25519')
              return await trap.watched(listens, {
                privateKey,
                transports: [way.transport()],
                encrypters: [secure({ privateKey })],
                muxers: [listens ? trap.around(muxer) : muxer],
                ...(isPrivate ? { pnet: { key: new Uint8Array(32).fill(7) } } : {}),
                ...(listens ? { listen: [way.listen()] } : {}),
              })
            }
            await throwEverywhere(t, trap, make, places)
          }
        },
      )
    }
  }
}

for (const [library, options] of Object.entries({ quinn: {}, quiche: { library: quiche } })) {
  await t.test(`what throws over QUIC by ${library} costs its own connection, and is told of`, async (t) => {
    const trap = new Trap()
    const make = async (listens: boolean): Promise<P2pNode> => {
      const privateKey = generatePrivateKey('ed25519')
      const transport = quic({ privateKey, ...options })
      return await trap.watched(listens, {
        privateKey,
        transports: [listens ? trap.aroundMuxed(transport) : transport],
        ...(listens ? { listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] } : {}),
      })
    }
    await throwEverywhere(t, trap, make, ['stream'])
  })
}

t.test('what throws in the callbacks of the TLS library costs its own handshake, and is told of', async (t) => {
  let isArmed = false
  const clock: Clock = {
    now: () => systemClock.now(),
    wallTime: () => {
      if (isArmed) throw planted
      return systemClock.wallTime()
    },
    startTimer: (delayMs, callback) => systemClock.startTimer(delayMs, callback),
    atTurnEnd: (task) => systemClock.atTurnEnd(task),
    atTurnEndLast: (task) => systemClock.atTurnEndLast(task),
  }
  for (const [name, way] of Object.entries(ways)) {
    const make = async (own: Clock, listen: readonly string[]): Promise<P2pNode> => {
      const privateKey = generatePrivateKey('ed25519')
      const encrypters = [tls({ privateKey, clock: own })]
      return await createNode({ privateKey, transports: [way.transport()], encrypters, listen })
    }
    const server = await make(clock, [way.listen()])
    const client = await make(systemClock, [])
    const [address = ''] = server.addresses
    await ping(await client.dial(address))
    await client.stop()
    const failed = new Promise<Error>((resolve) => server.events.on('inbound-failed', ({ error }) => resolve(error)))
    isArmed = true
    const victim = await make(systemClock, [])
    const closed = victim
      .dial(address)
      .then(async (connection) => await connection.closed)
      .catch(() => undefined)
    const { cause } = await failed
    isArmed = false
    await closed
    t.ok(
      cause instanceof StreamError && cause.code === 'internal-fault' && cause.cause === planted,
      `${name}: ${cause}`,
    )
    t.equal((await ping(await victim.dial(address))).roundTrips.length, 1, `${name}: others are served`)
    await victim.stop()
    await server.stop()
  }
})

t.test('a muxer that throws whatever it is told is ended in its place once its carrier is gone', async (t) => {
  const clock = new SimulatedClock()
  const mute: StreamMuxer = {
    protocol: '/yamux/1.0.0',
    start(channel) {
      const fail = (): never => {
        throw planted
      }
      channel.consume({ push: fail, end: fail, fail, drain: fail })
      return { openStream: fail, ping: fail, close: fail, abort: fail }
    },
  }
  const network = new MemoryNetwork()
  const make = async (muxer: StreamMuxer, listen: readonly string[]): Promise<P2pNode> => {
    const privateKey = generatePrivateKey('ed25519')
    const encrypters = [plaintext({ privateKey, clock })]
    const transports = [memory({ clock, network })]
    return await createNode({ clock, privateKey, transports, encrypters, muxers: [muxer], listen, identify: false })
  }
  const server = await make(mute, ['/memory/7'])
  const client = await make(yamux({ clock }), [])
  const closed = new Promise<Error | undefined>((resolve) => {
    server.events.on('connection-closed', ({ error }) => resolve(error))
  })
  const dialled = client.dial('/memory/7')
  await clock.advance(10)
  const connection = await dialled
  void Promise.resolve(connection.measureRoundTrip()).catch(() => undefined)
  await clock.advance(limits.swarm.leaveTimeout + 10)
  const error = await closed
  t.ok(error instanceof SwarmError && error.code === 'connection-closed', String(error))
  t.equal(server.connections.length, 0)
  t.equal(server.resources().system.used.connections, 0)
  const stopped = Promise.all([client.stop(), server.stop()])
  await clock.advance(20_000)
  await stopped
})

async function throwEverywhere(
  t: Test,
  trap: Trap,
  make: (listens: boolean) => Promise<P2pNode>,
  places: readonly Place[],
): Promise<void> {
  const server = await make(true)
  const [address = ''] = server.addresses
  const neighbour = await make(false)
  const beside = await neighbour.dial(address)
  for (const place of places) {
    const victim = await make(false)
    const closed = new Promise<Error | undefined>((resolve) => {
      server.events.on('connection-closed', ({ connection, error }) => {
        if (connection.remotePeer.equals(victim.peerId)) resolve(error)
      })
    })
    const connection = await victim.dial(address)
    await ping(connection)
    const counted = trap.internalFaults
    trap.arm(victim.peerId.toString(), place)
    await t.rejects(Promise.resolve(ping(connection)), `${place}: the victim is not answered`)
    const error = await closed
    t.ok(error instanceof StreamError && error.code === 'internal-fault', `${place}: ${String(error)}`)
    t.equal(error?.cause, planted, `${place}: it says what was thrown`)
    t.equal(trap.internalFaults, counted + 1, `${place}: it is counted`)
    t.ok(trap.tells('internal-fault'), `${place}: the trace tells it`)
    t.equal((await ping(beside)).roundTrips.length, 1, `${place}: the neighbour is served`)
    await victim.stop()
  }
  await neighbour.stop()
  await server.stop()
  t.equal(server.resources().system.used.connections, 0)
}
