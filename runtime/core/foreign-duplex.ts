import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import { Inlet, type InletOwner } from './inlet.ts'
import { internalFault, StreamError } from './stream-error.ts'

const highWaterBytes = 262_144

/** The promise-based stream behind a `ForeignDuplex`. */
export interface ForeignWriter {
  /** Resolves when the chunk is taken. */
  write(chunk: Uint8Array): Promise<void>
  end(): Promise<void>
  destroy(reason: Error): void
}

/** A byte duplex in front of somebody else's stream. */
export class ForeignDuplex implements ByteDuplex, InletOwner {
  readonly borrowed = false
  readonly #inlet = new Inlet(this, false)
  readonly #writer: ForeignWriter
  #unsentBytes = 0
  #drainWanted = false
  #writeClosed = false
  #isReset = false
  #flow: PromiseWithResolvers<void> | undefined

  constructor(writer: ForeignWriter) {
    this.#writer = writer
  }

  /** A chunk of the foreign stream, or null at its end. A promise: wait before reading more. */
  received(chunk: Uint8Array | null): Promise<void> | undefined {
    if (chunk === null) this.#inlet.end()
    else this.#inlet.push(chunk)
    if (!this.#inlet.isPaused && this.#inlet.bufferedBytes < highWaterBytes) return undefined
    this.#flow ??= Promise.withResolvers<void>()
    return this.#flow.promise
  }

  onConsumed(): void {
    if (!this.#inlet.isPaused) this.#go()
  }

  onFlow(wanted: boolean): void {
    if (wanted) this.#go()
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
  }

  pause(): void {
    this.#inlet.pause()
  }

  resume(): void {
    this.#inlet.resume()
  }

  unshift(chunk: Uint8Array): void {
    this.#inlet.unshift(chunk)
  }

  /** For the inlet only. */
  onSinkFault(fault: unknown): void {
    this.reset(internalFault(fault))
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.#writeClosed || this.#isReset) {
      throw new StreamError('write-closed', 'The stream is closed for writing: write before closeWriteNow or reset.')
    }
    this.#unsentBytes += chunk.byteLength
    this.#writer.write(chunk).then(
      () => {
        this.#unsentBytes -= chunk.byteLength
        if (!this.#drainWanted || this.#unsentBytes > highWaterBytes / 2) return
        this.#drainWanted = false
        this.#inlet.drained()
      },
      (error: unknown) => {
        this.reset(error instanceof Error ? error : new Error(String(error)))
      },
    )
    if (this.#unsentBytes < highWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#isReset) return
    this.#writeClosed = true
    this.#writer.end().catch((error: unknown) => {
      this.reset(error instanceof Error ? error : new Error(String(error)))
    })
  }

  reset(reason?: Error): void {
    if (this.#isReset) return
    this.#isReset = true
    const error = reason ?? new StreamError('reset-locally', 'The stream was reset by this side.')
    this.#writer.destroy(error)
    this.#inlet.fail(error)
    this.#go()
  }

  #go(): void {
    const flow = this.#flow
    this.#flow = undefined
    flow?.resolve()
  }
}
