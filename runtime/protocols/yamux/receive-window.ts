import { initialWindowBytes, maxWindowBytes } from '@p2pspec/generated/protocols/yamux/limits'

/** What a window asks of its stream and its session. */
export interface WindowBudget {
  /** Round-trip time in milliseconds; undefined until it was measured. */
  readonly roundTripMs: number | undefined
  now(): number
  /** Asks for so many bytes more than before; false: there is no room. */
  grow(byteCount: number): boolean
}

/**
 * How far a stream's receive window opens. It follows what the application takes, never what arrives, so a slow reader holds it shut;
 * it doubles where a whole window goes by in a few round trips.
 */
export class ReceiveWindow {
  /** Bytes that may be unread and on their way together. */
  size = initialWindowBytes
  #epochStart: number | undefined

  /** The credit that is due, 0 for none yet. `open`: what the remote may still send; `unread`: what the application has not taken. */
  due(open: number, unread: number, budget: WindowBudget): number {
    const half = this.size / 2
    if (this.size - open - unread < half) return 0
    const now = budget.now()
    const { roundTripMs } = budget
    // Half a window went by since the last credit. Four round trips for it: the window is the brake.
    if (this.#epochStart !== undefined && roundTripMs !== undefined && now - this.#epochStart < 4 * roundTripMs) {
      const larger = Math.min(2 * this.size, maxWindowBytes)
      if (larger > this.size && budget.grow(larger - this.size)) this.size = larger
    }
    this.#epochStart = now
    return this.size - open - unread
  }

  /** What this window holds of the session's budget. */
  get grown(): number {
    return this.size - initialWindowBytes
  }
}
