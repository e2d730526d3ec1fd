import type { CaseKeys } from './case-keys.ts'
import type { Channel } from './channel.ts'
import { serveStream } from './courtesy.ts'
import type { Claims } from './courtesy.ts'
import { runHandshake } from './handshake-script.ts'
import type { HandshakeAlteration, HandshakeOutcome } from './handshake-script.ts'
import { MplexSession } from './mplex-session.ts'
import { answer, awaitAgreement, propose, proposeFirst } from './multistream.ts'
import type { MuxedChannel, MuxerSession } from './muxer-session.ts'
import { NoiseChannel } from './noise-channel.ts'
import type { SubjectPayload } from './noise-payload.ts'
import { honestExchange, PLAINTEXT, readExchange, writeExchange } from './plaintext-exchange.ts'
import type { ExchangeOutcome } from './plaintext-exchange.ts'
import { QuicSession } from './quic-session.ts'
import { QuicWire } from './quic-wire.ts'
import type { QuicOutcome } from './quic-wire.ts'
import type { SocketChannel } from './socket.ts'
import { MPLEX, usualStack } from './stack.ts'
import type { Offers } from './stack.ts'
import { TesterError } from './tester-error.ts'
import { TLS, runTls } from './tls-session.ts'
import type { TlsAlteration, TlsOutcome } from './tls-session.ts'
import type { Transcript } from './transcript.ts'
import { YamuxSession } from './yamux-session.ts'

/** What to get wrong where a private network is entered: another key or none at all, or the nonce in single bytes. */
export interface NetworkAlteration {
  readonly key?: 'other' | 'none'
  readonly bytewise?: boolean
}

/** What a connection stands on. */
export type Wire = SocketChannel | QuicWire

/** Whether the tester dialled the subject or was dialled by it. */
export type Side = 'dialer' | 'listener'

/** One connection with a subject, raised layer by layer as far as a case wants it. */
export class TesterConnection {
  readonly wire: Wire
  readonly side: Side
  readonly keys: CaseKeys
  readonly transcript: Transcript
  readonly waitMs: number
  /** What the connection may stand on where a case does not say. */
  readonly offers: Offers
  /** What the case does with streams that the subject opens; may be filled in before the session starts. */
  readonly claims: Claims
  #security: string | null = null
  #muxer: string | null = null
  #noise: NoiseChannel | null = null
  #tls: Extract<TlsOutcome, { kind: 'done' }> | null = null
  #carrier: Channel | null = null
  #quicOutcome: Extract<QuicOutcome, { kind: 'done' }> | null = null
  #session: YamuxSession | MplexSession | QuicSession | null = null
  #subject: SubjectPayload | null = null
  #outcome: HandshakeOutcome | null = null

  constructor(
    wire: Wire,
    side: Side,
    keys: CaseKeys,
    transcript: Transcript,
    waitMs: number,
    offers: Offers = usualStack,
  ) {
    this.wire = wire
    this.side = side
    this.keys = keys
    this.transcript = transcript
    this.waitMs = waitMs
    this.offers = offers
    this.claims = { holdPings: side === 'listener' }
  }

  /** The raw bytes of a TCP connection. */
  get socket(): SocketChannel {
    if (this.wire instanceof QuicWire)
      throw new TesterError(
        'unsupported',
        'transport',
        'the case is about the bytes of a TCP connection, and this is QUIC',
      )
    return this.wire
  }

  /** The datagrams of a QUIC connection. */
  get quic(): QuicWire {
    if (this.wire instanceof QuicWire) return this.wire
    throw new TesterError('unsupported', 'transport', 'the case is about QUIC, and this is TCP')
  }

  get isQuic(): boolean {
    return this.wire instanceof QuicWire
  }

  /** What a handshake of QUIC came to; null before one. */
  get quicOutcome(): Extract<QuicOutcome, { kind: 'done' }> | null {
    return this.#quicOutcome
  }

  /** The agreed protocols; null before there is an agreement. */
  get security(): string | null {
    return this.#security
  }

  get muxer(): string | null {
    return this.#muxer
  }

