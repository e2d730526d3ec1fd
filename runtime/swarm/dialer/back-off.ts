import { limits } from '@p2pspec/generated/common/limits'
import type { Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'

interface Failures {
  readonly count: number
  readonly until: number
}

const { backOffBase, backOffGrowth, maxBackOff, backOffJitter, maxBackOffs } = limits.dialer

/** How long addresses that failed are left alone: longer after each failure, up to a cap. */
export class BackOffs {
  readonly #clock: Clock
  readonly #random: Random
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  failed(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    const waitMs = Math.min(maxBackOff, backOffBase + backOffGrowth * (count - 1) ** 2)
    const jitterMs = waitMs * backOffJitter * (this.#random.uint32() / 2 ** 32)
    // Taken out first, so that the map stays in the order of the last failures.
    this.#failures.delete(key)
    this.#failures.set(key, { count, until: this.#clock.now() + Math.min(maxBackOff, waitMs + jitterMs) })
    if (this.#failures.size <= maxBackOffs) return
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined) this.#failures.delete(oldest)
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }

  /** Milliseconds that the address is still left alone; 0: not at all. */
  waitMs(key: string): number {
    const failures = this.#failures.get(key)
    return failures === undefined ? 0 : Math.max(0, failures.until - this.#clock.now())
  }

  get size(): number {
    return this.#failures.size
  }
}
