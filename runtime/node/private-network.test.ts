import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { multiaddr } from '@multiformats/multiaddr'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { ping } from '../protocols/ping/ping.ts'
import { PnetError } from '../protocols/pnet/pnet-error.ts'
import { SwarmError } from '../swarm/errors.ts'
import { memory } from '../swarm/transports/memory/memory.ts'
import { quic } from '../swarm/transports/quic/quic.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'
import type { TraceEvent } from './trace/trace-event.ts'

const key = new Uint8Array(32).fill(5)
const otherKey = new Uint8Array(32).fill(6)
const createNodeModule = new URL('create-node.ts', import.meta.url)

void t.test(
  'nodes with one key meet over TCP and WebSocket, secured inside as ever [PNET-KEY-2] [PNET-TWICE-1]',
  async (t) => {
    for (const listen of ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws']) {
      const [listener, dialer] = [await node(t, { pnet: { key }, listen: [listen] }), await node(t, { pnet: { key } })]
      const connection = await dialer.dial(first(listener))
      t.ok(connection.remotePeer.equals(listener.peerId))
      t.equal(connection.security, '/noise')
      t.equal((await ping(connection)).roundTrips.length, 1)
    }
  },
)

void t.test(
  'a dial fails in the private network where the other node has another key, and says so on both sides [PNET-NET-1] [PNET-OTHER-2]',
  async (t) => {
    const listener = await node(t, { pnet: { key: otherKey }, listen: ['/ip4/127.0.0.1/tcp/0'] })
    const refused = inboundFailure(listener)
    const dialer = await node(t, { pnet: { key } })
    const errors = [await failureOf(dialer.dial(first(listener))), await refused]
    for (const error of errors) {
      const upgrade = upgradeErrorOf(error)
      t.equal(upgrade.data.layer, 'private-network')
      t.ok(upgrade.cause instanceof PnetError)
      t.match(upgrade.message, /another (?:key|one)/)
    }
    t.ok(errors.map(pnetCode).includes('other-key'), 'one side saw it in the bytes')
    t.equal(listener.connections.length, 0)
  },
)

void t.test(
  'a node with a key and a node without one do not connect, either way round [PNET-NET-2] [PNET-PUBLIC-1]',
  async (t) => {
    const priv = await node(t, { pnet: { key }, listen: ['/ip4/127.0.0.1/tcp/0'] })
    const pub = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0'], limits: { inboundUpgradeTimeoutMs: 2_000 } })
    const refused = inboundFailure(priv)
    await t.rejects(pub.dial(first(priv)))
    t.equal(pnetCode(await refused), 'public-remote')
    // Whether the header of the other node comes before its reset is a matter of the network.
    t.match(pnetCode(await failureOf(priv.dial(first(pub)))), /^(?:public-remote|closed)$/)
    t.equal(priv.connections.length + pub.connections.length, 0)
  },
)

void t.test(
  'whoever connects without the key sees random bytes and then the end [PNET-DATA-3] [PNET-NET-3]',
  async (t) => {
    const listener = await node(t, { pnet: { key }, listen: ['/ip4/127.0.0.1/tcp/0'] })
    const port = Number(/tcp\/(\d+)/.exec(first(listener))?.[1])
    const seen = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = []
      const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.alloc(64, 1)))
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', () => undefined)
      socket.once('close', () => resolve(Buffer.concat(chunks)))
    })
    t.ok(seen.byteLength >= 24)
    t.notOk(seen.includes('multistream'))
  },
)

void t.test(
  'a transport that hides that it secures its connections gets none of them through [PNET-CARRIER-1]',
  async (t) => {
    const privateKey = generatePrivateKey('ed25519')
    const hidden: Transport = new Proxy<Transport>(quic({ privateKey }), {
      get: (target, name) => {
        if (name === 'ownSecurity') return undefined
        const found: unknown = Reflect.get(target, name)
        return typeof found === 'function' ? found.bind(target) : found
      },
    })
    const listener = await node(t, { listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] })
    const dialer = await node(t, { pnet: { key }, privateKey, transports: [hidden] })
    t.equal(pnetCode(await failureOf(dialer.dial(first(listener)))), 'unprotectable')
    t.equal(dialer.connections.length, 0)
  },
)

