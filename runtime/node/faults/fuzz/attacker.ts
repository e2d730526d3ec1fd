import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import { SeededRandom } from '../../../core/random.ts'
import { generatePrivateKey, type PrivateKey } from '../../../crypto/keys.ts'
import { mplex } from '../../../protocols/mplex/mplex.ts'
import { noise } from '../../../protocols/noise/noise.ts'
import { perf } from '../../../protocols/perf/perf.ts'
import { ping } from '../../../protocols/ping/ping.ts'
import { plaintext } from '../../../protocols/plaintext/plaintext.ts'
import { tls } from '../../../protocols/tls/tls.ts'
import { yamux } from '../../../protocols/yamux/yamux.ts'
import { quic } from '../../../swarm/transports/quic/quic.ts'
import { tcp } from '../../../swarm/transports/tcp/tcp.ts'
import { testCertificate } from '../../../swarm/transports/websocket/test-certificate.ts'
import { webSocket } from '../../../swarm/transports/websocket/websocket.ts'
import { createNode, type NodeOptions } from '../../create-node.ts'
import type { Mutators } from './mutating-duplex.ts'
import {
  mutatingEncrypter,
  mutatingMuxedTransport,
  mutatingMuxer,
  mutatingTransport,
  withoutStop,
} from './mutating-layers.ts'
import { Mutator } from './mutator.ts'

export interface Target {
  readonly tcp: string
  readonly ws: string
  readonly wss: string
  readonly quic: string
  /** Under a network key. */
  readonly pnet: string
  readonly networkKey: Uint8Array
}

export const echoProtocol = '/echo/1.0.0'

const carriers = ['tcp', 'ws', 'wss', 'quic', 'pnet'] as const
const securities: Readonly<Record<string, (options: { readonly privateKey: PrivateKey }) => ConnectionEncrypter>> = {
  noise,
  tls,
  plaintext,
}
const muxers: Readonly<Record<string, () => StreamMuxer>> = { yamux, mplex }
const privateKey = generatePrivateKey('ed25519')
const transports: Readonly<Record<(typeof carriers)[number], Transport>> = {
  tcp: tcp(),
  ws: webSocket(),
  wss: webSocket({ tlsDial: { ca: testCertificate.cert } }),
  quic: quic({ privateKey }),
  pnet: tcp(),
}

/** Lets go of what all attacks share. */
export function stopAttacking(): void {
  for (const transport of Object.values(transports)) transport.stop?.()
}

/**
 * One session of a node of which one layer is damaged, in one direction or both: it dials, uses what it finds, and leaves in the middle.
 * Answers what it was: the same for the same seed. `onError` is told of everything that this side made of it.
 */
export async function attack(seed: number, target: Target, onError: (error: unknown) => void): Promise<string> {
  const random = new SeededRandom(seed)
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value => values[random.below(values.length)] ?? values[0]
  const carrier = pick(carriers)
  const [security, muxer] = [pick(['noise', 'tls', 'plaintext']), pick(['yamux', 'mplex'])]
  const layer = carrier === 'quic' ? 'streams' : pick(['carrier', 'channel', 'channel', 'streams'])
  const directions = pick(['written', 'written', 'read', 'both'])
  const make = (): Mutators => ({
    written: directions === 'read' ? undefined : new Mutator(random),
    read: directions === 'written' ? undefined : new Mutator(random),
  })
  const transport = transports[carrier]
  const encrypter = (securities[security] ?? noise)({ privateKey })
  const muxing = (muxers[muxer] ?? yamux)()
  const node = await createNode({
    privateKey,
    transports: [
      layer === 'carrier'
        ? mutatingTransport(transport, make)
        : carrier === 'quic'
          ? mutatingMuxedTransport(transport, make)
          : withoutStop(transport),
    ],
    encrypters: [layer === 'channel' ? mutatingEncrypter(encrypter, make) : encrypter],
    muxers: [layer === 'streams' ? mutatingMuxer(muxing, make) : muxing],
    ...(carrier === 'pnet' ? { pnet: { key: target.networkKey } } : {}),
    limits: { dialTimeoutMs: 400 },
  } satisfies NodeOptions)
  node.handle(echoProtocol, () => {})
  node.events.on('handler-failed', ({ error }) => onError(error))
  node.events.on('identify-failed', ({ error }) => onError(error))
  try {
    const connection = await node.dial(target[carrier])
    await use(connection, random, onError)
    connection.abort()
  } catch (error) {
    onError(error)
  }
  await node.stop()
  return `${carrier}, ${security}, ${muxer}, ${layer}, ${directions}`
}

const patienceMs = 60

async function use(connection: Connection, random: SeededRandom, onError: (error: unknown) => void): Promise<void> {
  const enough = new AbortController()
  const { signal } = enough
  const timer = setTimeout(() => enough.abort(new DOMException('enough', 'AbortError')), patienceMs)
  const jobs: (() => Promise<unknown>)[] = [
    () => ping(connection, { count: 1 + random.below(4), signal }),
    () => perf(connection, { uploadBytes: random.below(300_000), downloadBytes: random.below(300_000), signal }),
    () => echo(connection, random.bytes(1 + random.below(50_000)), signal),
    async () => {
      for (let count = random.below(40); count >= 0; count -= 1) {
        const stream = await connection.openStream(echoProtocol)
        stream.writeNow(random.bytes(1 + random.below(100)))
        const end = random.below(4)
        if (end === 0) stream.reset()
        if (end === 1) void stream.close()
      }
    },
    async () => {
      const stream = await connection.openStream(['/none/1.0.0', '/neither/1.0.0', echoProtocol], { signal })
      stream.closeWriteNow()
    },
  ]
  const chosen = Array.from({ length: 1 + random.below(4) }, () => jobs[random.below(jobs.length)])
  await Promise.all(chosen.map(async (job) => await job?.().catch(onError)))
  clearTimeout(timer)
}

async function echo(connection: Connection, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const stream = await connection.openStream(echoProtocol, { signal })
  await stream.write(bytes, { signal })
  await stream.closeWrite()
  let left = bytes.length
  while (left > 0) {
    const chunk = await stream.read({ signal })
    if (chunk === null) return
    left -= chunk.length
  }
}
