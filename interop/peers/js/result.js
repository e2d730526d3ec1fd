/** Maps in maps; what is no map is written as JSON, which is YAML too. */
export function toYaml(document, indent = '') {
  return Object.entries(document)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? `${indent}${name}:\n${toYaml(value, `${indent}  `)}`
        : `${indent}${name}: ${JSON.stringify(value ?? null)}\n`,
    )
    .join('')
}

/** What is told of samples: quartiles interpolated, outliers apart, the range of those that are none. */
export function summaryOf(samples, unit) {
  const sorted = samples.toSorted((one, other) => one - other)
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share))
  const reach = 1.5 * (q3 - q1)
  const isOutlier = (sample) => sample < q1 - reach || sample > q3 + reach
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

function quantile(sorted, share) {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? 0
  const above = sorted[Math.ceil(at)] ?? below
  return below + (above - below) * (at - Math.floor(at))
}
