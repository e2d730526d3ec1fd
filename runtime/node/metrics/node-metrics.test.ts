import t from 'tap'
import type { Labels, MetricFamily } from '../../core/metrics.ts'
import { NumberMetric } from '../../core/metrics.ts'
import { createNode } from '../create-node.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { NodeMetrics } from './node-metrics.ts'
import { reportToOpenTelemetry, type MeterLike } from './open-telemetry.ts'
import { toPrometheusText } from './prometheus.ts'

const loopback = '/ip4/127.0.0.1/tcp/0'

function valueOf(metrics: NodeMetrics, name: string, wanted: Labels): number | undefined {
  const family = metrics.collect().find((candidate) => candidate.name === name)
  if (family === undefined || family.type === 'histogram') return undefined
  return family.samples.find(({ labels }) => Object.entries(wanted).every(([key, text]) => labels[key] === text))?.value
}

await t.test('a connection and its streams are counted while they stand and taken off when they end', async (t) => {
  const metrics = new NodeMetrics()
  t.teardown(() => metrics.stop())
  const trace: TraceEvent[] = []
  const server = await createNode({ listen: [loopback], metrics, trace: (event) => void trace.push(event) })
  const client = await createNode()
  t.teardown(() => client.stop())
  server.handle('/hold/1.0.0', () => {})
  const stream = await client.openStream(server.addresses[0] ?? '', ['/hold/1.0.0'], { negotiateFully: true })
  const open = { direction: 'inbound', state: 'open' }
  t.equal(valueOf(metrics, 'p2pspec_connections', open), 1)
  t.equal(valueOf(metrics, 'p2pspec_streams', { direction: 'inbound', protocol: '/hold/1.0.0' }), 1)
  t.ok((valueOf(metrics, 'p2pspec_bytes_total', { direction: 'inbound' }) ?? 0) > 100)
  t.equal(valueOf(metrics, 'p2pspec_resources_used', { scope: 'system', resource: 'inboundConnections' }), 1)
  stream.reset()
  await server.stop()
  t.equal(valueOf(metrics, 'p2pspec_connections', open), 0)
  t.equal(valueOf(metrics, 'p2pspec_connections', { direction: 'inbound', state: 'upgrading' }), 0)
  t.equal(valueOf(metrics, 'p2pspec_streams', { direction: 'inbound', protocol: '/hold/1.0.0' }), 0)
  t.equal(valueOf(metrics, 'p2pspec_streams_total', { protocol: '/hold/1.0.0' }), 1)
  t.ok(trace.length > 5, 'the trace is told beside the metrics')
})

await t.test('a dial that fails counts with the layer in which it did', async (t) => {
  const metrics = new NodeMetrics()
  t.teardown(() => metrics.stop())
  const node = await createNode({ metrics })
  t.teardown(() => node.stop())
  const other = await createNode({ listen: [loopback] })
  t.teardown(() => other.stop())
  await t.rejects(node.dial('/ip4/127.0.0.1/tcp/1'))
  const elsewhere = (other.addresses[0] ?? '').replace(/\/p2p\/.*/, '')
  await t.rejects(node.dial(`${elsewhere}/p2p/12D3KooWBtiLEMCzwWmJK1w5E8SJaRX9Jv5BTx9sJzjyESJ4K8an`))
  t.equal(valueOf(metrics, 'p2pspec_dials_total', { transport: 'tcp' }), 2)
  t.equal(valueOf(metrics, 'p2pspec_failures_total', { layer: 'transport' }), 1)
  t.equal(valueOf(metrics, 'p2pspec_failures_total', { layer: 'security' }), 1)
})

await t.test('a process that cannot read its memory, for want of a descriptor, still tells all the rest', async (t) => {
  const metrics = new NodeMetrics()
  t.teardown(() => metrics.stop())
  const { memoryUsage } = process
  t.teardown(() => Object.assign(process, { memoryUsage }))
  const names = (): readonly string[] => metrics.collect().map(({ name }) => name)
  const all = names()
  process.memoryUsage = Object.assign(
    () => {
      throw new Error('EMFILE: too many open files, uv_resident_set_memory')
    },
    { rss: memoryUsage.rss },
  )
  t.same(
    names(),
    all.filter((name) => name !== 'process_resident_memory_bytes' && name !== 'process_heap_bytes'),
  )
})

await t.test('label values that remotes invent are bounded in number', async (t) => {
  const metric = new NumberMetric('counter', 'many', 'Many.', ['protocol'])
  for (let index = 0; index < 1_000; index += 1) metric.add(1, `/invented/${index}`)
  const { samples } = metric.collect()
  t.equal(samples.length, 257)
  t.same(samples.at(-1), { labels: { protocol: 'other' }, value: 744 })
})

await t.test('the text for Prometheus escapes labels and adds up histograms', async (t) => {
  const families: MetricFamily[] = [
    { type: 'gauge', name: 'a', help: 'one\ntwo', samples: [{ labels: { x: 'q"\\\n' }, value: 1.5 }] },
    {
      type: 'histogram',
      name: 'h',
      help: 'H.',
      bounds: [0.1, 1],
      samples: [{ labels: { y: 'z' }, count: 3, sum: 4.5, counts: [1, 2] }],
    },
  ]
  t.equal(
    toPrometheusText(families),
    [
      '# HELP a one\\ntwo',
      '# TYPE a gauge',
      'a{x="q\\"\\\\\\n"} 1.5',
      '# HELP h H.',
      '# TYPE h histogram',
      'h_bucket{y="z",le="0.1"} 1',
      'h_bucket{y="z",le="1"} 2',
      'h_bucket{y="z",le="+Inf"} 3',
      'h_sum{y="z"} 4.5',
      'h_count{y="z"} 3',
      '',
    ].join('\n'),
  )
})

await t.test('a meter of OpenTelemetry observes the same numbers until it is ended', async (t) => {
  const callbacks = new Map<string, (result: { observe(value: number, attributes?: Labels): void }) => void>()
  const recorded: number[] = []
  const instrument = (name: string): ReturnType<MeterLike['createObservableCounter']> => ({
    addCallback: (callback) => void callbacks.set(name, callback),
    removeCallback: () => void callbacks.delete(name),
  })
  const metrics = new NodeMetrics()
  t.teardown(() => metrics.stop())
  const end = reportToOpenTelemetry(metrics, {
    createObservableCounter: instrument,
    createObservableGauge: instrument,
    createHistogram: () => ({ record: (value) => void recorded.push(value) }),
  })
  metrics.countBytes(7, 0)
  metrics.handshakeSeconds.record(0.2, 'inbound', '/noise')
  const observed: unknown[] = []
  callbacks.get('p2pspec_bytes_total')?.({ observe: (value, labels) => void observed.push([value, labels]) })
  t.same(observed, [[7, { direction: 'inbound' }]])
  t.same(recorded, [0.2])
  end()
  metrics.handshakeSeconds.record(0.3, 'inbound', '/noise')
  t.equal(callbacks.size, 0)
  t.equal(recorded.length, 1)
})
