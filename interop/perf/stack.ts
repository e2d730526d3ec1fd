/** What a connection is made of, by the words that the peer programs take. */
export interface Stack {
  readonly name: string
  readonly transport: string
  /** QUIC brings its own security and muxer. */
  readonly security: string | undefined
  readonly muxer: string | undefined
}

const transports = ['tcp', 'ws', 'wss', 'quic']
const securities = ['noise', 'tls', 'plaintext']
const muxers = ['yamux', 'mplex']

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
  const [transport = '', security, muxer, ...rest] = name.split('+')
  if (rest.length > 0 || !transports.includes(transport)) return undefined
  if (transport === 'quic') return security === undefined ? { name, transport, security, muxer } : undefined
  if (security === undefined || !securities.includes(security)) return undefined
  if (muxer === undefined || !muxers.includes(muxer)) return undefined
  return { name, transport, security, muxer }
}

/** How a peer program is told to use this stack and no other. */
export function stackWords({ transport, security, muxer }: Stack): string[] {
  return [
    '--transport',
    transport,
    ...(security === undefined ? [] : ['--security', security]),
    // Every peer has yamux where nothing is said.
    ...(muxer === undefined || muxer === 'yamux' ? [] : ['--muxer', muxer]),
  ]
}
