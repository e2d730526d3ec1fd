/** So long nothing that is due stays away, on the busiest machine: then the check fails instead of hanging. */
const patienceMs = 10_000

/** Waits in turns of the event loop. */
export class Waiting {
  readonly #passTime: (() => Promise<void>) | undefined

  constructor(passTime?: () => Promise<void>) {
    this.#passTime = passTime
  }

  async pass(turns: number): Promise<void> {
    for (let count = 0; count < turns; count += 1) await this.#turn()
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const end = performance.now() + patienceMs
    while (!condition()) {
      if (performance.now() > end) throw new Error(`${what} did not come in ${patienceMs} ms`)
      await this.#turn()
    }
  }

  /** The promise's value or rejection, time passing meanwhile. */
  async settled<Value>(promise: Promise<Value>, what: string): Promise<Value> {
    let over = false
    const noted = promise.finally(() => {
      over = true
    })
    noted.catch(() => undefined)
    await this.until(() => over, what)
    return await noted
  }

  async #turn(): Promise<void> {
    await this.#passTime?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