  /** What the muxer stands on. */
  get carrier(): Channel {
    if (this.#carrier === null)
      throw new TesterError('bad-case', 'security', 'the case uses the secure channel before there is one')
    return this.#carrier
  }

  /** The noise channel, for cases about its messages. */
  get noise(): NoiseChannel {
    if (this.#noise === null)
      throw new TesterError('unsupported', 'security', 'the case is about a channel of noise, and this one has none')
    return this.#noise
  }

  get session(): MuxerSession {
    return this.#anySession
  }

  get yamux(): YamuxSession {
    const session = this.#anySession
    if (session instanceof YamuxSession) return session
    throw new TesterError('unsupported', 'muxer', 'the case is about yamux, and the connection has another muxer')
  }

  get mplex(): MplexSession {
    const session = this.#anySession
    if (session instanceof MplexSession) return session
    throw new TesterError('unsupported', 'muxer', 'the case is about mplex, and the connection has another muxer')
  }

  /** The subject gets no leave to send more than what it has already. */
  holdWindows(): void {
    const session = this.#anySession
    if (session instanceof QuicSession) session.holdWindows()
    else this.yamux.holdsWindow = true
  }

  get quicSession(): QuicSession {
    const session = this.#anySession
    if (session instanceof QuicSession) return session
    throw new TesterError('unsupported', 'muxer', 'the case is about streams of QUIC, and the connection has a muxer')
  }

  get hasSession(): boolean {
    return this.#session !== null
  }

  /** What the subject said of itself; null before the handshake is done. */
  get subject(): SubjectPayload | null {
    return this.#subject
  }

  /** How the last handshake of noise went; null before one. */
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

  /** What a TLS handshake came to; null before one. */
  get tls(): Extract<TlsOutcome, { kind: 'done' }> | null {
    return this.#tls
  }

  /** Both agree on a security; its handshake has not begun. */
  async agreeOnSecurity(
    securities: readonly string[] = this.offers.securities,
    network?: NetworkAlteration,
  ): Promise<void> {
    await this.enterNetwork(network)
    this.#security = await this.#agree(this.socket, securities)
  }

  /** TLS, and the muxer that it or a negotiation behind it gives. */
  async tlsHandshake(alteration: TlsAlteration = {}): Promise<TlsOutcome> {
    const side = this.side === 'dialer' ? 'client' : 'server'
    const { muxers } = this.offers
    const outcome = await runTls(this.socket, side, this.keys, this.transcript, this.waitMs, muxers, alteration)
    if (outcome.kind !== 'done') return outcome
    this.#tls = outcome
    this.#carrier = outcome.channel
    const { peerId, identityKey } = outcome.shown
    if (peerId !== null && identityKey !== null) this.#subject = { peerId, identityKey, muxers: null }
    return outcome
  }

  /** QUIC, with its TLS inside. */
  async quicHandshake(alteration: TlsAlteration = {}): Promise<QuicOutcome> {
    const outcome = await this.quic.handshake(this.side, this.keys, this.waitMs, alteration)
    this.#learnQuic(outcome)
    return outcome
  }

  #learnQuic(outcome: QuicOutcome): void {
    if (outcome.kind !== 'done') return
    this.#quicOutcome = outcome
    const { peerId, identityKey } = outcome.shown
    if (peerId !== null && identityKey !== null) this.#subject = { peerId, identityKey, muxers: null }
  }

  /** The same as it should be, and what sends frames that no library would. */
  async raiseQuicForFrames(): Promise<(frames: Uint8Array) => void> {
    const { outcome, send } = await this.quic.handshakeForFrames(this.side, this.keys, this.waitMs)
    this.#settleQuic(outcome)
    return send
  }

  /** The same as it should be; throws where the subject does not go along. */
  async raiseQuic(): Promise<void> {
    this.#settleQuic(await this.quicHandshake())
  }

  #settleQuic(outcome: QuicOutcome): void {
    this.#learnQuic(outcome)
    const { kind } = outcome
    if (kind === 'done') return
    const what = kind === 'ended' ? 'ended the connection' : `did not answer for ${this.waitMs} ms`
    throw new TesterError(
      kind === 'ended' ? 'closed' : 'timeout',
      'security',
      `the subject ${what} in the handshake of QUIC`,
    )
  }

  async handshake(alteration: HandshakeAlteration = {}): Promise<HandshakeOutcome> {
    const side = this.side === 'dialer' ? 'initiator' : 'responder'
    const outcome = await runHandshake(this.socket, side, this.keys, this.transcript, this.waitMs, alteration)
    this.#outcome = outcome
    if (outcome.kind === 'done') {
      this.#noise = new NoiseChannel(this.socket, outcome.ciphers, this.transcript)
      this.#carrier = this.#noise
      this.#subject = outcome.subject
    }
    return outcome
  }

  /** Reads what the subject says of itself in plaintext; what the tester says has left already. */
  async plaintextExchange(): Promise<ExchangeOutcome> {
    const outcome = await readExchange(this.socket, this.waitMs)
    if (outcome.kind === 'done') this.usePlaintext(outcome)
    return outcome
  }

  /** Goes on without encryption, with a subject whose message was read. */
  usePlaintext({ peerId, identityKey }: { readonly peerId: string; readonly identityKey: Uint8Array }): void {
    this.#subject = { peerId, identityKey, muxers: null }
    this.#carrier = this.socket
  }

