export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

interface HistogramSample {
  readonly labels: Labels
  readonly count: number
  readonly sum: number
  /** How many were at or below each bound, in the order of the bounds. */
  readonly counts: readonly number[]
}

interface Described {
  readonly name: string
  readonly help: string
}

/** One measured quantity with all its label values, as it is now. */
export type MetricFamily =
  | (Described & { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] })
  | (Described & {
      readonly type: 'histogram'
      readonly bounds: readonly number[]
      readonly samples: readonly HistogramSample[]
    })

/** Label values that one family holds; what comes after is counted together, so that no remote can fill the memory. */
const maxSeries = 256
const restOfSeries = 'other'

/** Series of one family by their label values, in the order of the family's label names. */
class Series<Value> {
  readonly #labelNames: readonly string[]
  readonly #make: () => Value
  readonly #values = new Map<string, { readonly labels: Labels; readonly value: Value }>()

  constructor(labelNames: readonly string[], make: () => Value) {
    this.#labelNames = labelNames
    this.#make = make
  }

  at(labelValues: readonly string[]): Value {
    const key = labelValues.join('\0')
    const found = this.#values.get(key)
    if (found !== undefined) return found.value
    if (this.#values.size >= maxSeries && !labelValues.every((value) => value === restOfSeries)) {
      return this.at(this.#labelNames.map(() => restOfSeries))
    }
    const labels = Object.fromEntries(this.#labelNames.map((name, index) => [name, labelValues[index] ?? '']))
    const value = this.#make()
    this.#values.set(key, { labels, value })
    return value
  }

  entries(): readonly { readonly labels: Labels; readonly value: Value }[] {
    return [...this.#values.values()]
  }
}

/** A number for each combination of label values: a counter only grows, a gauge goes both ways. */
export class NumberMetric {
  readonly #about: Described & { readonly type: 'counter' | 'gauge' }
  readonly #series: Series<{ value: number }>

  constructor(type: 'counter' | 'gauge', name: string, help: string, labelNames: readonly string[] = []) {
    this.#about = { name, help, type }
    this.#series = new Series(labelNames, () => ({ value: 0 }))
  }

  add(amount: number, ...labelValues: readonly string[]): void {
    this.#series.at(labelValues).value += amount
  }

  collect(): MetricFamily {
    const samples = this.#series.entries().map(({ labels, value }) => ({ labels, value: value.value }))
    return { ...this.#about, samples }
  }
}

/** How often values fell under each bound. */
export class HistogramMetric {
  readonly #about: Described
  readonly #bounds: readonly number[]
  readonly #labelNames: readonly string[]
  readonly #series: Series<{ count: number; sum: number; readonly counts: number[] }>
  /** Told of every value, for systems that keep distributions of their own. */
  onRecord: ((value: number, labels: Labels) => void) | undefined

  constructor(name: string, help: string, bounds: readonly number[], labelNames: readonly string[]) {
    this.#about = { name, help }
    this.#bounds = bounds
    this.#labelNames = labelNames
    this.#series = new Series(labelNames, () => ({ count: 0, sum: 0, counts: bounds.map(() => 0) }))
  }

  get name(): string {
    return this.#about.name
  }

  record(value: number, ...labelValues: readonly string[]): void {
    const held = this.#series.at(labelValues)
    held.count += 1
    held.sum += value
    this.#bounds.forEach((bound, index) => {
      if (value <= bound) held.counts[index] = (held.counts[index] ?? 0) + 1
    })
    if (this.onRecord === undefined) return
    this.onRecord(value, Object.fromEntries(this.#labelNames.map((name, index) => [name, labelValues[index] ?? ''])))
  }

  collect(): MetricFamily {
    const samples = this.#series.entries().map(({ labels, value }) => ({ labels, ...value, counts: [...value.counts] }))
    return { ...this.#about, type: 'histogram', bounds: this.#bounds, samples }
  }
}
