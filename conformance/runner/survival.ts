import type { Subject } from '../subjects/subject.ts'
import { caseKeys } from '../tester/case-keys.ts'
import { TesterConnection } from '../tester/connection.ts'
import type { Offers } from '../tester/stack.ts'
import { TesterError } from '../tester/tester-error.ts'
import { Transcript } from '../tester/transcript.ts'

const ATTEMPTS = 3
const PAUSE_MS = 1000

/**
 * Whether the subject still serves a fresh connection. Questions that come while a dial is under way share the next one:
 * each is answered by a dial that began after it was asked.
 */
export class Survival {
  readonly #subject: Subject
  readonly #seed: number
  readonly #waitMs: number
  readonly #stack: Offers
  #running: Promise<string | null> | null = null
  #next: Promise<string | null> | null = null
  #dials = 0

  constructor(subject: Subject, seed: number, waitMs: number, stack: Offers) {
    this.#subject = subject
    this.#seed = seed
    this.#waitMs = waitMs
    this.#stack = stack
  }

  /** Null: it survived. Otherwise what became of the fresh dials. */
  ask(): Promise<string | null> {
    if (this.#running === null) return this.#start()
    this.#next ??= this.#running.then(() => this.#start())
    return this.#next
  }

  #start(): Promise<string | null> {
    this.#next = null
    const running = this.#dial()
    this.#running = running
    const clear = (): void => {
      if (this.#running === running) this.#running = null
    }
    running.then(clear, clear)
    return running
  }

  /** A node may refuse for a moment, for its own limits; one that is gone refuses again. */
  async #dial(): Promise<string | null> {
    let failure: string | null = null
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      failure = await this.#dialOnce()
      if (failure === null) return null
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return failure
  }

  async #dialOnce(): Promise<string | null> {
    this.#dials++
    const transcript = new Transcript()
    const keys = caseKeys(this.#seed, `survival ${this.#dials}`)
    try {
      const opened = await this.#subject.connect(keys, transcript, this.#waitMs)
      try {
        const connection = new TesterConnection(opened.wire, opened.side, keys, transcript, this.#waitMs, this.#stack)
        await connection.upgrade()
        return (await connection.session.ping(this.#waitMs)) === null ? 'it gave no sign of life on the muxer' : null
      } finally {
        await opened.release()
      }
    } catch (error) {
      if (error instanceof TesterError) return error.message
      throw error
    }
  }
}
