import { readFileSync } from 'node:fs'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import { generatePrivateKey, privateKeyFromSeed, type PrivateKey } from '@p2pspec/runtime/crypto/keys'
import type { NodeOptions } from '@p2pspec/runtime/node/create-node'
import { mplex } from '@p2pspec/runtime/protocols/mplex/mplex'
import { noise } from '@p2pspec/runtime/protocols/noise/noise'
import { plaintext } from '@p2pspec/runtime/protocols/plaintext/plaintext'
import { decodeNetworkKeyFile } from '@p2pspec/runtime/protocols/pnet/network-key'
import { makeCertificate } from '@p2pspec/runtime/protocols/tls/own-certificate'
import { tls } from '@p2pspec/runtime/protocols/tls/tls'
import { yamux } from '@p2pspec/runtime/protocols/yamux/yamux'
import { quic } from '@p2pspec/runtime/swarm/transports/quic/quic'
import { quiche } from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-library'
import { tcp } from '@p2pspec/runtime/swarm/transports/tcp/tcp'
import { loadWebSocketLibrary } from '@p2pspec/runtime/swarm/transports/websocket/load-ws'
import { webSocket } from '@p2pspec/runtime/swarm/transports/websocket/websocket'

/** What this implementation or this program does not have; its exit code says so. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
}

export const unsupportedExitCode = 127

/** What stands around the port of a listener, by the name that --transport takes. */
const transports = new Map([
  ['tcp', { layer: 'tcp', suffix: '' }],
  ['ws', { layer: 'tcp', suffix: '/ws' }],
  ['wss', { layer: 'tcp', suffix: '/tls/ws' }],
  ['quic', { layer: 'udp', suffix: '/quic-v1' }],
  // The same by the other library.
  ['quiche', { layer: 'udp', suffix: '/quic-v1' }],
  ['quic-v1', { layer: 'udp', suffix: '/quic-v1' }],
])
const securities = new Map<string, typeof tls>([
  ['noise', noise],
  ['tls', tls],
  ['plaintext', plaintext],
])
const muxers = new Map<string, () => StreamMuxer>([
  ['yamux', yamux],
  ['mplex', mplex],
])

/** The options that say what nodes are made of, for `parseArgs`. */
export const setupOptions = {
  transport: { type: 'string', default: 'tcp' },
  security: { type: 'string' },
  muxer: { type: 'string' },
  psk: { type: 'string' },
  with: { type: 'string' },
} as const

export interface SetupValues {
  readonly transport: string
  readonly security?: string | undefined
  readonly muxer?: string | undefined
  /** A file with the key of a private network. */
  readonly psk?: string | undefined
  /** The key of a private network itself, in place of a file. */
  readonly networkKey?: Uint8Array | undefined
  /** Further services, by comma. */
  readonly with?: string | undefined
}

let chosen: SetupValues = { transport: 'tcp' }
let networkKey: Uint8Array | undefined

/** Chooses what the nodes of this process are made of; throws `Unsupported`. */
export function chooseSetup(given: SetupValues): void {
  const values = given.transport === 'quic-v1' ? { ...given, transport: 'quic' } : given
  const known = [
    ['transport', values.transport, transports],
    ['security', values.security, securities],
    ['muxer', values.muxer, muxers],
  ] as const
  for (const [option, name, names] of known) {
    if (name !== undefined && !names.has(name))
      throw new Unsupported(`--${option} takes ${[...names.keys()].join(', ')}, not '${name}'`)
  }
  if (transports.get(values.transport)?.layer === 'udp') {
    if (values.security !== undefined || values.muxer !== undefined)
      throw new Unsupported('QUIC brings its own security and muxer: give neither')
    if (values.psk !== undefined) throw new Unsupported('a private network has no QUIC')
  }
  if (values.with !== undefined) throw new Unsupported(`--with takes nothing yet, so not '${values.with}'`)
  chosen = values
  networkKey = values.psk === undefined ? values.networkKey : decodeNetworkKeyFile(readFileSync(values.psk))
}

/** Loads what the chosen transport loads with its first connection otherwise: the time of a dial is for the network, and a busy machine may need seconds for this. */
export async function loadTransport(): Promise<void> {
  if (chosen.transport !== 'ws' && chosen.transport !== 'wss') return
  await Promise.all([import('@p2pspec/runtime/swarm/transports/websocket/dial-websocket'), loadWebSocketLibrary()])
}

export function listenAddress(host: string, port: number): string {
  const { layer, suffix } = transports.get(chosen.transport) ?? { layer: 'tcp', suffix: '' }
  return `/ip${host.includes(':') ? 6 : 4}/${host}/${layer}/${port}${suffix}`
}

/** The options of a node of this process: everything at its default but what was chosen. */
export function chosenOptions(seed?: string): NodeOptions {
  const privateKey = seed === undefined ? generatePrivateKey('ed25519') : privateKeyFromSeed(Buffer.from(seed, 'hex'))
  const security = securities.get(chosen.security ?? '')
  const muxer = muxers.get(chosen.muxer ?? '')
  return {
    privateKey,
    transports: [tcp(), chosenWebSocket(privateKey), ...(networkKey === undefined ? [chosenQuic(privateKey)] : [])],
    ...(security === undefined ? {} : { encrypters: [security({ privateKey })] }),
    ...(muxer === undefined ? {} : { muxers: [muxer()] }),
    ...(networkKey === undefined ? {} : { pnet: { key: networkKey } }),
  }
}

function chosenQuic(privateKey: PrivateKey): ReturnType<typeof quic> {
  return quic({ privateKey, ...(chosen.transport === 'quiche' ? { library: quiche } : {}) })
}

/** No dialer here checks a WebSocket's certificate: noise or TLS inside says who the peer is. */
function chosenWebSocket(privateKey: PrivateKey): ReturnType<typeof webSocket> {
  const tlsDial = { rejectUnauthorized: false }
  if (chosen.transport !== 'wss') return webSocket({ tlsDial })
  const { certificatePem, privateKeyPem } = makeCertificate(privateKey, Date.now())
  return webSocket({ tlsDial, tlsListen: { cert: certificatePem, key: privateKeyPem } })
}
