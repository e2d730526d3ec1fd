import type { CaseKeys } from './case-keys.ts'
import { serveStream } from './courtesy.ts'
import type { Claims } from './courtesy.ts'
import { runHandshake } from './handshake-script.ts'
import type { HandshakeAlteration, HandshakeOutcome } from './handshake-script.ts'
import { answer, propose } from './multistream.ts'
import { NoiseChannel } from './noise-channel.ts'
import type { SubjectPayload } from './noise-payload.ts'
import type { SocketChannel } from './socket.ts'
import { TesterError } from './tester-error.ts'
import { TLS, runTls } from './tls-session.ts'
import type { TlsAlteration, TlsChannel, TlsOutcome } from './tls-session.ts'
import type { Transcript } from './transcript.ts'
import { YamuxSession } from './yamux-session.ts'
import type { YamuxStream } from './yamux-stream.ts'

export const NOISE = '/noise'
export const YAMUX = '/yamux/1.0.0'

/** What to get wrong where a private network is entered: another key or none at all, or the nonce in single bytes. */
export interface NetworkAlteration {
  readonly key?: 'other' | 'none'
  readonly bytewise?: boolean
}

/** Whether the tester dialled the subject or was dialled by it. */
export type Side = 'dialer' | 'listener'

/** One connection with a subject, raised layer by layer as far as a case wants it. */
export class TesterConnection {
  readonly socket: SocketChannel
  readonly side: Side
  readonly keys: CaseKeys
  readonly transcript: Transcript
  readonly waitMs: number
  /** What the case does with streams that the subject opens; may be filled in before the session starts. */
  readonly claims: Claims
  #secure: NoiseChannel | null = null
  #tls: Extract<TlsOutcome, { kind: 'done' }> | null = null
  #session: YamuxSession | null = null
  #subject: SubjectPayload | null = null
  #outcome: HandshakeOutcome | null = null

  constructor(socket: SocketChannel, side: Side, keys: CaseKeys, transcript: Transcript, waitMs: number) {
    this.socket = socket
    this.side = side
    this.keys = keys
    this.transcript = transcript
    this.waitMs = waitMs
    this.claims = { holdPings: side === 'listener' }
  }

