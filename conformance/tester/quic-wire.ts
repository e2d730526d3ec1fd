import { randomBytes, X509Certificate } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadQuiche } from '@p2pspec/runtime/swarm/transports/quic/quiche/load-quiche'
import type {
  QuicheConfig,
  QuicheConnection,
  QuicheFault,
} from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-binding'
import type { CaseKeys } from './case-keys.ts'
import type { Channel } from './channel.ts'
import { Inbox } from './inbox.ts'
import { QuicEngine } from './quic-engine.ts'
import { sealShort } from './quic-short-packet.ts'
import type { Endpoint } from './socket.ts'
import { TesterError } from './tester-error.ts'
import { readShown, testerCertificate } from './tls-certificate.ts'
import type { ShownCertificate } from './tls-certificate.ts'
import type { TlsAlteration } from './tls-session.ts'
import type { Transcript } from './transcript.ts'
import { Watch } from './watch.ts'

const APPLICATION = 'libp2p'
const ID_BYTES = 20
const PACKET_BYTES = 1350
const IDLE_MS = 60_000
const STREAM_WINDOW_BYTES = 256 * 1024
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024
const MAX_STREAMS = 1000
/** Behind the last number of the library's packets. */
const NUMBERS_AHEAD = 40
/** Datagrams that are kept, whole or by their heads: a subject that floods costs no more. */
const MAX_KEPT = 1000
const HEAD_BYTES = 128

export type QuicOutcome =
  | {
      readonly kind: 'done'
      readonly engine: QuicEngine
      readonly shown: ShownCertificate
      readonly application: string
    }
  | { readonly kind: 'ended' | 'timeout' }

/** A UDP socket that speaks with one subject: datagrams as they are, until a QUIC connection is raised on it. */
export class QuicWire implements Channel {
  readonly layer = 'transport'
  /** Holds no bytes: datagrams are no flow. Its state is that of the connection. */
  readonly inbox = new Inbox()
  /** What came while there was no connection. */
  readonly datagrams: Uint8Array[] = []
  /** How each datagram that came began, and how long it was. */
  readonly heads: { readonly head: Uint8Array; readonly length: number }[] = []
  readonly arrival = new Watch()
  readonly local: Endpoint
  readonly #socket: Socket
  #remote: Endpoint | null
  #transcript: Transcript | null
  #engine: QuicEngine | null = null
  #isGone = false
  #isUnbound = false
  /** Datagrams that the operating system has not taken yet. */
  #leaving = 0
  readonly #isConnected: boolean

