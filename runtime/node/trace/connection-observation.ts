import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type {
  ConnectionEncrypter,
  EncryptOptions,
  SecureChannel,
} from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ConnectionProtector } from '@p2pspec/generated/interfaces/connection-protector'
import type { ByteDuplex, Stream } from '@p2pspec/generated/interfaces/stream'
import type { MuxerEvents, MuxerSession, StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type {
  MuxedConnection,
  RawConnection,
  Transport,
  TransportConnection,
} from '@p2pspec/generated/interfaces/transport'
import type { Clock } from '../../core/clock.ts'
import { isSocketCarrier } from '../../core/socket-carrier.ts'
import type { ConnectionObserver } from '../../swarm/connection.ts'
import { SwarmError } from '../../swarm/errors.ts'
import { faultOf, type Direction, type Trace, type TraceEvent } from './trace-event.ts'
import { TracedChannel, TracedSocketChannel } from './traced-channel.ts'

interface ObserverParts {
  readonly clock: Clock
  readonly trace: Trace
  /** Bytes of all raw connections, as they go. */
  readonly onBytes?: ((receivedBytes: number, sentBytes: number) => void) | undefined
}

/** What the connections of a node are made of. */
export interface ConnectionParts {
  readonly transports: readonly Transport[]
  readonly protector?: ConnectionProtector | undefined
  readonly encrypters: readonly ConnectionEncrypter[]
  readonly muxers: readonly StreamMuxer[]
}

/** One raw connection as the trace knows it. */
interface Observed {
  readonly number: number
  readonly direction: Direction
}

type Untimed<Event> = Event extends TraceEvent ? Omit<Event, 'timeMs'> : never

/**
 * Puts an observer around each part of a node's connections. Where nobody observes, none of this is there: the parts
 * are used as they are.
 */
export class ConnectionObservation {
  readonly #parts: ObserverParts
  readonly #channels = new WeakMap<ByteDuplex, Observed>()
  readonly #connections = new WeakMap<Connection, Observed>()
  /** Secure channels whose muxer the handshake has chosen. */
  readonly #early = new WeakSet<ByteDuplex>()
  #lastNumber = 0

  constructor(parts: ObserverParts) {
    this.#parts = parts
  }

  /** The trace's number of a connection; undefined where it is none of this node. */
  numberOf(connection: Connection): number | undefined {
    return this.#connections.get(connection)?.number
  }

  /** The same parts with the observer around each. */
  around({ transports, protector, encrypters, muxers }: ConnectionParts): ConnectionParts & {
    readonly onNegotiated: NonNullable<ConnectionObserver['onNegotiated']>
  } {
    return {
      transports: transports.map((transport) => this.#transport(transport)),
      protector: protector === undefined ? undefined : this.#protector(protector),
      encrypters: encrypters.map((encrypter) => this.#encrypter(encrypter)),
      muxers: muxers.map((muxer) => this.#muxer(muxer)),
      onNegotiated: this.#onNegotiated,
    }
  }

  #transport(inner: Transport): Transport {
    const { name } = inner
    return {
      name,
      canDial: (address) => inner.canDial(address),
      canListen: (address) => inner.canListen(address),
      dial: async (address, options) => {
        const observed: Observed = { number: ++this.#lastNumber, direction: 'outbound' }
        const about = {
          layer: 'transport',
          connection: observed.number,
          transport: name,
          address: address.toString(),
        } as const
        this.tell({ ...about, type: 'dialling' })
        const begin = this.#now()
        try {
          const made = await inner.dial(address, options)
          this.tell({ ...about, type: 'connected', direction: 'outbound', durationMs: this.#now() - begin })
          return this.#observe(made, observed)
        } catch (error) {
          this.tell({ ...about, type: 'failed', durationMs: this.#now() - begin, fault: faultOf(error) })
          throw error
        }
      },
      listen: async (address, onConnection, options) => {
        const accept = (made: TransportConnection): void => {
          const observed: Observed = { number: ++this.#lastNumber, direction: 'inbound' }
          const { number: connection, direction } = observed
          const remote = made.remoteAddress.toString()
          this.tell({
            layer: 'transport',
            type: 'connected',
            connection,
            transport: name,
            direction,
            address: remote,
            durationMs: 0,
          })
          onConnection(this.#observe(made, observed))
        }
        const listener = await inner.listen(address, accept, options)
        for (const own of listener.addresses) {
          this.tell({ layer: 'transport', type: 'listening', transport: name, address: own.toString() })
        }
        return listener
      },
      stop: () => inner.stop?.(),
    }
  }

  /** The channel under the key is the same connection to whatever comes above it. */
  #protector(inner: ConnectionProtector): ConnectionProtector {
    return {
      fingerprint: inner.fingerprint,
      protect: (channel, direction) => {
        const protectedChannel = inner.protect(channel, direction)
        const observed = this.#channels.get(channel)
        if (observed !== undefined) this.#channels.set(protectedChannel, observed)
        return protectedChannel
      },
    }
  }

  #encrypter(inner: ConnectionEncrypter): ConnectionEncrypter {
    const { protocol } = inner
    const secure = async (
      direction: Direction,
      channel: ByteDuplex,
      run: () => Promise<SecureChannel>,
    ): Promise<SecureChannel> => {
      const observed = this.#channels.get(channel)
      if (observed === undefined) return await run()
      const about = { connection: observed.number, direction, protocol } as const
      this.tell({ layer: 'negotiation', type: 'agreed', subject: 'security', ...about })
      const begin = this.#now()
      try {
        const secured = await run()
        this.#channels.set(secured.channel, observed)
        if (secured.muxer !== undefined) this.#early.add(secured.channel)
        const peer = secured.remotePeer.toString()
        this.tell({ layer: 'security', type: 'secured', ...about, peer, durationMs: this.#now() - begin })
        return secured
      } catch (error) {
        this.tell({
          layer: 'security',
          type: 'failed',
          ...about,
          durationMs: this.#now() - begin,
          fault: faultOf(error),
        })
        throw error
      }
    }
    return {
      protocol,
      secureOutbound: (channel, options?: EncryptOptions) =>
        secure('outbound', channel, async () => await inner.secureOutbound(channel, options)),
      secureInbound: (channel, options?: EncryptOptions) =>
        secure('inbound', channel, async () => await inner.secureInbound(channel, options)),
    }
  }

  #muxer(inner: StreamMuxer): StreamMuxer {
    const { protocol } = inner
    return {
      protocol,
      start: (channel, direction, connection, events) => {
        const observed = this.#channels.get(channel)
        if (observed === undefined) return inner.start(channel, direction, connection, events)
        const number = observed.number
        this.#connections.set(connection, observed)
        const early = this.#early.has(channel)
        this.tell({
          layer: 'negotiation',
          type: 'agreed',
          subject: 'muxer',
          connection: number,
          direction,
          protocol,
          early,
        })
        this.tell({ layer: 'muxer', type: 'started', connection: number, direction, protocol })
        const session = inner.start(channel, direction, connection, this.#muxerEvents(number, direction, events))
        return this.#session(number, session)
      },
    }
  }

  /** A stream's negotiation is over, as the swarm tells it. */
  readonly #onNegotiated = (connection: Connection, stream: Stream, error: Error | undefined): void => {
    const observed = this.#connections.get(connection)
    if (observed === undefined) return
    const { id, direction, protocol } = stream
    const about = {
      layer: 'negotiation',
      subject: 'stream',
      connection: observed.number,
      stream: id,
      direction,
    } as const
    this.tell(
      error === undefined
        ? { ...about, type: 'agreed', protocol }
        : { ...about, type: 'failed', fault: faultOf(error) },
    )
  }

  tell(event: Untimed<TraceEvent>): void {
    this.#parts.trace({ timeMs: this.#parts.clock.wallTime(), ...event })
  }

  #observe(made: TransportConnection, observed: Observed): TransportConnection {
    return 'channel' in made ? this.#observeRaw(made, observed) : this.#observeMuxed(made, observed)
  }

  /** A connection that came secured and muxed: its bytes are those of its streams. */
  #observeMuxed(inner: MuxedConnection, observed: Observed): MuxedConnection {
    const { number, direction } = observed
    const { remotePeer, security: protocol, muxer } = inner
    const begin = this.#now()
    const meter = { receivedBytes: 0, sentBytes: 0 }
    const about = { connection: number, direction } as const
    this.tell({
      layer: 'security',
      type: 'secured',
      ...about,
      protocol,
      peer: remotePeer.toString(),
      durationMs: 0,
    })
    inner.onBytes = (receivedBytes, sentBytes) => {
      meter.receivedBytes += receivedBytes
      meter.sentBytes += sentBytes
      this.#parts.onBytes?.(receivedBytes, sentBytes)
    }
    const { datagrams } = inner
    if (datagrams !== undefined) {
      datagrams.onDropped = (inbound, outbound) => {
        this.tell({ layer: 'muxer', type: 'dropped', ...about, inbound, outbound })
      }
    }
    const over = (error: Error | undefined): void => {
      const fault = error === undefined ? {} : { fault: faultOf(error) }
      this.tell({
        layer: 'transport',
        type: 'closed',
        ...about,
        durationMs: this.#now() - begin,
        ...meter,
        ...fault,
      })
    }
    let session: MuxerSession | undefined
    const { remotePublicKey, localAddress, remoteAddress, closed } = inner
    return {
      remotePeer,
      remotePublicKey,
      localAddress,
      remoteAddress,
      closed,
      security: protocol,
      muxer,
      datagrams,
      onBytes: undefined,
      start: (connection, events) => {
        this.#connections.set(connection, observed)
        this.tell({ layer: 'muxer', type: 'started', ...about, protocol: muxer })
        const onClosed = (error: Error | undefined): void => {
          events.onClosed(error)
          over(error)
        }
        const told: MuxerEvents = {
          onStream: (stream) => events.onStream(stream),
          onStreamClosed: (stream) => events.onStreamClosed(stream),
          onClosed,
        }
        session = this.#session(number, inner.start(connection, this.#muxerEvents(number, direction, told)))
        return session
      },
      reset: (reason) => {
        inner.reset(reason)
        if (session === undefined) over(reason)
      },
    }
  }

  #observeRaw(raw: RawConnection, observed: Observed): RawConnection {
    const { number: connection, direction } = observed
    const begin = this.#now()
    const meter = { receivedBytes: 0, sentBytes: 0 }
    const watcher = {
      meter,
      onBytes: this.#parts.onBytes,
      onOver: (error: Error | undefined) => {
        if (error !== undefined) this.#negotiationFailed(observed, error)
        const fault = error === undefined ? {} : { fault: faultOf(error) }
        this.tell({
          layer: 'transport',
          type: 'closed',
          connection,
          direction,
          durationMs: this.#now() - begin,
          ...meter,
          ...fault,
        })
      },
    }
    const channel = isSocketCarrier(raw.channel)
      ? new TracedSocketChannel(raw.channel, watcher)
      : new TracedChannel(raw.channel, watcher)
    this.#channels.set(channel, observed)
    return {
      channel,
      isOnLastDescriptors: raw.isOnLastDescriptors,
      get closed() {
        return raw.closed
      },
      get localAddress() {
        return raw.localAddress
      },
      get remoteAddress() {
        return raw.remoteAddress
      },
    }
  }

  /** The upgrader resets the raw connection with an error that says how far it came. */
  #negotiationFailed({ number: connection, direction }: Observed, error: Error): void {
    const layer = error instanceof SwarmError ? error.data.layer : undefined
    if (layer !== 'security-negotiation' && layer !== 'muxer-negotiation') return
    const subject = layer === 'security-negotiation' ? 'security' : 'muxer'
    this.tell({ layer: 'negotiation', type: 'failed', subject, connection, direction, fault: faultOf(error) })
  }

  #muxerEvents(connection: number, direction: Direction, inner: MuxerEvents): MuxerEvents {
    return {
      onStream: (stream) => {
        this.tell({ layer: 'muxer', type: 'stream-opened', connection, direction: 'inbound', stream: stream.id })
        inner.onStream(stream)
      },
      onStreamClosed: (stream) => {
        const { id, direction, protocol, readStatus, writeStatus } = stream
        const reset = readStatus === 'reset' || writeStatus === 'reset'
        this.tell({ layer: 'muxer', type: 'stream-closed', connection, direction, stream: id, protocol, reset })
        inner.onStreamClosed(stream)
      },
      onClosed: (error) => {
        const fault = error === undefined ? {} : { fault: faultOf(error) }
        this.tell({ layer: 'muxer', type: 'ended', connection, direction, ...fault })
        inner.onClosed(error)
      },
    }
  }

  #session(connection: number, inner: MuxerSession): MuxerSession {
    return {
      openStream: () => {
        const stream = inner.openStream()
        this.tell({ layer: 'muxer', type: 'stream-opened', connection, direction: 'outbound', stream: stream.id })
        return stream
      },
      ping: async (options) => await inner.ping(options),
      close: async (options) => await inner.close(options),
      abort: (reason) => inner.abort(reason),
    }
  }

  #now(): number {
    return this.#parts.clock.now()
  }
}
