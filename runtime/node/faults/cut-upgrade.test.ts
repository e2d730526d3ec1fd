import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import t from 'tap'
import { generatePrivateKey, type PrivateKey } from '../../crypto/keys.ts'
import { noise } from '../../protocols/noise/noise.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { plaintext } from '../../protocols/plaintext/plaintext.ts'
import { tls } from '../../protocols/tls/tls.ts'
import { SwarmError } from '../../swarm/errors.ts'
import { tcp } from '../../swarm/transports/tcp/tcp.ts'
import { unix } from '../../swarm/transports/unix/unix.ts'
import { testCertificate } from '../../swarm/transports/websocket/test-certificate.ts'
import { webSocket } from '../../swarm/transports/websocket/websocket.ts'
import { createNode, type NodeOptions, type P2pNode } from '../create-node.ts'
import { CuttingRelay, type Boundary, type Cut, type Manner } from './cutting-relay.ts'

t.setTimeout(200_000)

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-cut-'))
t.teardown(() => rmSync(folder, { recursive: true }))

const securities: Readonly<Record<string, (options: { readonly privateKey: PrivateKey }) => ConnectionEncrypter>> = {
  noise,
  tls,
  plaintext,
}

interface Way {
  readonly listen: string
  /** The relay's address in place of the listener's. */
  readonly relayed: (relay: CuttingRelay, address: string) => string
}

const overTcp = (suffix: string): Way => ({
  listen: `/ip4/127.0.0.1/tcp/0${suffix}`,
  relayed: (relay, address) => address.replace(/tcp\/\d+/, `tcp/${relay.port}`),
})
const frontPath = join(folder, 'front.sock')
const ways: Readonly<Record<string, Way>> = {
  tcp: overTcp(''),
  ws: overTcp('/ws'),
  wss: overTcp('/tls/ws'),
  unix: {
    listen: `/unix/${encodeURIComponent(join(folder, 'back.sock'))}`,
    relayed: (_relay, address) => address.replace('back.sock', 'front.sock'),
  },
}

for (const [transport, way] of Object.entries(ways)) {
  for (const security of Object.keys(securities)) {
    await t.test(
      `a peer that dies at any step of an upgrade over ${transport} with ${security} costs its own connection, and is told of`,
      async (t) => {
        const listener = await node(t, security, { listen: [way.listen] })
        const [address = ''] = listener.addresses
        await using relay = await relayTo(address)
        const relayed = way.relayed(relay, address)
        const steps = await stepsOf(relay, relayed, security)
        // Noise alone is through after three packets.
        t.ok(steps.length >= 3, `${steps.length} steps were seen`)
        for (const [index, { of, bytes }] of steps.entries()) {
          // A silent remote is let go by time alone, so a few of them are enough.
          const manners: readonly Manner[] = index % 4 === 1 ? ['reset', 'end', 'silence'] : ['reset', 'end']
          for (const manner of manners) {
            // One byte short of the step's end: what was to be sent never comes whole.
            relay.cut = { of, afterBytes: Math.max(0, bytes - 1), manner }
            await cutDial(relayed, security, describe(relay.cut))
          }
        }
        await until(() => listener.resources().system.used.connections === 0)
        relay.cut = undefined
        await serves(relayed, security)
      },
    )
  }
}

/** Dials through the cut; whatever became of it, nothing is left and the error says what happened to whom. */
async function cutDial(address: string, security: string, what: string): Promise<void> {
  const dialer = await make(security, { limits: { dialTimeoutMs: 250 } })
  try {
    const connection = await dialer.dial(address)
    // This side was done before the cut came: then the connection itself ends, unless the remote is silent.
    if (what.includes('silence')) connection.abort()
    else await connection.closed
  } catch (error) {
    t.ok(error instanceof SwarmError, `${what}: ${String(error)}`)
    t.match(String(error), address.split('/p2p/')[0] ?? '', what)
    t.match(String(error), /failed in|failed:|took|lost|closed|ended|does not answer/, what)
  } finally {
    await dialer.stop()
  }
  t.equal(dialer.resources().system.used.connections, 0, what)
}

async function serves(address: string, security: string): Promise<void> {
  const dialer = await make(security, {})
  t.equal((await ping(await dialer.dial(address))).roundTrips.length, 1)
  await dialer.stop()
}

/** The ends of what either side sends in one whole upgrade, in order. */
async function stepsOf(relay: CuttingRelay, address: string, security: string): Promise<readonly Boundary[]> {
  relay.cut = undefined
  const dialer = await make(security, { identify: false })
  relay.boundaries = []
  await dialer.dial(address)
  const steps = relay.boundaries.slice()
  await dialer.stop()
  return [{ of: 'dialer', bytes: 0 }, ...steps]
}

async function relayTo(address: string): Promise<CuttingRelay> {
  if (address.startsWith('/unix/')) return await CuttingRelay.to({ path: join(folder, 'back.sock') }, frontPath)
  return await CuttingRelay.to({ port: Number(/tcp\/(\d+)/.exec(address)?.[1]), host: '127.0.0.1' })
}

async function node(
  t: { teardown(last: () => Promise<void>): void },
  security: string,
  options: NodeOptions,
): Promise<P2pNode> {
  const made = await make(security, { ...options, limits: { inboundUpgradeTimeoutMs: 1_000 } })
  t.teardown(async () => await made.stop())
  return made
}

async function make(security: string, options: NodeOptions): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const { cert, key } = testCertificate
  return await createNode({
    ...options,
    privateKey,
    transports: [tcp(), unix(), webSocket({ tlsListen: { cert, key }, tlsDial: { ca: cert } })],
    encrypters: [securities[security] ?? noise].map((encrypter) => encrypter({ privateKey })),
  })
}

function describe({ of, afterBytes, manner }: Cut): string {
  return `${manner} after ${afterBytes} bytes of the ${of}`
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}
