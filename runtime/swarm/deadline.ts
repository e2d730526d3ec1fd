import type { Clock, Timer } from '../core/clock.ts'
import { SwarmError } from './errors.ts'

/** A signal that aborts when a time is over, when its parent does or when it is told to, and that leaves nothing behind once cleared. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: Timer
  readonly #parent: AbortSignal | undefined
  readonly #onParentAbort = (): void => this.#controller.abort(this.#parent?.reason)

  constructor(clock: Clock, timeoutMs: number, message: string, parent?: AbortSignal) {
    this.#parent = parent
    this.#timer = clock.startTimer(timeoutMs, () => this.#controller.abort(new SwarmError('timeout', message)))
    if (parent?.aborted === true) this.#onParentAbort()
    else parent?.addEventListener('abort', this.#onParentAbort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: Error): void {
    this.#controller.abort(reason)
  }

  clear(): void {
    this.#timer.cancel()
    this.#parent?.removeEventListener('abort', this.#onParentAbort)
  }
}
