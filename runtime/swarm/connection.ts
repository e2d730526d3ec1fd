import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection, OpenStreamOptions, PeerId } from '@p2pspec/generated/interfaces/connection'
import type { MuxedStream, MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import type { AbortOptions, MaybePromise, Stream } from '@p2pspec/generated/interfaces/stream'
import {
  answerInbound,
  negotiateOutbound,
  proposeOptimistically,
} from '../protocols/multistream-select/multistream-select.ts'
import { SwarmError } from './errors.ts'
import type { StreamRegistrar } from './registrar.ts'

export interface ConnectionFacts {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  readonly remotePeer: PeerId
  readonly remotePublicKey: Uint8Array
  readonly remoteAddress: Multiaddr
  readonly localAddress: Multiaddr
  readonly security: string
  readonly muxer: string
}

export interface ConnectionObserver {
  /** The connection is over; called exactly once. */
  onClosed(connection: SwarmConnection, error: Error | undefined): void
  /** A stream handler threw or rejected; its stream has been reset. */
  onHandlerError(connection: SwarmConnection, protocol: string, error: unknown): void
}

/** An upgraded connection: hands inbound streams to the registrar's handlers and opens outbound ones. */
export class SwarmConnection implements Connection, MuxerEvents {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  readonly remotePeer: PeerId
  readonly remotePublicKey: Uint8Array
  readonly remoteAddress: Multiaddr
  readonly localAddress: Multiaddr
  readonly security: string
  readonly muxer: string
  status: 'open' | 'closing' | 'closed' = 'open'
  /** The remote is known to take the end of a stream that it still negotiates; set once it has said what it is. */
  takesEarlyEnd = false

  readonly #registrar: StreamRegistrar
  readonly #observer: ConnectionObserver
  readonly #streams = new Set<MuxedStream>()
  /** Inbound streams that a handler serves, and how many of each protocol. Made with the first one: most connections idle. */
  #admitted: Set<MuxedStream> | undefined
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
    this.#registrar = registrar
    this.#observer = observer
  }

  /** Called once, by the upgrader, with the session that runs on this connection's channel. Serves what arrived while it started. */
  attach(session: MuxerSession): void {
    this.#session = session
    const early = this.#early
    this.#early = undefined
    if (early !== undefined) for (const stream of early) this.#answer(stream)
  }

  get streams(): readonly Stream[] {
    return [...this.#streams]
  }

  get closed(): Promise<Error | undefined> {
    if (this.status === 'closed') return Promise.resolve(this.#closeError)
    return new Promise((resolve) => {
      this.#closedWaiters ??= []
      this.#closedWaiters.push(resolve)
    })
  }

  openStream(protocols: string | readonly string[], options: OpenStreamOptions = {}): MaybePromise<Stream> {
    options.signal?.throwIfAborted()
    const stream = this.#open()
    const single = typeof protocols === 'string' ? protocols : protocols.length === 1 ? protocols[0] : undefined
    if (single !== undefined && options.negotiateFully !== true) {
      stream.protocol = single
      proposeOptimistically(stream, single)
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
    if (this.status === 'closed') return
    this.#session?.abort(reason)
  }

  onStream(stream: MuxedStream): void {
    this.#streams.add(stream)
    if (this.#session !== undefined) return this.#answer(stream)
    this.#early ??= []
    this.#early.push(stream)
  }

  #answer(stream: MuxedStream): void {
    answerInbound(stream, this.#registrar, (protocol, error) => {
      if (protocol === undefined) {
        // The remote's fault alone concerns its own stream; the negotiation has reset it.
        if (error === undefined) stream.reset()
        return
      }
      stream.protocol = protocol
      this.#serve(stream, protocol)
    })
  }

  onStreamClosed(stream: MuxedStream): void {
    this.#streams.delete(stream)
    if (this.#admitted?.delete(stream) !== true) return
    const held = this.#served?.get(stream.protocol) ?? 1
    if (held > 1) this.#served?.set(stream.protocol, held - 1)
    else this.#served?.delete(stream.protocol)
  }

  onClosed(error: Error | undefined): void {
    this.status = 'closed'
    this.#closeError = error
    this.#streams.clear()
    const waiters = this.#closedWaiters
    this.#closedWaiters = undefined
    if (waiters !== undefined) for (const resolve of waiters) resolve(error)
    this.#observer.onClosed(this, error)
  }

  #liveSession(): MuxerSession {
    if (this.#session === undefined || this.status !== 'open') {
      throw new SwarmError('connection-closed', `the connection to ${this.remotePeer} is ${this.status}; dial it again`)
    }
    return this.#session
  }

  #open(): MuxedStream {
    const stream = this.#liveSession().openStream()
    stream.earlyEnd = this.takesEarlyEnd
    this.#streams.add(stream)
    return stream
  }

  async #negotiate(stream: MuxedStream, offers: readonly string[], options: OpenStreamOptions): Promise<Stream> {
    try {
      stream.protocol = await negotiateOutbound(stream, offers, options)
      return stream
    } catch (error) {
      stream.reset(error instanceof Error ? error : undefined)
      throw error
    }
  }

  #serve(stream: MuxedStream, protocol: string): void {
    const handler = this.#registrar.handlerFor(protocol)
    if (handler === undefined) return stream.reset()
    if (!this.#admit(stream, protocol)) {
      return stream.reset(
        new SwarmError('too-many-streams', `${this.remotePeer} holds too many inbound ${protocol} streams`, {
          protocol,
        }),
      )
    }
    try {
      const served = handler(stream, this)
      if (served instanceof Promise) served.catch((error: unknown) => this.#handlerFailed(stream, protocol, error))
    } catch (error) {
      this.#handlerFailed(stream, protocol, error)
    }
  }

  /** Counts one more inbound stream of the protocol; false where that is one too many. */
  #admit(stream: MuxedStream, protocol: string): boolean {
    this.#served ??= new Map()
    const held = this.#served.get(protocol) ?? 0
    if (held >= this.#registrar.maxInboundStreams(protocol)) return false
    this.#served.set(protocol, held + 1)
    this.#admitted ??= new Set()
    this.#admitted.add(stream)
    return true
  }

  #handlerFailed(stream: MuxedStream, protocol: string, error: unknown): void {
    stream.reset(error instanceof Error ? error : new Error(String(error)))
    this.#observer.onHandlerError(this, protocol, error)
  }
}
