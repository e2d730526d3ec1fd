import { readFileSync } from 'node:fs'

/** What this implementation or this program does not have; its exit code says so. */
export class Unsupported extends Error {
  name = 'Unsupported'
}

export const unsupportedExitCode = 127

/** What nodes are made of: the names that the options take. */
const transports = { tcp: '', ws: '/ws', wss: '/tls/ws', quic: '/quic-v1' }
const securities = ['noise', 'tls', 'plaintext']
const muxers = ['yamux', 'mplex']
const services = ['kad', 'gossipsub', 'relay', 'relay-client', 'autonat', 'autonat-client']

/** The options of `node:util` that say what nodes are made of. */
export const setupOptions = {
  transport: { type: 'string', default: 'tcp' },
  security: { type: 'string' },
  muxer: { type: 'string' },
  psk: { type: 'string' },
  with: { type: 'string' },
}

let chosen = { transport: 'tcp', securities: ['noise', 'tls'], muxer: 'yamux', quic: false, services: [] }

export const chosenSetup = () => chosen

/** Takes --transport, --security, --muxer, --psk or the key itself, and --with; `target` is what is dialled. */
export function chooseSetup(values, target = '') {
  const transport = values.transport === 'quic-v1' ? 'quic' : values.transport
  const wanted = values.with === undefined ? [] : values.with.split(',')
  if (transports[transport] === undefined) refuse('transport', Object.keys(transports), transport)
  if (values.security !== undefined && !securities.includes(values.security)) refuse('security', securities, values.security)
  if (values.muxer !== undefined && !muxers.includes(values.muxer)) refuse('muxer', muxers, values.muxer)
  for (const service of wanted) if (!services.includes(service)) refuse('with', services, service)
  // js-libp2p dials by the WebSocket of Node, which checks certificates unless the process as a whole does not.
  if (transport === 'wss' || /\/(wss|tls\/)/.test(target)) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  const quic = transport === 'quic' || target.includes('/quic-v1')
  if (transport === 'quic' && (values.security !== undefined || values.muxer !== undefined))
    throw new Unsupported('QUIC brings its own security and muxer: give neither')
  if (quic && (values.psk ?? values.networkKey) !== undefined) throw new Unsupported('a private network has no QUIC')
  chosen = {
    transport,
    securities: values.security === undefined ? ['noise', 'tls'] : [values.security],
    muxer: values.muxer ?? 'yamux',
    psk: values.psk === undefined ? values.networkKey : new Uint8Array(readFileSync(values.psk)),
    // QUIC is there only where it is asked for: what is not under test stays out.
    quic,
    services: wanted,
  }
}

export function listenAddress(host, port) {
  const { transport } = chosen
  return `/ip${host.includes(':') ? 6 : 4}/${host}/${transport === 'quic' ? 'udp' : 'tcp'}/${port}${transports[transport]}`
}

function refuse(option, names, given) {
  throw new Unsupported(`--${option} takes ${names.join(', ')}, not '${given}'`)
}
