/** Something that wants to run once, when the current turn of the event loop ends. */
export interface TurnTask {
  onTurnEnd(): void
}

/**
 * Collects what must happen at the end of a turn: all layers of all connections share one wake-up.
 * A task queued while the queue runs still belongs to this turn, so muxer, cipher and socket flush one after another in one go.
 */
export class TurnQueue {
  #tasks: TurnTask[] = []
  #scheduled = false
  #running = false
  readonly #run = (): void => {
    this.runNow()
  }

  add(task: TurnTask): void {
    this.#tasks.push(task)
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.#run)
    }
  }

  get isEmpty(): boolean {
    return this.#tasks.length === 0
  }

  /** Ends the turn now. A task that throws does not keep the others from running; its error surfaces as an uncaught one. */
  runNow(): void {
    if (this.#running) return
    this.#running = true
    const tasks = this.#tasks
    let next = 0
    try {
      while (next < tasks.length) {
        const task = tasks[next]
        next += 1
        task?.onTurnEnd()
      }
    } finally {
      this.#running = false
      if (next < tasks.length) {
        tasks.splice(0, next)
        setImmediate(this.#run)
      } else {
        tasks.length = 0
        this.#scheduled = false
      }
    }
  }
}
