import type { Writable } from 'node:stream'
import { limits } from '@p2pspec/generated/common/limits'
import type { UnsentBudget } from '@p2pspec/generated/interfaces/stream'

const { unsentStepBytes } = limits.resources

/** Counts what a channel wrote and its carrier has not taken: in steps, so that a channel whose bytes leave at once is never counted. */
export class UnsentMeter {
  #budget: UnsentBudget | undefined
  #heldBytes = 0

  set budget(budget: UnsentBudget | undefined) {
    this.#budget = budget
  }

  /** Counts what a socket holds. Less than its own mark is not counted: nobody would tell when that has left. */
  countOf({
    writableNeedDrain,
    writableLength,
  }: Pick<Writable, 'writableNeedDrain' | 'writableLength'>): Error | undefined {
    return this.#count(writableNeedDrain ? writableLength : 0)
  }

  /** Nothing is held any more. */
  clear(): void {
    this.#count(0)
  }

  /** So many bytes are unsent now. The refusal of a budget that has no room for them: nobody else may be made to wait for this remote. */
  #count(unsentBytes: number): Error | undefined {
    if (unsentBytes <= this.#heldBytes) {
      if (this.#heldBytes > 0) this.#shrink(unsentBytes)
      return undefined
    }
    if (this.#budget === undefined) return undefined
    const more = stepsFor(unsentBytes) - this.#heldBytes
    const refusal = this.#budget.holdUnsent(more)
    if (refusal === undefined) this.#heldBytes += more
    return refusal
  }

  #shrink(unsentBytes: number): void {
    const less = this.#heldBytes - stepsFor(unsentBytes)
    if (less === 0) return
    this.#heldBytes -= less
    this.#budget?.releaseUnsent(less)
  }
}

function stepsFor(byteCount: number): number {
  return Math.ceil(byteCount / unsentStepBytes) * unsentStepBytes
}
