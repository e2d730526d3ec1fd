import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { Clock, Timer } from '../core/clock.ts'

const { pushDelay, pushInterval } = limits.identify

export interface IdentifyPusherParts {
  readonly clock: Clock
  /** Connections whose peers take pushes. */
  takers(): readonly Connection[]
  /** What this node would say now: the same text where it would say the same. */
  state(): string
  /** Tells all of them; resolves with those that it failed with, never rejects. */
  push(connections: readonly Connection[]): Promise<ReadonlyMap<Connection, unknown>>
}

/** Tells peers what has changed: together what changes together, not too often, and nobody what he was told already. */
//= ID-PUSH-5
export class IdentifyPusher {
  readonly #parts: IdentifyPusherParts
  readonly #told = new WeakMap<Connection, string>()
  #timer: Timer | undefined
  #pushing = false
  #dueAgain = false
  #roundAt = -Infinity
  #stopped = false

  constructor(parts: IdentifyPusherParts) {
    this.#parts = parts
  }

  /** The peer was told the state of now in another way: it asked, or it can. */
  told(connection: Connection): void {
    this.#told.set(connection, this.#parts.state())
  }

  /** The peer was told something else than the state of now. */
  isBehind(connection: Connection): boolean {
    return this.#told.get(connection) !== this.#parts.state()
  }

  /** Something may be another than before, for all peers or for one. */
  changed(): void {
    if (this.#stopped) return
    if (this.#pushing) this.#dueAgain = true
    else {
      const { clock } = this.#parts
      const wait = Math.max(pushDelay, this.#roundAt + pushInterval - clock.now())
      this.#timer ??= clock.startTimer(wait, () => void this.#round())
    }
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  /** Never rejects. */
  async #round(): Promise<void> {
    this.#timer = undefined
    const state = this.#parts.state()
    const due = this.#parts.takers().filter((connection) => this.isBehind(connection))
    if (due.length > 0) {
      this.#roundAt = this.#parts.clock.now()
      // What it says is made now: who asks meanwhile hears the same.
      for (const connection of due) this.#told.set(connection, state)
      this.#pushing = true
      const failed = await this.#parts.push(due)
      this.#pushing = false
      for (const connection of failed.keys()) if (this.#told.get(connection) === state) this.#told.delete(connection)
    }
    if (!this.#dueAgain) return
    this.#dueAgain = false
    this.changed()
  }
}
