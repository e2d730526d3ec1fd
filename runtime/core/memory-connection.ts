import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection, PeerId } from '@p2pspec/generated/interfaces/connection'
import type { StreamHandler } from '@p2pspec/generated/interfaces/registrar'
import type { PairOptions } from './pair.ts'
import { StreamError } from './stream-error.ts'
import { streamPair, type MemoryStream } from './stream-pair.ts'

export interface MemoryConnectionEnd {
  /** Who is at this end. */
  readonly peer: PeerId
  readonly address: Multiaddr
  /** Serves the streams that the other end opens, each with the protocol that was asked for. */
  readonly handlers?: ReadonlyMap<string, StreamHandler>
}

/** Two ends of a connection in memory: no transport, no security, no muxer, no negotiation. For tests and simulations of what runs above. */
export function connectionPair(
  dialer: MemoryConnectionEnd,
  listener: MemoryConnectionEnd,
  options: PairOptions = {},
): [MemoryConnection, MemoryConnection] {
  const near = new MemoryConnection('outbound', dialer, listener, options)
  const far = new MemoryConnection('inbound', listener, dialer, options)
  near.other = far
  far.other = near
  return [near, far]
}

export class MemoryConnection implements Connection {
  readonly id = 1
  readonly security = 'memory'
  readonly muxer = 'memory'
  readonly direction: 'inbound' | 'outbound'
  readonly remotePeer: PeerId
  readonly remoteAddress: Multiaddr
  status: Connection['status'] = 'open'
  readonly streams: MemoryStream[] = []
  /** What a handler threw, in order. */
  readonly failures: unknown[] = []
  other: MemoryConnection | undefined
  readonly #own: MemoryConnectionEnd
  readonly #options: PairOptions
  readonly #closed = Promise.withResolvers<Error | undefined>()

  constructor(
    direction: 'inbound' | 'outbound',
    own: MemoryConnectionEnd,
    remote: MemoryConnectionEnd,
    options: PairOptions,
  ) {
    this.direction = direction
    this.remotePeer = remote.peer
    this.remoteAddress = remote.address
    this.#own = own
    this.#options = options
  }

  get closed(): Promise<Error | undefined> {
    return this.#closed.promise
  }

  openStream(protocols: string | readonly string[]): MemoryStream {
    const { other } = this
    if (other === undefined || this.status !== 'open')
      throw new StreamError('reset', 'The in-memory connection is closed: make another one.')
    const protocol = typeof protocols === 'string' ? protocols : (protocols[0] ?? '')
    const [near, far] = streamPair({ ...this.#options, connections: [this, other], protocol })
    this.streams.push(near)
    other.streams.push(far)
    other.serve(far, protocol)
    return near
  }

  /** Hands an inbound stream to its handler. For the other end only. */
  serve(stream: MemoryStream, protocol: string): void {
    const handler = this.#own.handlers?.get(protocol)
    if (handler === undefined) {
      stream.reset(new StreamError('reset-locally', `The in-memory connection serves no ${protocol}.`))
      return
    }
    const failed = (error: unknown): void => {
      this.failures.push(error)
      stream.reset(error instanceof Error ? error : undefined)
    }
    try {
      const served = handler(stream, this)
      if (served instanceof Promise) served.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  async close(): Promise<void> {
    this.end(undefined)
    this.other?.end(undefined)
  }

  abort(reason?: Error): void {
    const error = reason ?? new StreamError('reset-locally', 'The in-memory connection was aborted.')
    for (const stream of this.streams) stream.reset(error)
    this.end(error)
    this.other?.end(new StreamError('reset', 'The other end aborted the in-memory connection.'))
  }

  /** The connection is over. For the two ends only. */
  end(reason: Error | undefined): void {
    if (this.status === 'closed') return
    this.status = 'closed'
    this.#closed.resolve(reason)
  }
}
