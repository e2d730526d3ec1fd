/** Lets many waiters each wait for their own condition over one changing thing. */
export class Watch {
  readonly #waiters = new Set<() => void>()
  readonly #listeners = new Set<() => void>()

  /** Calls `listener` at every change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(): void {
    for (const listener of this.#listeners) listener()
    for (const waiter of this.#waiters) waiter()
  }

  /** True as soon as `test` holds; false after `waitMs` without it. */
  until(test: () => boolean, waitMs: number): Promise<boolean> {
    if (test()) return Promise.resolve(true)
    if (waitMs <= 0) return Promise.resolve(false)
    return new Promise((resolve) => {
      const settle = (held: boolean): void => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        resolve(held)
      }
      const waiter = (): void => {
        if (test()) settle(true)
      }
      const timer = setTimeout(() => settle(test()), waitMs)
      this.#waiters.add(waiter)
    })
  }
}
