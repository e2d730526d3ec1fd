import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { memory, MemoryNetwork, type MemoryOptions } from '@p2pspec/runtime/swarm/transports/memory/memory'
import { quiche } from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-library'
import { quic, type QuicOptions } from '@p2pspec/runtime/swarm/transports/quic/quic'
import { tcp } from '@p2pspec/runtime/swarm/transports/tcp/tcp'
import { unix } from '@p2pspec/runtime/swarm/transports/unix/unix'
import { testCertificate } from '@p2pspec/runtime/swarm/transports/websocket/test-certificate'
import { webSocket } from '@p2pspec/runtime/swarm/transports/websocket/websocket'
import type { TransportSubject } from './suite.ts'

let folder: string | undefined

/** The transports that every check runs on. */
export const transportSubjects: Readonly<Record<string, () => Promise<TransportSubject>>> = {
  tcp: async () => overTcp(tcp()),
  'tcp that dials from the port it listens on': async () => overTcp(tcp({ reusePort: true })),
  websocket: async () => ({
    transport: webSocket(),
    listenAddresses: addresses('/ip4/127.0.0.1/tcp/0/ws', '/ip6/::1/tcp/0/ws'),
    absentAddress: multiaddr('/ip4/127.0.0.1/tcp/1/ws'),
    absentCodes: ['refused'],
    foreignAddresses: addresses('/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/udp/1/quic-v1', '/memory/1'),
    halfOpen: false,
    intrude: async (address) => {
      for (const opening of openings) await intrude(address, opening)
    },
    openCount: openSockets(),
  }),
  'websocket over TLS': async () => ({
    transport: webSocket({ tlsListen: testCertificate, tlsDial: { ca: testCertificate.cert } }),
    listenAddresses: addresses(
      '/ip4/127.0.0.1/tcp/0/tls/ws',
      '/ip4/127.0.0.1/tcp/0/tls/sni/node.example/ws',
      '/ip6/::1/tcp/0/wss',
    ),
    absentAddress: multiaddr('/ip4/127.0.0.1/tcp/1/wss'),
    absentCodes: ['refused'],
    foreignAddresses: addresses('/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/1/tls', '/unix/%2Ftmp%2Fx'),
    halfOpen: false,
    intrude: async (address) => {
      for (const opening of openings) await intrude(address, opening)
    },
    openCount: openSockets(),
  }),
  'QUIC of quinn': async () => overQuic({}),
  'QUIC of quiche': async () => ({ ...overQuic({ library: quiche }), ownAddressUnknown: false }),
  unix: async () => ({
    transport: unix(),
    listenAddresses: [inFolder('a.sock'), inFolder('b.sock')],
    absentAddress: inFolder('absent.sock'),
    absentCodes: ['refused'],
    foreignAddresses: addresses('/ip4/127.0.0.1/tcp/1', '/memory/1'),
    halfOpen: true,
    openCount: openSockets(),
  }),
  memory: async () => inMemory({}),
  'memory, slow, in simulated time': async () => {
    const clock = new SimulatedClock()
    const options = { clock, latencyMs: 20, jitterMs: 10, bytesPerSecond: 2_000_000, seed: 3 }
    return { ...inMemory(options), passTime: async () => clock.advance(5) }
  },
}

function overTcp(transport: TransportSubject['transport']): TransportSubject {
  return {
    transport,
    listenAddresses: addresses('/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0'),
    absentAddress: multiaddr('/ip4/127.0.0.1/tcp/1'),
    absentCodes: ['refused'],
    foreignAddresses: addresses('/ip4/127.0.0.1/udp/1', '/ip4/127.0.0.1/tcp/1/ws', '/memory/1', '/dns/example.com'),
    halfOpen: true,
    openCount: openSockets(),
  }
}

function inMemory(options: MemoryOptions): TransportSubject {
  const network = new MemoryNetwork()
  const transport = memory({ ...options, network })
  return {
    transport,
    listenAddresses: addresses('/memory/0', '/memory/77'),
    absentAddress: multiaddr('/memory/4000'),
    absentCodes: ['refused'],
    foreignAddresses: addresses('/ip4/127.0.0.1/tcp/1', '/unix/%2Ftmp%2Fx', '/memory/1/ws'),
    halfOpen: true,
    openCount: () => network.openCount,
  }
}

/** What is no opening of a WebSocket. */
const openings: readonly string[] = [
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  '\u0000\u00ff\u0001\r\n\r\n',
  `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
  'POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 1\r\n\r\n',
]

function overQuic(options: Pick<QuicOptions, 'library'>): TransportSubject {
  const privateKey = generatePrivateKey()
  const transport = quic({ privateKey, handshakeTimeoutMs: 1_000, ...options })
  const self = peerIdFromPublicKey(privateKey.publicKey)
  return {
    transport,
    listenAddresses: addresses('/ip4/127.0.0.1/udp/0/quic-v1', '/ip6/::1/udp/0/quic-v1'),
    absentAddress: multiaddr('/ip4/127.0.0.1/udp/1/quic-v1'),
    absentCodes: ['timeout'],
    foreignAddresses: addresses('/ip4/127.0.0.1/udp/1/quic', '/ip4/127.0.0.1/udp/1', '/ip4/127.0.0.1/tcp/1'),
    halfOpen: true,
    muxed: { listenerPeer: self, diallerPeer: self },
    onListenerSocket: true,
    ownAddressUnknown: true,
    intrude: intrudeByDatagram,
    openCount: () => transport.openCount,
  }
}

/** What is no opening of QUIC version 1: noise, and Initial packets of another version, cut short, and without a handshake inside. */
async function intrudeByDatagram(address: Multiaddr): Promise<void> {
  const components = address.getComponents()
  const port = Number(components.find(({ name }) => name === 'udp')?.value)
  const initial = Buffer.alloc(1_200, 0xa5)
  initial.set([0xc3, 0, 0, 0, 1, 8])
  const socket = createSocket('udp4')
  const send = async (packet: Uint8Array): Promise<void> =>
    await new Promise((resolve) => socket.send(packet, port, '127.0.0.1', () => resolve()))
  await send(Buffer.alloc(0))
  for (let length = 1; length < 1_500; length += 150) await send(Buffer.alloc(length, length))
  await send(initial)
  await send(initial.subarray(0, 100))
  for (const version of [0, 2, 0xff])
    await send(Buffer.concat([Buffer.from([0xc3, 0, 0, 0, version]), initial.subarray(5)]))
  socket.close()
}

/** Connects, writes, and waits until the other end closes. */
function intrude(address: Multiaddr, opening: string): Promise<void> {
  const port = Number(address.getComponents().find(({ name }) => name === 'tcp')?.value)
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(opening))
    socket.resume()
    socket.on('error', () => undefined)
    socket.once('close', () => resolve())
  })
}

function inFolder(name: string): Multiaddr {
  folder ??= temporaryFolder()
  return multiaddr(`/unix/${encodeURIComponent(join(folder, name))}`)
}

function temporaryFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'p2pspec-unix-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  return made
}

function addresses(...texts: readonly string[]): readonly Multiaddr[] {
  return texts.map((text) => multiaddr(text))
}

/** Sockets and servers that are open now and were not when this was called. */
function openSockets(): () => number {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Pipe|ConnectWrap/.test(name)).length
  const before = count()
  return () => Math.max(0, count() - before)
}
