import { Buffer } from 'node:buffer'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { SeededRandom } from '../../../core/random.ts'
import { generatePrivateKey } from '../../../crypto/keys.ts'
import { mplex } from '../../../protocols/mplex/mplex.ts'
import { noise } from '../../../protocols/noise/noise.ts'
import { ping } from '../../../protocols/ping/ping.ts'
import { plaintext } from '../../../protocols/plaintext/plaintext.ts'
import { tls } from '../../../protocols/tls/tls.ts'
import { yamux } from '../../../protocols/yamux/yamux.ts'
import { quic } from '../../../swarm/transports/quic/quic.ts'
import { tcp } from '../../../swarm/transports/tcp/tcp.ts'
import { testCertificate } from '../../../swarm/transports/websocket/test-certificate.ts'
import { webSocket } from '../../../swarm/transports/websocket/websocket.ts'
import { createNode, type NodeOptions, type P2pNode } from '../../create-node.ts'
import { attack, echoProtocol, stopAttacking, type Target } from './attacker.ts'

const networkKey = new Uint8Array(32).fill(7)
const upgradeTimeoutMs = 3_000

/** What must hold whatever comes in; each fault says by which seed it was found. */
export class SessionFuzz implements AsyncDisposable {
  readonly faults: string[] = []
  sessions = 0
  /** How often which error ended something: what was reached at all. */
  readonly endings = new Map<string, number>()
  readonly #open: P2pNode
  readonly #closed: P2pNode
  readonly #honest: P2pNode
  readonly #target: Target
  /** What was under way when something was caught that nobody waited for. */
  #seed = 0

  private constructor(open: P2pNode, closed: P2pNode, honest: P2pNode) {
    this.#open = open
    this.#closed = closed
    this.#honest = honest
    this.#target = targetOf(open, closed)
    for (const node of [open, closed]) this.#watch(node)
    process.on('uncaughtException', this.#onUncaught)
  }

  /** `options`: what the node that is attacked has instead of what it should have. */
  static async start(options: NodeOptions = {}): Promise<SessionFuzz> {
    const open = await victim(
      [
        '/ip4/127.0.0.1/tcp/0',
        '/ip4/127.0.0.1/tcp/0/ws',
        '/ip4/127.0.0.1/tcp/0/tls/ws',
        '/ip4/127.0.0.1/udp/0/quic-v1',
      ],
      options,
    )
    const closed = await victim(['/ip4/127.0.0.1/tcp/0'], { transports: [tcp()], pnet: { key: networkKey } })
    return new SessionFuzz(open, closed, await createNode({ transports: [tcp()] }))
  }

  /** Sessions by the seeds from `first` on, some at once; then everything must be as before. */
  async batch(first: number, count: number): Promise<void> {
    this.#seed = first
    const sound = this.#echoesStayWhole(first).catch((error: unknown) => {
      this.faults.push(`from seed ${first}: a peer beside the attackers was not served: ${text(error)}`)
    })
    for (let seed = first; seed < first + count; seed += 8) {
      const several = Array.from({ length: Math.min(8, first + count - seed) }, async (_, index) => {
        let errors: unknown[] = []
        const what = await attack(seed + index, this.#target, (error) => errors.push(error))
        for (const error of errors) this.#judge(error, `seed ${seed + index} (${what})`)
        errors = []
      })
      await Promise.all(several)
      this.sessions += several.length
    }
    await sound
    await this.#settles(first)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#honest.stop(), this.#open.stop(), this.#closed.stop()])
    stopAttacking()
    process.off('uncaughtException', this.#onUncaught)
  }

  #watch(node: P2pNode): void {
    const judge = (error: unknown): void => {
      if (error !== undefined) this.#judge(error, `from seed ${this.#seed}`)
    }
    node.events.on('inbound-failed', ({ error }) => judge(error))
    node.events.on('handler-failed', ({ error }) => judge(error))
    node.events.on('connection-closed', ({ error }) => judge(error))
    node.events.on('identify-failed', ({ error }) => judge(error))
  }

