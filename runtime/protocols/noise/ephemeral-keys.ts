import type { Clock, TurnTask } from '@p2pspec/runtime/core/clock'
import { generateX25519Key } from './x25519-key.ts'
import type { X25519Key } from './x25519-key.ts'

/** Keys of single handshakes, the next one made ahead: while a remote answers there is time for it. Each is given out once. */
export class EphemeralKeys implements TurnTask {
  readonly #clock: Clock
  readonly #make: () => X25519Key
  #ready: X25519Key | undefined
  #isDue = false

  constructor(clock: Clock, make: () => X25519Key = generateX25519Key) {
    this.#clock = clock
    this.#make = make
  }

  take(): X25519Key {
    const key = this.#ready ?? this.#make()
    this.#ready = undefined
    return key
  }

  /** Makes the next one once this turn's bytes have left. */
  prepare(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#clock.atTurnEndLast(this)
  }

  onTurnEnd(): void {
    this.#isDue = false
    this.#ready ??= this.#make()
  }
}
