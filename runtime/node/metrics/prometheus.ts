import type { Labels, MetricFamily } from '../../core/metrics.ts'

/** What an HTTP answer says that the text is. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** The text exposition format of Prometheus. Label values may come from remotes and are escaped. */
export function toPrometheusText(families: readonly MetricFamily[]): string {
  return families.map((family) => `${head(family)}${body(family)}`).join('')
}

function head({ name, help, type }: MetricFamily): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
}

function body(family: MetricFamily): string {
  const { name } = family
  if (family.type !== 'histogram') return family.samples.map(({ labels, value }) => line(name, labels, value)).join('')
  const { bounds, samples } = family
  return samples
    .map(({ labels, count, sum, counts }) =>
      [
        ...bounds.map((bound, index) => line(`${name}_bucket`, { ...labels, le: String(bound) }, counts[index] ?? 0)),
        line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
        line(`${name}_sum`, labels, sum),
        line(`${name}_count`, labels, count),
      ].join(''),
    )
    .join('')
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
