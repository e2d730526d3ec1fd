import path from 'node:path'

/** What a connection is made of, by the words that the peer programs take. */
export interface Stack {
  readonly name: string
  readonly transport: string
  /** QUIC brings its own security and muxer. */
  readonly security: string | undefined
  readonly muxer: string | undefined
  /** In a private network, whose key every peer has. */
  readonly isPrivate: boolean
}

/** `pnet` is TCP in a private network. */
const transports = ['tcp', 'pnet', 'ws', 'wss', 'quic']
const securities = ['noise', 'tls', 'plaintext']
const muxers = ['yamux', 'mplex']

/** Of the networks of these measurements alone. */
const networkKeyFile = path.join(import.meta.dirname, 'network.key')

/** The first is the one that everything is measured on. */
export const defaultStacks = [
  'tcp+noise+yamux',
  'tcp+tls+yamux',
  'tcp+plaintext+yamux',
  'ws+noise+yamux',
  'quic',
] as const

/** A stack by its name, such as `tcp+noise+yamux` or `quic`; undefined: there is no such stack. */
export function parseStack(name: string): Stack | undefined {
  const [first = '', security, muxer, ...rest] = name.split('+')
  if (rest.length > 0 || !transports.includes(first)) return undefined
  const isPrivate = first === 'pnet'
  const transport = isPrivate ? 'tcp' : first
  if (transport === 'quic') return security === undefined ? { name, transport, security, muxer, isPrivate } : undefined
  if (security === undefined || !securities.includes(security)) return undefined
  if (muxer === undefined || !muxers.includes(muxer)) return undefined
  return { name, transport, security, muxer, isPrivate }
}

/** How a peer program is told to use this stack and no other. */
export function stackWords({ transport, security, muxer, isPrivate }: Stack): string[] {
  return [
    '--transport',
    transport,
    ...(security === undefined ? [] : ['--security', security]),
    // Every peer has yamux where nothing is said.
    ...(muxer === undefined || muxer === 'yamux' ? [] : ['--muxer', muxer]),
    ...(isPrivate ? ['--psk', networkKeyFile] : []),
  ]
}
