/** How much more than its own time a meeting is given where meetings before it took long. */
const slowestFactor = 6
/** A busy machine is waited for, but not for ever. */
const patienceMax = 10

/** Decides how long a meeting may take: what its scenario says on an idle machine, more where the machine shows that it is busy. */
export class Patience {
  readonly #slowestMs = new Map<string, number>()
  readonly #load: () => number

  /** `load`: runnable processes for each core. */
  constructor(load: () => number) {
    this.#load = load
  }

  limitMs(scenario: string, seconds: number): number {
    const idleMs = seconds * 1000
    const busy = Math.max(1, this.#load())
    return Math.round(
      Math.min(idleMs * patienceMax, Math.max(idleMs * busy, (this.#slowestMs.get(scenario) ?? 0) * slowestFactor)),
    )
  }

  /** A meeting that succeeded took this long. */
  took(scenario: string, durationMs: number): void {
    this.#slowestMs.set(scenario, Math.max(durationMs, this.#slowestMs.get(scenario) ?? 0))
  }
}
