import type { Clock } from './clock.ts'
import { TimerWheel, type Timer } from './timer-wheel.ts'
import { TurnQueue, type TurnTask } from './turn-queue.ts'

/** A clock whose time passes only when told. Turns still end by themselves, or at once by `endTurn`. */
export class SimulatedClock implements Clock {
  readonly #wheel: TimerWheel
  readonly #turns = new TurnQueue()
  #wallTimeAtStart: number
  #now = 0

  constructor(options: { readonly wallTimeAtStart?: number } = {}) {
    this.#wheel = new TimerWheel(0)
    this.#wallTimeAtStart = options.wallTimeAtStart ?? 1_700_000_000_000
  }

  now(): number {
    return this.#now
  }

  wallTime(): number {
    return this.#wallTimeAtStart + this.#now
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    return this.#wheel.start(this.#now + Math.max(0, delayMs), callback)
  }

  atTurnEnd(task: TurnTask): void {
    this.#turns.add(task)
  }

  atTurnEndLast(task: TurnTask): void {
    this.#turns.addCarrier(task)
  }

  /** The wall clock is set: forward, or back with a negative number. */
  jumpWallTime(byMs: number): void {
    this.#wallTimeAtStart += byMs
  }

  /** Timers that wait. */
  get timerCount(): number {
    return this.#wheel.size
  }

  /** Runs what waits for the end of the turn, synchronously. */
  endTurn(): void {
    this.#turns.runNow()
  }

  /** Lets every promise job and every end of turn happen, until nothing is left; no time passes. */
  async settle(): Promise<void> {
    do {
      this.#turns.runNow()
      await new Promise<void>((resolve) => {
        setImmediate(resolve)
      })
    } while (!this.#turns.isEmpty)
  }

  /** Passes time: timers fire at their own moment, and what each of them causes settles before the next. */
  async advance(durationMs: number): Promise<void> {
    const target = this.#now + durationMs
    await this.settle()
    for (let next = this.#wheel.nextTick(); next !== undefined && next <= target; next = this.#wheel.nextTick()) {
      this.#now = Math.max(this.#now, next)
      this.#wheel.advance(this.#now)
      await this.settle()
    }
    this.#now = target
    this.#wheel.advance(target)
  }
}
