import { workNames, type WorkName } from './plan.ts'

/** One figure of one round. */
export interface Sample {
  readonly round: number
  /** The stack's name; empty for what has nothing to do with stacks. */
  readonly stack: string
  readonly work: WorkName
  readonly label: string
  readonly value: number
  /** CPU of dialer and listener, in the unit that the plan tells. */
  readonly cpu?: { readonly dialer: number; readonly listener: number | undefined } | undefined
  /** Idle connections and streams: the heap of one, where the implementation can tell. */
  readonly heapKib?: number | undefined
  /** Attempts that went wrong in the library and were made again, where the peer does so. */
  readonly failures?: number | undefined
}

/** A figure that could not be taken, and why. */
export interface Miss {
  readonly stack: string
  readonly work: WorkName
  readonly label: string
  readonly reason: string
}

export interface Summary {
  readonly stack: string
  readonly work: WorkName
  readonly label: string
  readonly rounds: number
  readonly median: number
  readonly min: number
  readonly max: number
  /** The median of the rounds' ratios to the baseline: how many times better than it. */
  readonly ratio: number | undefined
  readonly cpu?: { readonly dialer: number; readonly listener: number | undefined } | undefined
  readonly heapKib?: number | undefined
  readonly failures: number
}

/** Medians and spread of each piece of work and contender on each stack, and the ratio to the baseline of the same round. */
export function summarise(
  samples: readonly Sample[],
  baseline: string,
  lessIsBetter: (work: WorkName) => boolean,
): Summary[] {
  const groups = Map.groupBy(samples, ({ stack, work, label }) => `${stack}\0${work}\0${label}`)
  const summaries = [...groups.values()].flatMap((group): Summary[] => {
    const [first] = group
    if (first === undefined) return []
    const values = group.map(({ value }) => value)
    const bases = new Map(
      samples
        .filter(({ stack, work, label }) => stack === first.stack && work === first.work && label === baseline)
        .map(({ round, value }) => [round, value]),
    )
    const ratios = group.flatMap(({ round, value }) => {
      const base = bases.get(round)
      if (base === undefined || base === 0 || value === 0) return []
      return [lessIsBetter(first.work) ? base / value : value / base]
    })
    const cpus = group.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]))
    const heaps = group.flatMap(({ heapKib }) => (heapKib === undefined ? [] : [heapKib]))
    const listeners = cpus.flatMap(({ listener }) => (listener === undefined ? [] : [listener]))
    return [
      {
        stack: first.stack,
        work: first.work,
        label: first.label,
        rounds: group.length,
        median: median(values),
        min: Math.min(...values),
        max: Math.max(...values),
        ratio: ratios.length === 0 ? undefined : median(ratios),
        cpu:
          cpus.length === 0
            ? undefined
            : {
                dialer: median(cpus.map(({ dialer }) => dialer)),
                listener: listeners.length === 0 ? undefined : median(listeners),
              },
        heapKib: heaps.length === 0 ? undefined : median(heaps),
        failures: group.reduce((sum, { failures = 0 }) => sum + failures, 0),
      },
    ]
  })
  // In the order of the stacks, what belongs to none last; then in the order of the plan.
  const stacks = [...new Set(samples.map(({ stack }) => stack))].filter((stack) => stack !== '').concat('')
  const place = ({ stack, work }: Summary): number => stacks.indexOf(stack) * workNames.length + workNames.indexOf(work)
  return summaries.toSorted((a, b) => place(a) - place(b))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
