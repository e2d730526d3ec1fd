import { monitorEventLoopDelay } from 'node:perf_hooks'
import { HistogramMetric, NumberMetric, type MetricFamily, type Sample } from '../../core/metrics.ts'
import type { ResourcesView } from '../../swarm/resources/view.ts'
import type { Direction, TraceEvent } from '../trace/trace-event.ts'

const handshakeBoundsSeconds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const lagResolutionMs = 20
const nanoseconds = 1e9

/**
 * What a node does, in numbers: a fold over its trace, and the process beside it.
 *
 * @example
 * const metrics = new NodeMetrics()
 * const node = await createNode({ metrics })
 * const page = toPrometheusText(metrics.collect())
 */
export class NodeMetrics {
  readonly handshakeSeconds = new HistogramMetric(
    'p2pspec_handshake_seconds',
    'Time of the security handshakes that succeeded.',
    handshakeBoundsSeconds,
    ['direction', 'protocol'],
  )
  /** What the node holds of its budgets; set by `createNode`. */
  resources: (() => ResourcesView) | undefined
  readonly #connections = new NumberMetric(
    'gauge',
    'p2pspec_connections',
    'Connections that stand: upgrading until a muxer runs on them, then open.',
    ['direction', 'state'],
  )
  readonly #connectionsTotal = new NumberMetric('counter', 'p2pspec_connections_total', 'Raw connections so far.', [
    'direction',
    'transport',
  ])
  readonly #streams = new NumberMetric('gauge', 'p2pspec_streams', 'Streams whose protocol is agreed on.', [
    'direction',
    'protocol',
  ])
  readonly #streamsTotal = new NumberMetric('counter', 'p2pspec_streams_total', 'Streams agreed on so far.', [
    'direction',
    'protocol',
  ])
  readonly #bytes = new NumberMetric(
    'counter',
    'p2pspec_bytes_total',
    'Bytes of raw connections, as they cross the network; those that a socket layer carries count when it closes.',
    ['direction'],
  )
  readonly #dials = new NumberMetric('counter', 'p2pspec_dials_total', 'Addresses dialled.', ['transport'])
  readonly #failures = new NumberMetric(
    'counter',
    'p2pspec_failures_total',
    'Connections and streams that failed, by the layer in which they did.',
    ['direction', 'layer'],
  )
  readonly #datagramsDropped = new NumberMetric(
    'counter',
    'p2pspec_datagrams_dropped_total',
    'Datagrams that came and found no room, and those of this side that could not leave.',
    ['direction'],
  )
  readonly #storeFaults = new NumberMetric(
    'counter',
    'p2pspec_peer_store_faults_total',
    'What went wrong with the file of the peer store; the node goes on out of memory.',
    [],
  )
  /** Connections that are upgrading, and streams that count in the gauge, so that each is taken off once. */
  readonly #states = new Map<number, 'upgrading' | 'open'>()
  readonly #agreed = new Map<number, Map<number, readonly [Direction, string]>>()
  readonly #lag: ReturnType<typeof monitorEventLoopDelay>

  constructor() {
    this.#lag = monitorEventLoopDelay({ resolution: lagResolutionMs })
    this.#lag.enable()
  }

  /** Stops watching the event loop. */
  stop(): void {
    this.#lag.disable()
  }

  collect(): readonly MetricFamily[] {
    const counted = [
      this.#connections,
      this.#connectionsTotal,
      this.handshakeSeconds,
      this.#streams,
      this.#streamsTotal,
      this.#bytes,
      this.#dials,
      this.#failures,
      this.#datagramsDropped,
      this.#storeFaults,
    ].map((metric) => metric.collect())
    return [...counted, ...this.#budgets(), ...this.#process()]
  }

  countBytes(receivedBytes: number, sentBytes: number): void {
    if (receivedBytes !== 0) this.#bytes.add(receivedBytes, 'inbound')
    if (sentBytes !== 0) this.#bytes.add(sentBytes, 'outbound')
  }

  count(event: TraceEvent): void {
    switch (event.layer) {
      case 'transport':
        return this.#countTransport(event)
      case 'security':
        if (event.type === 'failed') this.#failures.add(1, event.direction, 'security')
        else this.handshakeSeconds.record(event.durationMs / 1_000, event.direction, event.protocol)
        return
      case 'negotiation':
        return this.#countNegotiation(event)
      case 'muxer':
        return this.#countMuxer(event)
      case 'protocol':
        if (event.type === 'handler-failed') this.#failures.add(1, 'inbound', 'protocol')
        return
      case 'store':
        return this.#storeFaults.add(1)
    }
  }

  #countTransport(event: TraceEvent & { readonly layer: 'transport' }): void {
    if (event.type === 'dialling') this.#dials.add(1, event.transport)
    else if (event.type === 'failed') this.#failures.add(1, 'outbound', 'transport')
    else if (event.type === 'connected') {
      this.#states.set(event.connection, 'upgrading')
      this.#connections.add(1, event.direction, 'upgrading')
      this.#connectionsTotal.add(1, event.direction, event.transport)
    } else if (event.type === 'closed') {
      this.#connectionOver(event.connection, event.direction)
      if (event.fault?.code === 'out-of-descriptors') this.#failures.add(1, event.direction, 'descriptors')
    }
  }

  #connectionOver(connection: number, direction: Direction): void {
    const state = this.#states.get(connection)
    if (state !== undefined) this.#connections.add(-1, direction, state)
    this.#states.delete(connection)
    this.#agreed.delete(connection)
  }

  #countNegotiation(event: TraceEvent & { readonly layer: 'negotiation' }): void {
    if (event.type === 'failed') return this.#failures.add(1, event.direction, `${event.subject}-negotiation`)
    if (event.subject !== 'stream' || event.stream === undefined) return
    this.#streams.add(1, event.direction, event.protocol)
    this.#streamsTotal.add(1, event.direction, event.protocol)
    let streams = this.#agreed.get(event.connection)
    if (streams === undefined) this.#agreed.set(event.connection, (streams = new Map()))
    streams.set(event.stream, [event.direction, event.protocol])
  }

  #countMuxer(event: TraceEvent & { readonly layer: 'muxer' }): void {
    if (event.type === 'started') {
      if (this.#states.get(event.connection) !== 'upgrading') return
      this.#states.set(event.connection, 'open')
      this.#connections.add(-1, event.direction, 'upgrading')
      this.#connections.add(1, event.direction, 'open')
    } else if (event.type === 'stream-closed') {
      const streams = this.#agreed.get(event.connection)
      if (streams?.delete(event.stream) === true) this.#streams.add(-1, event.direction, event.protocol)
    } else if (event.type === 'dropped') {
      if (event.inbound > 0) this.#datagramsDropped.add(event.inbound, 'inbound')
      if (event.outbound > 0) this.#datagramsDropped.add(event.outbound, 'outbound')
    } else if (event.type === 'ended') {
      // Streams that end with their session.
      for (const held of this.#agreed.get(event.connection)?.values() ?? []) {
        this.#streams.add(-1, ...held)
      }
      this.#connectionOver(event.connection, event.direction)
      if (event.fault !== undefined)
        this.#failures.add(1, event.direction, event.fault.code === 'internal-fault' ? 'internal' : 'muxer')
    }
  }

  #budgets(): readonly MetricFamily[] {
    if (this.resources === undefined) return []
    const { system, transient } = this.resources()
    const used: Sample[] = []
    const most: Sample[] = []
    for (const { kind: scope, used: held, limits } of [system, transient]) {
      for (const [resource, value] of Object.entries(held)) used.push({ labels: { scope, resource }, value })
      for (const [resource, value] of Object.entries(limits)) {
        if (value !== Infinity) most.push({ labels: { scope, resource }, value })
      }
    }
    return [
      { type: 'gauge', name: 'p2pspec_resources_used', help: 'What remotes make this node hold.', samples: used },
      { type: 'gauge', name: 'p2pspec_resources_limit', help: 'How much of it the node bears.', samples: most },
    ]
  }

  #process(): readonly MetricFamily[] {
    const memory = memoryOfProcess()
    const { user, system } = process.cpuUsage()
    const quantile = (share: number): { labels: { quantile: string }; value: number } => ({
      labels: { quantile: String(share) },
      value: this.#lag.percentile(share * 100) / nanoseconds,
    })
    const single = (type: 'gauge' | 'counter', name: string, help: string, value: number): MetricFamily => ({
      type,
      name,
      help,
      samples: [{ labels: {}, value }],
    })
    return [
      {
        type: 'gauge',
        name: 'p2pspec_event_loop_delay_seconds',
        help: `How late timers of ${lagResolutionMs} ms come, their own wait included.`,
        samples: [quantile(0.5), quantile(0.99), quantile(1)],
      },
      ...(memory === undefined
        ? []
        : [
            single('gauge', 'process_resident_memory_bytes', 'Memory of the process.', memory.rss),
            single('gauge', 'process_heap_bytes', 'JavaScript heap in use.', memory.heapUsed),
          ]),
      single('counter', 'process_cpu_seconds_total', 'Processor time of the process.', (user + system) / 1e6),
    ]
  }
}

/** Undefined where the system does not tell: it reads a file for that, and there may be no file descriptor left. */
function memoryOfProcess(): { readonly rss: number; readonly heapUsed: number } | undefined {
  try {
    return process.memoryUsage()
  } catch {
    return undefined
  }
}
