import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection, OpenStreamOptions, PeerId } from '@p2pspec/generated/interfaces/connection'
import type { Datagrams } from '@p2pspec/generated/interfaces/datagrams'
import type { MuxedStream, MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import type { AbortOptions, MaybePromise, Stream } from '@p2pspec/generated/interfaces/stream'
import type { TransportConnection } from '@p2pspec/generated/interfaces/transport'
import {
  answerInbound,
  negotiateOutbound,
  proposeOptimistically,
} from '../protocols/multistream-select/multistream-select.ts'
import { SwarmError } from './errors.ts'
import { resetConnection } from './reset-connection.ts'
import type { StreamRegistrar } from './registrar.ts'
import type { ConnectionScope } from './resources/connection-scope.ts'
import type { StreamScope } from './resources/stream-scope.ts'

export interface ConnectionFacts {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  readonly remotePeer: PeerId
  readonly remotePublicKey: Uint8Array | undefined
  readonly remoteAddress: Multiaddr
  readonly localAddress: Multiaddr | undefined
  readonly security: string
  readonly muxer: string
  /** What carries it. */
  readonly carrier: TransportConnection
  /** What it and its streams are counted in; given back when it is over. */
  readonly scope: ConnectionScope
}

export interface ConnectionObserver {
  /** The connection is over; called exactly once. */
  onClosed(connection: SwarmConnection, error: Error | undefined): void
  /** A stream handler threw or rejected; its stream has been reset. */
  onHandlerError(connection: SwarmConnection, protocol: string, error: unknown): void
  /** The negotiation of a stream is over; where it failed, so is the stream. For those who trace alone. */
  readonly onNegotiated?: ((connection: Connection, stream: Stream, error: Error | undefined) => void) | undefined
}

/** An upgraded connection: hands inbound streams to the registrar's handlers and opens outbound ones. */
export class SwarmConnection implements Connection, MuxerEvents {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  readonly remotePeer: PeerId
  readonly remotePublicKey: Uint8Array | undefined
  readonly remoteAddress: Multiaddr
  readonly localAddress: Multiaddr | undefined
  readonly security: string
  readonly muxer: string
  status: 'open' | 'closing' | 'closed' = 'open'
  /** Streams that either side ever opened. */
  streamsOpened = 0
  /** The remote is known to take the end of a stream that it still negotiates: it has said what it is, now or when it was met last. */
  takesEarlyEnd = false

  readonly #carrier: TransportConnection
  readonly #registrar: StreamRegistrar
  readonly #observer: ConnectionObserver
  readonly #scope: ConnectionScope
  readonly #streams = new Map<MuxedStream, StreamScope>()
  /** How many inbound streams of each protocol a handler serves. Made with the first one: most connections idle. */
  #served: Map<string, number> | undefined
  /** Streams that came with the very bytes that ended the handshake, before the session was attached. */
  #early: MuxedStream[] | undefined
  #session: MuxerSession | undefined
  #closeError: Error | undefined
  #closedWaiters: ((error: Error | undefined) => void)[] | undefined

  constructor(facts: ConnectionFacts, registrar: StreamRegistrar, observer: ConnectionObserver) {
    this.id = facts.id
    this.direction = facts.direction
    this.remotePeer = facts.remotePeer
    this.remotePublicKey = facts.remotePublicKey
    this.remoteAddress = facts.remoteAddress
    this.localAddress = facts.localAddress
    this.security = facts.security
    this.muxer = facts.muxer
    this.#carrier = facts.carrier
    this.#scope = facts.scope
    this.#registrar = registrar
    this.#observer = observer
    if (!('channel' in facts.carrier) && facts.carrier.datagrams !== undefined)
      facts.carrier.datagrams.budget = facts.scope
  }

  /** Called once, by the upgrader, with the session that runs on this connection's channel. Serves what arrived while it started. */
  attach(session: MuxerSession): void {
    this.#session = session
    const early = this.#early
    this.#early = undefined
    if (early !== undefined) for (const stream of early) this.#answer(stream)
  }

  get streams(): readonly Stream[] {
    return [...this.#streams.keys()]
  }

  get streamCount(): number {
    return this.#streams.size
  }

  get datagrams(): Datagrams | undefined {
    return 'channel' in this.#carrier ? undefined : this.#carrier.datagrams
  }

  get closed(): Promise<Error | undefined> {
    if (this.status === 'closed') return Promise.resolve(this.#closeError)
    return new Promise((resolve) => {
      this.#closedWaiters ??= []
      this.#closedWaiters.push(resolve)
    })
  }

  /** Resolves once nothing of it is left on the network either: what it still had to say has left, and the remote has ended in turn. */
  get released(): Promise<void> {
    return this.#carrier.closed
  }

  openStream(protocols: string | readonly string[], options: OpenStreamOptions = {}): MaybePromise<Stream> {
    options.signal?.throwIfAborted()
    const single = typeof protocols === 'string' ? protocols : protocols.length === 1 ? protocols[0] : undefined
    const stream = this.#open(single)
    if (single !== undefined && options.negotiateFully !== true) {
      stream.protocol = single
      const { onNegotiated } = this.#observer
      if (onNegotiated === undefined) proposeOptimistically(stream, single)
      else proposeOptimistically(stream, single, { onAnswer: (error) => onNegotiated(this, stream, error) })
      return stream
    }
    const offers = typeof protocols === 'string' ? [protocols] : protocols
    return this.#negotiate(stream, offers, options)
  }

  /** Round-trip time of the muxer's own ping, in milliseconds. */
  async measureRoundTrip(options: AbortOptions = {}): Promise<number> {
    return await this.#liveSession().ping(options)
  }

  async close(options: AbortOptions = {}): Promise<void> {
    if (this.status === 'closed') return
    this.status = 'closing'
    await this.#session?.close(options)
  }

  abort(reason?: Error): void {
    // Where the session is over, its last words may still be on their way out.
    if (this.status === 'closed') resetConnection(this.#carrier, reason)
    else this.#session?.abort(reason)
  }

  onStream(stream: MuxedStream): void {
    try {
      this.#hold(stream, this.#scope.openStream('inbound'))
    } catch (refusal) {
      return stream.reset(refusal instanceof Error ? refusal : undefined)
    }
    if (this.#session !== undefined) return this.#answer(stream)
    this.#early ??= []
    this.#early.push(stream)
  }

  #answer(stream: MuxedStream): void {
    answerInbound(stream, this.#registrar, (protocol, error) => {
      if (protocol === undefined) {
        // The remote's fault alone concerns its own stream; the negotiation has reset it.
        if (error === undefined) stream.reset()
        this.#observer.onNegotiated?.(this, stream, error ?? new Error('no protocol was agreed on'))
        return
      }
      stream.protocol = protocol
      this.#observer.onNegotiated?.(this, stream, undefined)
      this.#serve(stream, protocol)
    })
  }

  onStreamClosed(stream: MuxedStream): void {
    const scope = this.#streams.get(stream)
    if (scope === undefined) return
    this.#streams.delete(stream)
    scope.close()
    // Only what was admitted has a protocol on the inbound side.
    if (scope.direction === 'outbound' || scope.protocol === undefined) return
    const held = this.#served?.get(stream.protocol) ?? 1
    if (held > 1) this.#served?.set(stream.protocol, held - 1)
    else this.#served?.delete(stream.protocol)
  }

  onClosed(error: Error | undefined): void {
    if (this.status === 'closed') return
    this.status = 'closed'
    this.#closeError = error
    this.#streams.clear()
    this.#scope.close()
    const waiters = this.#closedWaiters
    this.#closedWaiters = undefined
    if (waiters !== undefined) for (const resolve of waiters) resolve(error)
    this.#observer.onClosed(this, error)
  }

  /** What carries it is gone. A muxer that has not ended by then never will: it is ended in its place. */
  carrierGone(): void {
    if (this.status === 'closed') return
    const why = `what carried the connection to ${this.remotePeer} is gone, and its muxer ${this.muxer} has not ended`
    this.onClosed(new SwarmError('connection-closed', why))
  }

  #liveSession(): MuxerSession {
    if (this.#session === undefined || this.status !== 'open') {
      throw new SwarmError('connection-closed', `the connection to ${this.remotePeer} is ${this.status}; dial it again`)
    }
    return this.#session
  }

  #open(protocol: string | undefined): MuxedStream {
    const session = this.#liveSession()
    const scope = this.#scope.openStream('outbound')
    try {
      if (protocol !== undefined) scope.setProtocol(protocol)
      const stream = session.openStream()
      stream.earlyEnd = this.takesEarlyEnd
      this.#hold(stream, scope)
      return stream
    } catch (error) {
      scope.close()
      throw error
    }
  }

  #hold(stream: MuxedStream, scope: StreamScope): void {
    stream.budget = scope
    this.streamsOpened += 1
    this.#streams.set(stream, scope)
  }

  async #negotiate(stream: MuxedStream, offers: readonly string[], options: OpenStreamOptions): Promise<Stream> {
    try {
      stream.protocol = await negotiateOutbound(stream, offers, options)
      this.#streams.get(stream)?.setProtocol(stream.protocol)
      this.#observer.onNegotiated?.(this, stream, undefined)
      return stream
    } catch (error) {
      stream.reset(error instanceof Error ? error : undefined)
      this.#observer.onNegotiated?.(this, stream, error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }

  #serve(stream: MuxedStream, protocol: string): void {
    const handler = this.#registrar.handlerFor(protocol)
    if (handler === undefined) return stream.reset()
    try {
      this.#admit(stream, protocol)
    } catch (refusal) {
      return stream.reset(refusal instanceof Error ? refusal : undefined)
    }
    try {
      const served = handler(stream, this)
      if (served instanceof Promise) served.catch((error: unknown) => this.#handlerFailed(stream, protocol, error))
    } catch (error) {
      this.#handlerFailed(stream, protocol, error)
    }
  }

  /** Counts one more inbound stream of the protocol; throws where that is one too many. */
  #admit(stream: MuxedStream, protocol: string): void {
    this.#served ??= new Map()
    const held = this.#served.get(protocol) ?? 0
    if (held >= this.#registrar.maxInboundStreams(protocol)) {
      throw new SwarmError(
        'too-many-streams',
        `${this.remotePeer} holds ${held} inbound ${protocol} streams already: raise maxInboundStreams of its handler, or serve them faster`,
        { protocol, limit: held },
      )
    }
    this.#streams.get(stream)?.setProtocol(protocol)
    this.#served.set(protocol, held + 1)
  }

  #handlerFailed(stream: MuxedStream, protocol: string, error: unknown): void {
    stream.reset(error instanceof Error ? error : new Error(String(error)))
    this.#observer.onHandlerError(this, protocol, error)
  }
}
