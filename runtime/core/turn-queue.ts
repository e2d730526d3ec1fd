/** Something that wants to run once, when the current turn of the event loop ends. */
export interface TurnTask {
  onTurnEnd(): void
  /** What `onTurnEnd` threw: a fault of this side, which costs the connection that the task serves. Left out: it surfaces as an uncaught error. */
  onTurnFault?(fault: unknown): void
}

/**
 * Collects what must happen at the end of a turn: all layers of all connections share one wake-up.
 * A task queued while the queue runs still belongs to this turn, so muxer, cipher and socket flush one after another in one go.
 */
export class TurnQueue {
  readonly #tasks: TurnTask[] = []
  readonly #carriers: TurnTask[] = []
  #scheduled = false
  #running = false
  readonly #run = (): void => {
    this.runNow()
  }

  add(task: TurnTask): void {
    this.#tasks.push(task)
    this.#schedule()
  }

  /** For what takes bytes out of the process: runs when nobody else has anything left to do in this turn. */
  addCarrier(task: TurnTask): void {
    this.#carriers.push(task)
    this.#schedule()
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.#run)
    }
  }

  get isEmpty(): boolean {
    return this.#tasks.length === 0 && this.#carriers.length === 0
  }

  /** Ends the turn now. A task that throws does not keep the others from running. */
  runNow(): void {
    if (this.#running) return
    this.#running = true
    const tasks = this.#tasks
    const carriers = this.#carriers
    let next = 0
    let nextCarrier = 0
    try {
      for (;;) {
        const task = tasks[next]
        if (task !== undefined) {
          next += 1
          run(task)
          continue
        }
        const carrier = carriers[nextCarrier]
        if (carrier === undefined) break
        nextCarrier += 1
        run(carrier)
      }
    } finally {
      this.#running = false
      tasks.splice(0, next)
      carriers.splice(0, nextCarrier)
      if (this.isEmpty) this.#scheduled = false
      else setImmediate(this.#run)
    }
  }
}

function run(task: TurnTask): void {
  try {
    task.onTurnEnd()
  } catch (fault) {
    if (task.onTurnFault === undefined) throw fault
    task.onTurnFault(fault)
  }
}