  readonly #onUncaught = (error: unknown): void => {
    this.faults.push(`from seed ${this.#seed}: nobody caught ${text(error)}`)
  }

  /** A remote's fault has a code, and no bug of this side is behind it. */
  #judge(error: unknown, where: string): void {
    if (isCoded(error)) {
      this.#count(error)
      let cause: unknown = error
      while (cause instanceof Error && !isBug(cause)) cause = cause.cause
      if (!(cause instanceof Error)) return
    }
    this.faults.push(`${where}: ${text(error)}`)
  }

  #count(error: unknown): void {
    let innermost = ''
    for (let each = error; each instanceof Error; each = each.cause)
      if ('code' in each) innermost = `${each.name} ${String(each.code)}`
    this.endings.set(innermost, (this.endings.get(innermost) ?? 0) + 1)
  }

  /** A peer beside the attackers gets back what it sent. */
  async #echoesStayWhole(seed: number): Promise<void> {
    const random = new SeededRandom(seed)
    const connection = await this.#honest.dial(this.#target.tcp)
    for (let round = 0; round < 4; round += 1) {
      const sent = random.bytes(100 + random.below(60_000))
      const stream = await connection.openStream(echoProtocol)
      const received: Uint8Array[] = []
      await stream.write(sent)
      await stream.closeWrite()
      for await (const chunk of stream) received.push(chunk.slice())
      if (!Buffer.concat(received).equals(sent)) this.faults.push(`from seed ${seed}: an echo came back changed`)
    }
    await connection.close()
  }

  async #settles(seed: number): Promise<void> {
    const until = performance.now() + 20_000
    const rest = (): string =>
      [this.#open, this.#closed]
        .map((node) => node.resources())
        .filter(({ system, transient }) =>
          [system, transient].some(({ used }) => Object.values(used).some((n) => n !== 0)),
        )
        .map((view) => JSON.stringify(view, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
        .join('; ')
    while (rest() !== '' && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10))
    if (rest() !== '') this.faults.push(`from seed ${seed}: something is still held: ${rest()}`)
    for (const address of [this.#target.tcp, this.#target.ws, this.#target.quic]) {
      const fresh = await createNode()
      const result = await fresh
        .dial(address)
        .then(ping)
        .catch((error: unknown) => error)
      if (!(typeof result === 'object' && result !== null && 'roundTrips' in result))
        this.faults.push(`from seed ${seed}: ${address} serves nobody any more: ${text(result)}`)
      await fresh.stop()
    }
  }
}

async function victim(listen: readonly string[], options: NodeOptions = {}): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const { cert, key } = testCertificate
  const node = await createNode({
    privateKey,
    listen,
    transports: [tcp(), quic({ privateKey }), webSocket({ tlsListen: { cert, key } })],
    encrypters: [noise({ privateKey }), tls({ privateKey }), plaintext({ privateKey })],
    muxers: [yamux(), mplex()],
    perf: true,
    limits: { inboundUpgradeTimeoutMs: upgradeTimeoutMs },
    ...options,
  })
  node.handle(echoProtocol, echo)
  return node
}

async function echo(stream: Stream): Promise<void> {
  for await (const chunk of stream) await stream.write(chunk)
  await stream.closeWrite()
}

function targetOf(open: P2pNode, closed: P2pNode): Target {
  const find = (node: P2pNode, form: RegExp): string => node.addresses.find((address) => form.test(address)) ?? ''
  return {
    tcp: find(open, /\/tcp\/\d+\/p2p/),
    ws: find(open, /\/tcp\/\d+\/ws\//),
    wss: find(open, /\/tls\/ws\//),
    quic: find(open, /quic/),
    pnet: find(closed, /\/tcp\//),
    networkKey,
  }
}

function text(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.stack ?? error.message}${error.cause === undefined ? '' : `\n  because ${text(error.cause)}`}`
}

function isCoded(error: unknown): boolean {
  return error instanceof Error && ('code' in error || error.name === 'AbortError')
}

function isBug(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error.message.startsWith('assertion')
}
