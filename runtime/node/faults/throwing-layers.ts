import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { MuxerEvents, MuxerSession, StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { Transport, TransportConnection } from '@p2pspec/generated/interfaces/transport'
import { createNode, type NodeOptions, type P2pNode } from '../create-node.ts'
import { NodeMetrics } from '../metrics/node-metrics.ts'
import type { TraceEvent } from '../trace/trace-event.ts'

/** Where it throws: in what it reads, in what it writes at the end of a turn, or in what it tells of a new stream. */
export type Place = 'read' | 'turn-end' | 'stream'
export const planted = new Error('planted')

/** Throws once, for one peer and at one place. */
export class Trap {
  readonly #metrics = new NodeMetrics()
  readonly #trace: TraceEvent[] = []
  #peer: string | undefined
  #place: Place | undefined

  arm(peer: string, place: Place): void {
    this.#peer = peer
    this.#place = place
    this.#trace.length = 0
  }

  get internalFaults(): number {
    const failures = this.#metrics.collect().find(({ name }) => name === 'p2pspec_failures_total')
    const counted = failures?.samples.find(({ labels }) => labels['layer'] === 'internal')
    return counted !== undefined && 'value' in counted ? counted.value : 0
  }

  tells(code: string): boolean {
    return this.#trace.some((event) => event.layer === 'muxer' && event.type === 'ended' && event.fault?.code === code)
  }

  async watched(isWatched: boolean, options: NodeOptions): Promise<P2pNode> {
    if (!isWatched) return await createNode(options)
    return await createNode({ ...options, metrics: this.#metrics, trace: (event) => void this.#trace.push(event) })
  }

  around(inner: StreamMuxer): StreamMuxer {
    return {
      protocol: inner.protocol,
      start: (channel, direction, connection, events) =>
        inner.start(this.#channel(channel, connection), direction, connection, this.#events(events, connection)),
    }
  }

  aroundMuxed(inner: Transport): Transport {
    const muxed = (made: TransportConnection): TransportConnection => {
      if ('channel' in made) return made
      const start = made.start.bind(made)
      made.start = (connection: Connection, events: MuxerEvents): MuxerSession =>
        start(connection, this.#events(events, connection))
      return made
    }
    return {
      name: inner.name,
      canDial: (address) => inner.canDial(address),
      canListen: (address) => inner.canListen(address),
      dial: async (address, options) => muxed(await inner.dial(address, options)),
      listen: async (address, onConnection, options) =>
        await inner.listen(address, (made) => onConnection(muxed(made)), options),
      stop: () => inner.stop?.(),
    }
  }

  #spring(place: Place, connection: Connection): void {
    if (this.#place !== place || connection.remotePeer.toString() !== this.#peer) return
    this.#place = undefined
    throw planted
  }

  #channel(inner: ByteDuplex, connection: Connection): ByteDuplex {
    return {
      borrowed: inner.borrowed,
      consume: (sink: ByteSink) =>
        inner.consume({
          push: (chunk) => {
            this.#spring('read', connection)
            return sink.push(chunk)
          },
          end: () => sink.end(),
          fail: (error) => sink.fail(error),
          drain: () => sink.drain?.(),
        }),
      pause: () => inner.pause(),
      resume: () => inner.resume(),
      unshift: (chunk) => inner.unshift(chunk),
      writeNow: (chunk) => {
        this.#spring('turn-end', connection)
        return inner.writeNow(chunk)
      },
      closeWriteNow: () => inner.closeWriteNow(),
      reset: (reason) => inner.reset(reason),
    }
  }

  #events(inner: MuxerEvents, connection: Connection): MuxerEvents {
    return {
      onStream: (stream) => {
        this.#spring('stream', connection)
        inner.onStream(stream)
      },
      onStreamClosed: (stream) => inner.onStreamClosed(stream),
      onClosed: (error) => inner.onClosed(error),
    }
  }
}