  get secure(): NoiseChannel {
    if (this.#secure === null)
      throw new TesterError('bad-case', 'security', 'the case uses the secure channel before there is one')
    return this.#secure
  }

  get session(): YamuxSession {
    if (this.#session === null)
      throw new TesterError('bad-case', 'muxer', 'the case uses the muxer before there is one')
    return this.#session
  }

  get hasSession(): boolean {
    return this.#session !== null
  }

  /** What the subject proved of itself; null before the handshake is done. */
  get subject(): SubjectPayload | null {
    return this.#subject
  }

  /** How the last handshake went; null before one. */
  get handshakeOutcome(): HandshakeOutcome | null {
    return this.#outcome
  }

  /** Into the private network of the subject, where it is in one; once. The alteration says what to get wrong there. */
  async enterNetwork({ key, bytewise }: NetworkAlteration = {}): Promise<void> {
    const { networkKey } = this.socket
    if (networkKey === null || this.socket.hasEntered || key === 'none') return
    await this.socket.enterNetwork({
      key: key === 'other' ? networkKey.map((byte) => byte ^ 0xff) : networkKey,
      nonce: this.keys.networkNonce,
      ...(bytewise === true ? { bytewise } : {}),
    })
  }

  /** Both agree on noise; the handshake has not begun. */
  async agreeOnSecurity(network?: NetworkAlteration): Promise<void> {
    await this.enterNetwork(network)
    await this.#agree(this.socket, NOISE)
  }

  /** The same for TLS. */
  async agreeOnTls(): Promise<void> {
    await this.enterNetwork()
    await this.#agree(this.socket, TLS)
  }

  /** What a TLS handshake came to; null before one, and where noise secures the connection. */
  get tls(): Extract<TlsOutcome, { kind: 'done' }> | null {
    return this.#tls
  }

  /** TLS instead of noise, and the muxer that it or a negotiation behind it gives. */
  async tlsHandshake(alteration: TlsAlteration = {}): Promise<TlsOutcome> {
    const side = this.side === 'dialer' ? 'client' : 'server'
    const outcome = await runTls(this.socket, side, this.keys, this.transcript, this.waitMs, alteration)
    if (outcome.kind !== 'done') return outcome
    this.#tls = outcome
    const { application, channel } = outcome
    if (application === null || application === 'libp2p') await this.#agree(channel, YAMUX)
    else if (application !== YAMUX) throw new TesterError('unsupported', 'muxer', `TLS chose ${application}`)
    return outcome
  }

  async handshake(alteration: HandshakeAlteration = {}): Promise<HandshakeOutcome> {
    const side = this.side === 'dialer' ? 'initiator' : 'responder'
    const outcome = await runHandshake(this.socket, side, this.keys, this.transcript, this.waitMs, alteration)
    this.#outcome = outcome
    if (outcome.kind === 'done') {
      this.#secure = new NoiseChannel(this.socket, outcome.ciphers, this.transcript)
      this.#subject = outcome.subject
    }
    return outcome
  }

  /** The handshake as it should be; throws where the subject does not go along. */
  async becomeSecure(): Promise<void> {
    const outcome = await this.handshake()
    if (outcome.kind === 'done') return
    const what = outcome.kind === 'ended' ? 'ended the connection' : `sent nothing for ${this.waitMs} ms`
    throw new TesterError(
      outcome.kind === 'ended' ? 'closed' : 'timeout',
      'security',
      `the subject ${what} before its ${outcome.before} handshake message`,
    )
  }

  /** Both agree on yamux, by `early` lists inside the handshake where both sent one. */
  async agreeOnMuxer(offered: readonly string[] | null = null): Promise<void> {
    const early = this.earlyMuxer(offered)
    if (early === undefined) await this.#agree(this.secure, YAMUX)
    else if (early !== YAMUX)
      throw new TesterError('unsupported', 'muxer', `the handshake chose ${early ?? 'no muxer'}`)
  }

  startSession(): void {
    this.#session = new YamuxSession(
      this.#tls?.channel ?? this.secure,
      this.side === 'dialer' ? 'client' : 'server',
      this.transcript,
      {
        onStream: (stream) => {
          serveStream(stream, this.keys.identity, this.claims).catch((error: unknown) => {
            this.transcript.note('protocol', `the tester failed to serve stream ${stream.id}: ${String(error)}`)
          })
        },
      },
    )
  }

  /** The whole way up from a fresh socket. */
  async upgrade(): Promise<void> {
    await this.agreeOnSecurity()
    await this.becomeSecure()
    await this.agreeOnMuxer()
    this.startSession()
  }

  /** A stream on which `protocol` was agreed. */
  async openStream(protocol: string): Promise<YamuxStream> {
    const stream = this.session.openStream()
    const agreed = await propose(stream, protocol, this.waitMs)
    if (!agreed) throw new TesterError('unsupported', 'negotiation', `the subject does not support ${protocol}`)
    return stream
  }

  close(): void {
    this.socket.destroy()
  }

  /** Undefined: no early negotiation. Null: both sent a list and nothing is in both. */
  earlyMuxer(offered: readonly string[] | null): string | null | undefined {
    const theirs = this.#subject?.muxers ?? null
    if (offered === null || theirs === null) return undefined
    const [initiators, responders] = this.side === 'dialer' ? [offered, theirs] : [theirs, offered]
    return initiators.find((muxer) => responders.includes(muxer)) ?? null
  }

  async #agree(channel: SocketChannel | NoiseChannel | TlsChannel, protocol: string): Promise<void> {
    if (this.side === 'dialer') {
      const agreed = await propose(channel, protocol, this.waitMs)
      if (!agreed) throw new TesterError('unsupported', 'negotiation', `the subject does not support ${protocol}`)
      return
    }
    const { protocol: accepted, proposed } = await answer(channel, (name) => name === protocol, this.waitMs)
    if (accepted === null) {
      const offered = proposed.length === 0 ? 'nothing' : proposed.join(', ')
      throw new TesterError('unsupported', 'negotiation', `the subject proposed ${offered}, not ${protocol}`)
    }
  }
}
