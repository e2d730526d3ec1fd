import type { Labels, MetricFamily } from '../../core/metrics.ts'
import type { NodeMetrics } from './node-metrics.ts'

interface ObservableResult {
  observe(value: number, attributes?: Labels): void
}

interface ObservableInstrument {
  addCallback(callback: (result: ObservableResult) => void): void
  removeCallback(callback: (result: ObservableResult) => void): void
}

interface InstrumentOptions {
  readonly description?: string
}

/** The part of OpenTelemetry's `Meter` that is used: a real meter fits, and this package needs none installed. */
export interface MeterLike {
  createObservableCounter(name: string, options?: InstrumentOptions): ObservableInstrument
  createObservableGauge(name: string, options?: InstrumentOptions): ObservableInstrument
  createHistogram(name: string, options?: InstrumentOptions): { record(value: number, attributes?: Labels): void }
}

/**
 * Hands the numbers of a node to OpenTelemetry, under the names that Prometheus gets. Returns what ends it.
 *
 * @example
 * const end = reportToOpenTelemetry(metrics, api.metrics.getMeter('p2pspec'))
 */
export function reportToOpenTelemetry(metrics: NodeMetrics, meter: MeterLike): () => void {
  const undo: (() => void)[] = []
  for (const family of metrics.collect()) {
    if (family.type === 'histogram') continue
    const { name, type, help } = family
    const options = { description: help }
    const instrument =
      type === 'counter' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options)
    const observe = (result: ObservableResult): void => {
      for (const { labels, value } of samplesOf(metrics.collect(), name)) result.observe(value, labels)
    }
    instrument.addCallback(observe)
    undo.push(() => instrument.removeCallback(observe))
  }
  const { handshakeSeconds } = metrics
  const histogram = meter.createHistogram(handshakeSeconds.name)
  handshakeSeconds.onRecord = (value, labels) => histogram.record(value, labels)
  undo.push(() => {
    handshakeSeconds.onRecord = undefined
  })
  return () => {
    for (const end of undo) end()
  }
}

function samplesOf(
  families: readonly MetricFamily[],
  name: string,
): readonly { readonly labels: Labels; readonly value: number }[] {
  const family = families.find((candidate) => candidate.name === name)
  return family === undefined || family.type === 'histogram' ? [] : family.samples
}
