import type { Subject } from '../subjects/subject.ts'
import { caseKeys } from '../tester/case-keys.ts'
import { TesterConnection } from '../tester/connection.ts'
import { TesterError } from '../tester/tester-error.ts'
import { Transcript } from '../tester/transcript.ts'

/**
 * Whether the subject still serves a fresh connection. Questions that come while a dial is under way share the next one:
 * each is answered by a dial that began after it was asked.
 */
export class Survival {
  readonly #subject: Subject
  readonly #seed: number
  readonly #waitMs: number
  #running: Promise<boolean> | null = null
  #next: Promise<boolean> | null = null
  #dials = 0

  constructor(subject: Subject, seed: number, waitMs: number) {
    this.#subject = subject
    this.#seed = seed
    this.#waitMs = waitMs
  }

  ask(): Promise<boolean> {
    if (this.#running === null) return this.#start()
    this.#next ??= this.#running.then(() => this.#start())
    return this.#next
  }

  #start(): Promise<boolean> {
    this.#next = null
    const running = this.#dial()
    this.#running = running
    const clear = (): void => {
      if (this.#running === running) this.#running = null
    }
    running.then(clear, clear)
    return running
  }

  async #dial(): Promise<boolean> {
    this.#dials++
    const transcript = new Transcript()
    const keys = caseKeys(this.#seed, `survival ${this.#dials}`)
    try {
      const opened = await this.#subject.connect(keys, transcript, this.#waitMs)
      try {
        const connection = new TesterConnection(opened.socket, opened.side, keys, transcript, this.#waitMs)
        await connection.upgrade()
        return (await connection.session.ping(this.#waitMs)) !== null
      } finally {
        opened.release()
      }
    } catch (error) {
      if (error instanceof TesterError) return false
      throw error
    }
  }
}