  private constructor(socket: Socket, local: Endpoint, remote: Endpoint | null, transcript: Transcript | null) {
    this.#socket = socket
    this.local = local
    this.#remote = remote
    this.#isConnected = remote !== null
    this.#transcript = transcript
    socket.on('message', (packet, { address, port }) => this.#take(packet, { host: address, port }))
    socket.on('error', (error) => {
      this.#transcript?.note('transport', `UDP: ${error.message}`)
      if (this.#engine === null) this.inbox.reset()
    })
  }

  static async dial({ host, port }: Endpoint, transcript: Transcript): Promise<QuicWire> {
    const { address, family } = await lookup(host).catch((cause: Error) => {
      throw new TesterError('refused', 'transport', `${host} has no address: ${cause.message}`, { cause })
    })
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    await ready(socket, (done) => socket.connect(port, address, done))
    const own = socket.address()
    return new QuicWire(socket, { host: own.address, port: own.port }, { host: address, port }, transcript)
  }

  /** The remote is whoever speaks first. */
  static async listen(host: string): Promise<QuicWire> {
    const socket = createSocket('udp4')
    await ready(socket, (done) => socket.bind(0, host, done))
    return new QuicWire(socket, { host, port: socket.address().port }, null, null)
  }

  get localAddress(): string {
    return this.local.host
  }

  get localPort(): number {
    return this.local.port
  }

  /** With what the subject ended the connection. */
  get fault(): QuicheFault | null {
    return this.#engine?.fault ?? null
  }

  recordIn(transcript: Transcript): void {
    this.#transcript = transcript
    for (const packet of this.datagrams) transcript.received('transport', packet)
  }

  /** True once the subject has sent its first datagram; false where it does not in time. */
  greeted(waitMs: number): Promise<boolean> {
    return this.arrival.until(() => this.datagrams.length > 0 || this.#isGone, waitMs).then(() => this.#remote !== null)
  }

  /** One datagram. */
  write(bytes: Uint8Array): void {
    if (this.#isGone || this.#remote === null) return
    this.#transcript?.sent('transport', bytes)
    const { host, port } = this.#remote
    this.#leaving++
    // A datagram that did not leave is one that was lost.
    const left = (): void => {
      this.#leaving--
      if (this.#isGone) this.#unbind()
    }
    if (this.#isConnected) this.#socket.send(bytes, left)
    else this.#socket.send(bytes, port, host, left)
  }

  end(): void {
    this.#engine?.close()
  }

  reset(): void {
    this.destroy()
  }

  destroy(): void {
    if (this.#isGone) return
    this.#engine?.close()
    this.#isGone = true
    this.arrival.changed()
    this.#unbind()
  }

  /** What was said last leaves first. */
  #unbind(): void {
    if (this.#leaving > 0 || this.#isUnbound) return
    this.#isUnbound = true
    this.#socket.close()
  }

  /** The first packets of a dial, which are not sent. */
  firstFlight(keys: CaseKeys): Uint8Array {
    const connection = this.#connection('dialer', configOf(keys, {}))
    const packet = new Uint8Array(PACKET_BYTES)
    const sent = connection.send(packet)
    if (sent === null) throw new Error('a dial begins with a packet')
    return packet.subarray(0, sent[0])
  }

  /** The same handshake as ever; gives what sends frames that no library would, in packets of this connection. */
  async handshakeForFrames(
    side: 'dialer' | 'listener',
    keys: CaseKeys,
    waitMs: number,
  ): Promise<{ readonly outcome: QuicOutcome; readonly send: (frames: Uint8Array) => void }> {
    const folder = mkdtempSync(path.join(tmpdir(), 'p2pspec-quic-'))
    const file = path.join(folder, 'keys')
    try {
      const outcome = await this.handshake(side, keys, waitMs, {}, file)
      const label = side === 'dialer' ? 'CLIENT_TRAFFIC_SECRET_0' : 'SERVER_TRAFFIC_SECRET_0'
      const secret = new RegExp(`^${label} \\S+ ([0-9a-f]+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? ''
      return { outcome, send: (frames) => this.#sendFrames(Buffer.from(secret, 'hex'), frames) }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  #sendFrames(secret: Uint8Array, frames: Uint8Array): void {
    const { connection } = this.#engine ?? {}
    if (connection === undefined) throw new TesterError('bad-case', 'transport', 'there is no connection for frames')
    // A number that the library has not come to yet, and not so far off that its next ones would be misread.
    const number = connection.stats().sent + NUMBERS_AHEAD
    for (const packet of sealShort({ secret, destinationId: connection.destinationId(), number, frames }))
      this.write(packet)
  }

  /** Raises a QUIC connection, with whatever is to be wrong in its handshake. */
  async handshake(
    side: 'dialer' | 'listener',
    keys: CaseKeys,
    waitMs: number,
    alteration: TlsAlteration = {},
    keyLog: string | null = null,
  ): Promise<QuicOutcome> {
    const config = configOf(keys, alteration)
    if (keyLog !== null) config.logKeys()
    const connection = this.#connection(side, config)
    if (keyLog !== null) connection.setKeylog(keyLog)
    const engine = new QuicEngine({ connection, local: this.local, send: (packet) => this.write(packet) })
    this.#engine = engine
    engine.watch.onChange(() => {
      if (engine.over) this.#end(engine)
    })
    const remote = this.#remote
    if (side === 'listener' && remote !== null)
      for (const packet of this.datagrams.splice(0)) engine.receive(packet, remote)
    const settled = await engine.watch.until(() => connection.isEstablished() || engine.over, waitMs)
    if (engine.over) return { kind: 'ended' }
    if (!settled) return { kind: 'timeout' }
    const chain = connection.peerCertChain() ?? []
    const [first] = chain
    const shown = readShown(first === undefined ? undefined : new X509Certificate(first))
    this.#transcript?.note(
      'security',
      `QUIC is up; the subject's certificate is vouched for by ${shown.peerId ?? 'nobody'}`,
    )
    const application = Buffer.from(connection.applicationProto()).toString()
    return { kind: 'done', engine, shown: { ...shown, count: chain.length }, application }
  }

  #connection(side: 'dialer' | 'listener', config: QuicheConfig): QuicheConnection {
    const remote = this.#remote
    if (remote === null) throw new TesterError('bad-case', 'transport', 'the case uses QUIC before the subject came')
    const { Connection } = loadQuiche()
    const id = randomBytes(ID_BYTES)
    return side === 'dialer'
      ? Connection.connect(null, id, this.local, remote, config)
      : Connection.accept(id, null, this.local, remote, config)
  }

  #take(packet: Uint8Array, from: Endpoint): void {
    this.#remote ??= from
    // One connection is judged: another that the subject tries beside it gets no answer.
    if (from.host !== this.#remote.host || from.port !== this.#remote.port) return
    const bytes = Uint8Array.from(packet)
    if (this.heads.length < MAX_KEPT) this.heads.push({ head: bytes.slice(0, HEAD_BYTES), length: bytes.length })
    this.#transcript?.received('transport', bytes)
    if (this.#engine !== null) this.#engine.receive(bytes, from)
    else if (this.datagrams.length < MAX_KEPT) this.datagrams.push(bytes)
    this.arrival.changed()
  }

  #end(engine: QuicEngine): void {
    if (this.inbox.state !== 'open') return
    const { fault } = engine
    const why =
      fault === null
        ? 'QUIC gave it up'
        : `the subject ended it with ${fault.isApp ? 'application' : 'QUIC'} code ${fault.errorCode}`
    this.#transcript?.note('transport', `the connection is over: ${why}`)
    if (fault?.isApp === true && fault.errorCode === 0) this.inbox.end()
    else this.inbox.reset()
  }
}

/** A socket that does not come up is closed again. */
async function ready(socket: Socket, begin: (done: (error?: Error) => void) => void): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      begin((error) => (error instanceof Error ? reject(error) : resolve()))
    })
  } catch (cause) {
    socket.close()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TesterError('refused', 'transport', `no UDP socket for the subject: ${reason}`, { cause })
  }
  socket.removeAllListeners('error')
}

function configOf(keys: CaseKeys, { certificate, applications = [APPLICATION] }: TlsAlteration): QuicheConfig {
  const shown = testerCertificate(keys, certificate)
  const text = (pem: string): Uint8Array => Buffer.from(pem)
  const { Config } = loadQuiche()
  // Whatever the subject shows is taken: the cases look at it.
  const config = Config.withBoringSslCtx(
    true,
    true,
    null,
    shown === null ? null : [text(shown.privateKey)],
    shown === null ? null : [text(shown.chain)],
    null,
  )
  config.setApplicationProtos(applications)
  config.setMaxIdleTimeout(IDLE_MS)
  config.setMaxRecvUdpPayloadSize(PACKET_BYTES)
  config.setMaxSendUdpPayloadSize(PACKET_BYTES)
  config.setInitialMaxData(CONNECTION_WINDOW_BYTES)
  config.setInitialMaxStreamDataBidiLocal(STREAM_WINDOW_BYTES)
  config.setInitialMaxStreamDataBidiRemote(STREAM_WINDOW_BYTES)
  config.setMaxStreamWindow(STREAM_WINDOW_BYTES)
  config.setMaxConnectionWindow(CONNECTION_WINDOW_BYTES)
  config.setInitialMaxStreamsBidi(MAX_STREAMS)
  config.setInitialMaxStreamsUni(0)
  config.setDisableActiveMigration(true)
  return config
}
