/** A deadline is counted in pieces of this length: one that took longer, because this process did not get to run, counts as one. */
const PIECE_MS = 100

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

  /** True as soon as `test` holds; false after `waitMs` without it, of which this process must have had its share. */
  until(test: () => boolean, waitMs: number): Promise<boolean> {
    if (test()) return Promise.resolve(true)
    if (waitMs <= 0) return Promise.resolve(false)
    return new Promise((resolve) => {
      let leftMs = waitMs
      let timer: NodeJS.Timeout
      const settle = (held: boolean): void => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        resolve(held)
      }
      const waiter = (): void => {
        if (test()) settle(true)
      }
      const startPiece = (): void => {
        const pieceMs = Math.min(PIECE_MS, leftMs)
        timer = setTimeout(() => {
          leftMs -= pieceMs
          if (leftMs > 0) startPiece()
          // What has arrived by now is handed out before the last look.
          else setImmediate(() => settle(test()))
        }, pieceMs)
      }
      startPiece()
      this.#waiters.add(waiter)
    })
  }
}
