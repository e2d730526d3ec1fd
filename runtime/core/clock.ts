import { TimerWheel, type Timer } from './timer-wheel.ts'
import { TurnQueue, type TurnTask } from './turn-queue.ts'

export type { Timer, TurnTask }

/** Time as an argument: what a protocol may know of it, and the two ways to be called back. */
export interface Clock {
  /** Milliseconds that only grow, from an unknown start. */
  now(): number
  /** Milliseconds since 1970, for what is compared with the world outside. */
  wallTime(): number
  /** Calls back once, not before `delayMs` have passed. Cheap: all timers of the process share one wheel. */
  startTimer(delayMs: number, callback: () => void): Timer
  /** Runs the task when this turn of the event loop ends. What it queues in turn still runs in the same turn. */
  atTurnEnd(task: TurnTask): void
  /** The same for what takes bytes out of the process: after every other task of the turn, so that one write carries what all layers have to say. */
  atTurnEndLast(task: TurnTask): void
}

/** The machine's clock, with one wheel and one turn queue for the process. */
class SystemClock implements Clock {
  readonly #wheel = new TimerWheel(performance.now())
  readonly #turns = new TurnQueue()
  #alarm: NodeJS.Timeout | undefined
  #alarmAt = Infinity

  now(): number {
    return performance.now()
  }

  wallTime(): number {
    return Date.now()
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    const now = performance.now()
    // An idle wheel has stood still: bring it up to now, so that the delay counts from here.
    if (this.#wheel.size === 0) this.#wheel.advance(now)
    const deadline = now + Math.max(0, delayMs)
    const timer = this.#wheel.start(deadline, callback)
    if (deadline < this.#alarmAt) this.#arm(now)
    return timer
  }

  atTurnEnd(task: TurnTask): void {
    this.#turns.add(task)
  }

  atTurnEndLast(task: TurnTask): void {
    this.#turns.addCarrier(task)
  }

  #arm(now: number): void {
    clearTimeout(this.#alarm)
    const next = this.#wheel.nextTick()
    if (next === undefined) {
      this.#alarmAt = Infinity
      return
    }
    this.#alarmAt = next
    this.#alarm = setTimeout(this.#ring, Math.max(1, Math.ceil(next - now)))
    // Open sockets keep a process alive; a waiting timer alone should not.
    this.#alarm.unref()
  }

  readonly #ring = (): void => {
    this.#alarmAt = Infinity
    try {
      this.#wheel.advance(performance.now())
    } finally {
      this.#arm(performance.now())
    }
  }
}

export const systemClock: Clock = new SystemClock()