  /** The agreed security's handshake as it should be; throws where the subject does not go along. */
  async becomeSecure(): Promise<void> {
    const outcome = await this.completeHandshake()
    if (outcome.kind === 'done') return
    const what = outcome.kind === 'ended' ? 'ended the connection' : `sent nothing for ${this.waitMs} ms`
    const where = 'before' in outcome ? `its ${outcome.before} handshake message` : 'the handshake was over'
    throw new TesterError(
      outcome.kind === 'ended' ? 'closed' : 'timeout',
      'security',
      `the subject ${what} before ${where}`,
    )
  }

  /** The same, telling how it went. */
  async completeHandshake(
    security: string | null = this.#security,
  ): Promise<HandshakeOutcome | TlsOutcome | ExchangeOutcome> {
    switch (security) {
      case TLS:
        return this.tlsHandshake()
      case PLAINTEXT:
        writeExchange(this.socket, honestExchange(this.keys.identity.publicKey))
        return this.plaintextExchange()
      default:
        return this.handshake()
    }
  }

  /** Both agree on a muxer: inside the handshake where it did that (for noise: by `early` lists that both sent), or now. */
  async agreeOnMuxer(
    early: readonly string[] | null = null,
    muxers: readonly string[] = this.offers.muxers,
  ): Promise<void> {
    const application = this.#tls?.application ?? 'libp2p'
    const chosen = application === 'libp2p' ? this.earlyMuxer(early) : application
    if (chosen !== undefined && (chosen === null || !muxers.includes(chosen)))
      throw new TesterError('unsupported', 'muxer', `the handshake chose ${chosen ?? 'no muxer'}`)
    this.#muxer = chosen ?? (await this.#agree(this.carrier, muxers))
  }

  /** The same where header and proposal of a dialling tester have left already. */
  async awaitMuxer(muxer: string): Promise<void> {
    if (!(await awaitAgreement(this.carrier, muxer, this.waitMs)))
      throw new TesterError('unsupported', 'negotiation', `the subject does not support ${muxer}`)
    this.#muxer = muxer
  }

  startSession(): void {
    const onStream = (stream: MuxedChannel): void => {
      serveStream(stream, this.keys.identity, this.claims).catch((error: unknown) => {
        this.transcript.note('protocol', `the tester failed to serve stream ${stream.id}: ${String(error)}`)
      })
    }
    if (this.#quicOutcome !== null) {
      this.#session = new QuicSession(this.#quicOutcome.engine, this.transcript, { side: this.side, onStream })
      return
    }
    this.#session =
      this.#muxer === MPLEX
        ? new MplexSession(this.carrier, this.transcript, { onStream })
        : new YamuxSession(this.carrier, this.side === 'dialer' ? 'client' : 'server', this.transcript, { onStream })
  }

  /** The whole way up from a fresh socket. */
  async upgrade(): Promise<void> {
    if (this.isQuic) {
      await this.raiseQuic()
      this.startSession()
      return
    }
    await this.agreeOnSecurity()
    await this.becomeSecure()
    await this.agreeOnMuxer()
    this.startSession()
  }

  /** A stream on which `protocol` was agreed. */
  async openStream(protocol: string): Promise<MuxedChannel> {
    const stream = this.session.openStream()
    const agreed = await propose(stream, protocol, this.waitMs)
    if (!agreed) throw new TesterError('unsupported', 'negotiation', `the subject does not support ${protocol}`)
    return stream
  }

  close(): void {
    this.wire.destroy()
  }

  /** Undefined: no early negotiation. Null: both sent a list and nothing is in both. */
  earlyMuxer(offered: readonly string[] | null): string | null | undefined {
    const theirs = this.#subject?.muxers ?? null
    if (offered === null || theirs === null) return undefined
    const [initiators, responders] = this.side === 'dialer' ? [offered, theirs] : [theirs, offered]
    return initiators.find((muxer) => responders.includes(muxer)) ?? null
  }

  get #anySession(): YamuxSession | MplexSession | QuicSession {
    if (this.#session === null)
      throw new TesterError('bad-case', 'muxer', 'the case uses the muxer before there is one')
    return this.#session
  }

  async #agree(channel: Channel, protocols: readonly string[]): Promise<string> {
    if (this.side === 'dialer') {
      const agreed = await proposeFirst(channel, protocols, this.waitMs)
      if (agreed !== null) return agreed
      throw new TesterError('unsupported', 'negotiation', `the subject does not support ${protocols.join(' or ')}`)
    }
    const { protocol: accepted, proposed } = await answer(channel, (name) => protocols.includes(name), this.waitMs)
    if (accepted !== null) return accepted
    const offered = proposed.length === 0 ? 'nothing' : proposed.join(', ')
    throw new TesterError(
      'unsupported',
      'negotiation',
      `the subject proposed ${offered}, not ${protocols.join(' or ')}`,
    )
  }
}
