// Remotes that ask for much and read nothing: what waits for them below the streams is counted as what waits in them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { ConnectionEncrypter, SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { Transport, TransportConnection } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { StreamBase } from '../core/stream-base.ts'
import { generatePrivateKey, type PrivateKey } from '../crypto/keys.ts'
import { noise } from '../protocols/noise/noise.ts'
import { plaintext } from '../protocols/plaintext/plaintext.ts'
import { tls } from '../protocols/tls/tls.ts'
import { SwarmError } from '../swarm/errors.ts'
import { SocketDuplex } from '../swarm/transports/tcp/socket-duplex.ts'
import { unix } from '../swarm/transports/unix/unix.ts'
import { webSocket } from '../swarm/transports/websocket/websocket.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

t.setTimeout(120_000)

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-unsent-'))
t.teardown(() => rmSync(folder, { recursive: true }))

/** So much goes out on a new stream of yamux though nobody reads it. */
const window = limits.yamux.initialWindowBytes
const mebibyte = 1_048_576
const { connectionOverheadBytes, streamOverheadBytes } = limits.resources

type Secure = (options: { readonly privateKey: PrivateKey }) => ConnectionEncrypter
const securities: Readonly<Record<string, Secure>> = { noise, tls, plaintext }
let count = 0
/** The system takes some 200 KiB of a local socket, and several MiB of TCP. */
const ways = {
  unix: {
    listen: () => `/unix/${encodeURIComponent(join(folder, `${++count}.sock`))}`,
    make: () => unix(),
    streams: 3,
  },
  ws: { listen: () => '/ip4/127.0.0.1/tcp/0/ws', make: () => webSocket(), streams: 48 },
}

for (const [name, way] of Object.entries(ways)) {
  for (const [security, secure] of Object.entries(securities)) {
    await t.test(
      `what waits below the streams of a remote that reads nothing is counted over ${name} with ${security}`,
      async (t) => {
        const served: ByteDuplex[] = []
        const [server, client, channels] = await pairOf(way, secure, { onSecured: (channel) => served.push(channel) })
        const connection = await opened(server, client, channels)
        const streams = await floodWith(connection, way.streams)
        const counted = (): number => server.resources().connections[0]?.used.bytes ?? 0
        // What the budget holds above what it would without a byte in the channel.
        const below = (): number =>
          counted() - connectionOverheadBytes - connection.streams.length * streamOverheadBytes - queuedIn(connection)
        for (let turns = 0; turns < 20; turns += 1) await nextTurn()
        t.ok(below() >= mebibyte / 4, `${below()} bytes are counted below ${streams} streams`)
        t.equal(server.resources().system.used.bytes, counted(), 'and in the node as well')
        for (const channel of channels) channel.resume()
        while (below() > 0) await nextTurn()
        t.equal(below(), 0, 'what has left is counted no more')
        const lateClient = await clientOf(way, secure, channels)
        const late = await opened(server, lateClient, channels)
        const refusal = new Error('no room')
        const [own] = served.slice(-1)
        if (own !== undefined) own.unsentBudget = { holdUnsent: () => refusal, releaseUnsent: () => undefined }
        await floodWith(late, way.streams)
        t.equal(await late.closed, refusal, 'where there is no room, the connection ends and says why')
        await Promise.all([client.stop(), lateClient.stop()])
        while (server.resources().system.used.bytes > 0) await nextTurn()
        await server.stop()
      },
    )
  }
}

