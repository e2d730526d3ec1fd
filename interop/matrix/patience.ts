/** How much more than the slowest before it a meeting is given: most of a meeting may be one step, which gets a quarter of it. */
const slowestFactor = 8
/** A busy machine is waited for, but not for ever. */
const patienceMax = 10
/** From so many meetings on, what they took says more than the load, which also counts those who only wait for each other. */
const samplesMin = 10

interface Samples {
  count: number
  slowestMs: number
  /** The slowest for the load that it met. */
  slowestIdleMs: number
}

/** Decides how long a meeting may take: what its scenario says on an idle machine, more where the machine shows that it is busy. */
export class Patience {
  readonly #samples = new Map<string, Samples>()
  readonly #load: () => number

  /** `load`: runnable processes for each core. */
  constructor(load: () => number) {
    this.#load = load
  }

  limitMs(scenario: string, seconds: number): number {
    const idleMs = seconds * 1000
    const busy = this.#busy()
    const { count, slowestMs, slowestIdleMs } = this.#samples.get(scenario) ?? none
    const seen = slowestFactor * Math.max(slowestMs, slowestIdleMs * busy)
    const wanted = count < samplesMin ? Math.max(seen, idleMs * busy) : seen
    return Math.round(Math.min(idleMs * patienceMax, Math.max(idleMs, wanted)))
  }

  /** A meeting that succeeded took this long. */
  took(scenario: string, durationMs: number): void {
    const { count, slowestMs, slowestIdleMs } = this.#samples.get(scenario) ?? none
    this.#samples.set(scenario, {
      count: count + 1,
      slowestMs: Math.max(slowestMs, durationMs),
      slowestIdleMs: Math.max(slowestIdleMs, durationMs / this.#busy()),
    })
  }

  #busy(): number {
    return Math.max(1, this.#load())
  }
}

const none: Samples = { count: 0, slowestMs: 0, slowestIdleMs: 0 }
