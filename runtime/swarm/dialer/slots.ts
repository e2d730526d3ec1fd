/** So many at a time; the rest wait in the order in which they came. */
export class Slots {
  readonly #limit: number
  readonly #waiting = new Set<() => void>()
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get used(): number {
    return this.#used
  }

  /** Calls back once a slot is the caller's: at once where one is free. Answers the function that gives up waiting. */
  take(onTaken: () => void): () => void {
    if (this.#used < this.#limit) {
      this.#used += 1
      onTaken()
      return () => {}
    }
    this.#waiting.add(onTaken)
    return () => {
      this.#waiting.delete(onTaken)
    }
  }

  /** Gives one slot back: it goes to the one who has waited longest. */
  release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#used -= 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