t.test(
  'a hundred connections that read nothing hold no more than the budget together, and all of it comes back',
  async (t) => {
    const most = 24 * mebibyte
    const sent: SocketDuplex[] = []
    const [server, client, channels] = await pairOf(ways.unix, noise, {
      limits: { resources: { system: { bytes: most } } },
      onAccepted: (channel) => {
        if (channel instanceof SocketDuplex) sent.push(channel)
      },
    })
    const refusals: (Error | undefined)[] = []
    server.events.on('connection-closed', ({ error }) => refusals.push(error))
    const connections: Connection[] = []
    const clients = [client]
    while (clients.length < 100) clients.push(await clientOf(ways.unix, noise, channels))
    for (const one of clients) connections.push(await opened(server, one, channels))
    const [address = ''] = server.addresses
    t.equal(connections.length, 100, address)
    let greatest = 0
    for (let round = 0; round < 8; round += 1) {
      for (const connection of connections) {
        await floodWith(connection, 1).catch(() => 0)
        const held = sent.reduce((sum, { unsentBytes }) => sum + unsentBytes, 0)
        const queued = connections.reduce((sum, one) => sum + queuedIn(one), 0)
        greatest = Math.max(greatest, held + queued)
      }
      await nextTurn()
    }
    t.ok(greatest <= most, `${greatest} of ${most} bytes were held at once`)
    t.ok(greatest >= most / 2, `the budget was put to the test with ${greatest} bytes`)
    t.ok(server.resources().system.used.bytes <= most)
    for (const refusal of refusals)
      t.ok(refusal instanceof SwarmError && refusal.data.refusal?.resource === 'bytes', String(refusal))
    await Promise.all(clients.map(async (one) => await one.stop()))
    while (server.resources().system.used.bytes > 0) await nextTurn()
    t.same(server.resources().peers, [], 'no peer is held any more')
    await server.stop()
  },
)

type Way = (typeof ways)[keyof typeof ways]
interface PairOptions extends NodeOptions {
  readonly onAccepted?: (channel: ByteDuplex) => void
  readonly onSecured?: (channel: ByteDuplex) => void
}

async function pairOf(
  way: Way,
  secure: Secure,
  { onAccepted, onSecured, ...options }: PairOptions = {},
): Promise<[P2pNode, P2pNode, ByteDuplex[]]> {
  const privateKey = generatePrivateKey('ed25519')
  const channels: ByteDuplex[] = []
  const server = await createNode({
    ...options,
    privateKey,
    identify: false,
    transports: [watched(way.make(), onAccepted)],
    encrypters: [seen(secure({ privateKey }), onSecured)],
    listen: [way.listen()],
  })
  return [server, await clientOf(way, secure, channels), channels]
}

async function clientOf(way: Way, secure: Secure, channels: ByteDuplex[]): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const encrypter = seen(secure({ privateKey }), (channel) => channels.push(channel))
  return await createNode({ privateKey, identify: false, transports: [way.make()], encrypters: [encrypter] })
}

/** The server's end of a new connection whose client reads no more. */
async function opened(server: P2pNode, client: P2pNode, channels: readonly ByteDuplex[]): Promise<Connection> {
  const accepted = new Promise<Connection>((resolve) => {
    const stop = server.events.on('connection-opened', ({ connection }) => {
      stop()
      resolve(connection)
    })
  })
  const [address = ''] = server.addresses
  await client.dial(address)
  channels.at(-1)?.pause()
  return await accepted
}

/** The channel above the security: that of a TLS connection is the only one that still reads and writes. */
function seen(
  inner: ConnectionEncrypter,
  onSecured: ((channel: ByteDuplex) => unknown) | undefined,
): ConnectionEncrypter {
  const told = (secured: SecureChannel): SecureChannel => {
    onSecured?.(secured.channel)
    return secured
  }
  return {
    protocol: inner.protocol,
    secureInbound: async (channel, options) => told(await inner.secureInbound(channel, options)),
    secureOutbound: async (channel, options) => told(await inner.secureOutbound(channel, options)),
  }
}

async function floodWith(connection: Connection, streamCount: number): Promise<number> {
  for (let made = 0; made < streamCount; made += 1) {
    const stream = await connection.openStream('/flood/1.0.0')
    stream.writeNow(new Uint8Array(window))
  }
  return streamCount
}

function queuedIn(connection: Connection): number {
  return connection.streams.reduce((sum, stream) => sum + (stream instanceof StreamBase ? stream.queuedBytes : 0), 0)
}

function watched(inner: Transport, onAccepted: ((channel: ByteDuplex) => void) | undefined): Transport {
  const seen = (made: TransportConnection): TransportConnection => {
    if ('channel' in made) onAccepted?.(made.channel)
    return made
  }
  return {
    name: inner.name,
    canDial: (address) => inner.canDial(address),
    canListen: (address) => inner.canListen(address),
    dial: async (address, options) => await inner.dial(address, options),
    listen: async (address, onConnection, options) =>
      await inner.listen(address, (made) => onConnection(seen(made)), options),
    stop: () => inner.stop?.(),
  }
}
