import type { ByteSink } from '@p2pspec/generated/interfaces/stream'
import { abortReason, ignoreRejection } from './abort.ts'
import type { Inlet } from './inlet.ts'
import { copyBytes } from './memory.ts'

/** Turns the next push into the value of one promise. Made once a stream, and only for one whose application pulls. */
export class StreamReader implements ByteSink {
  readonly #inlet: Inlet
  readonly #borrowed: boolean
  #pending: PromiseWithResolvers<Uint8Array | null> | undefined
  #signal: AbortSignal | undefined
  #onAbort: (() => void) | undefined

  constructor(inlet: Inlet, borrowed: boolean) {
    this.#inlet = inlet
    this.#borrowed = borrowed
  }

  get isWaiting(): boolean {
    return this.#pending !== undefined
  }

  wait(signal: AbortSignal | undefined): Promise<Uint8Array | null> {
    const pending = Promise.withResolvers<Uint8Array | null>()
    this.#pending = pending
    if (signal !== undefined) {
      this.#signal = signal
      this.#onAbort = () => {
        this.#settle()?.reject(abortReason(signal))
      }
      signal.addEventListener('abort', this.#onAbort, { once: true })
    }
    return ignoreRejection(pending.promise)
  }

  push(chunk: Uint8Array): void {
    this.#settle()?.resolve(this.#borrowed ? copyBytes(chunk) : chunk)
  }

  end(): void {
    this.#settle()?.resolve(null)
  }

  fail(error: Error): void {
    this.#settle()?.reject(error)
  }

  #settle(): PromiseWithResolvers<Uint8Array | null> | undefined {
    const pending = this.#pending
    if (pending === undefined) return undefined
    this.#pending = undefined
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#onAbort = undefined
    this.#signal = undefined
    this.#inlet.consume(undefined)
    return pending
  }
}
