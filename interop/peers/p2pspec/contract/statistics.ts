import type { ResultValue } from './result-yaml.ts'

/** What is told of a list of samples: quartiles interpolated, outliers apart, the range of those that are none. */
export function summaryOf(samples: readonly number[], unit: string): { readonly [name: string]: ResultValue } {
  const sorted = samples.toSorted((one, other) => one - other)
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)]
  const reach = 1.5 * (q3 - q1)
  const isOutlier = (sample: number): boolean => sample < q1 - reach || sample > q3 + reach
  const usual = sorted.filter((sample) => !isOutlier(sample))
  return {
    iterations: samples.length,
    min: usual[0] ?? 0,
    q1,
    median,
    q3,
    max: usual.at(-1) ?? 0,
    outliers: sorted.filter(isOutlier),
    samples: sorted,
    unit,
  }
}

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? 0
  const above = sorted[Math.ceil(at)] ?? below
  return below + (above - below) * (at - Math.floor(at))
}