void t.test(
  'a transport that secures its connections by itself is refused in a private network, by its name [PNET-CARRIER-1]',
  async (t) => {
    const inner = memory()
    const ownSecured: Transport = {
      name: 'self-secured',
      ownSecurity: true,
      canDial: (address) => inner.canDial(address),
      canListen: (address) => inner.canListen(address),
      dial: async (address, options) => await inner.dial(address, options),
      listen: async (address, onConnection, options) => await inner.listen(address, onConnection, options),
    }
    await t.rejects(createNode({ pnet: { key }, transports: [memory(), ownSecured] }), {
      code: 'unprotectable',
      message: /self-secured/,
    })
    const privateKey = generatePrivateKey('ed25519')
    await t.rejects(createNode({ pnet: { key }, privateKey, transports: [quic({ privateKey })] }), {
      code: 'unprotectable',
      message: /quic/,
    })
    const outside = await createNode({ transports: [ownSecured] })
    await outside.stop()
  },
)

void t.test('a key of another length is refused [PNET-KEY-1]', async (t) => {
  for (const length of [0, 16, 31, 33]) {
    await t.rejects(createNode({ pnet: { key: new Uint8Array(length) } }), { code: 'bad-key' })
  }
})

void t.test(
  'LIBP2P_FORCE_PNET=1 forbids a node without a key and lets one with a key start [PNET-FORCE-1] [PNET-FORCE-2]',
  async (t) => {
    const start = (options: string): string =>
      `import { createNode } from ${JSON.stringify(createNodeModule.href)}
     try { const node = await createNode(${options}); await node.stop(); console.log('started') }
     catch (error) { console.log(error.code + ': ' + error.message) }`
    const inNetwork = '{ pnet: { key: new Uint8Array(32).fill(1) } }'
    t.match(await runWith('1', start('{}')), /^key-missing: LIBP2P_FORCE_PNET is set/)
    t.equal(await runWith('1', start(inNetwork)), 'started')
    t.equal(await runWith('0', start('{}')), 'started')
  },
)

void t.test('the trace follows a connection through the private network', async (t) => {
  const events: TraceEvent[] = []
  const listener = await node(t, { pnet: { key }, listen: ['/ip4/127.0.0.1/tcp/0'] })
  const dialer = await node(t, { pnet: { key }, trace: (event) => events.push(event) })
  await dialer.dial(first(listener))
  const layers = new Set(events.map(({ layer }) => layer))
  for (const layer of ['transport', 'negotiation', 'security', 'muxer'] as const) t.ok(layers.has(layer), layer)
  t.notOk(JSON.stringify(events).includes(Buffer.from(key).toString('hex')))
  t.equal(multiaddr(first(listener)).getComponents().length, 3)
})

async function node(t: { teardown(last: () => Promise<void>): void }, options: NodeOptions = {}): Promise<P2pNode> {
  const made = await createNode(options)
  t.teardown(async () => await made.stop())
  return made
}

function first(listener: P2pNode): string {
  const [address] = listener.addresses
  if (address === undefined) throw new Error('the node listens nowhere')
  return address
}

function inboundFailure(listener: P2pNode): Promise<Error> {
  return new Promise((resolve) => {
    listener.events.on('inbound-failed', ({ error }) => resolve(error))
  })
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing failed')
}

/** The error of the upgrade within that of a dial. */
function upgradeErrorOf(error: unknown): SwarmError {
  let found: SwarmError | undefined
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof SwarmError && current.code === 'upgrade-failed') found = current
  }
  if (found !== undefined) return found
  throw new Error(`no upgrade failed in ${String(error)}`)
}

function pnetCode(error: Error): string {
  const { cause } = upgradeErrorOf(error)
  return cause instanceof PnetError ? cause.code : String(cause)
}

function runWith(forced: string, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { ...process.env, LIBP2P_FORCE_PNET: forced },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.once('error', reject)
    child.once('exit', () => resolve(output.trim()))
  })
}
