import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import { Inlet, type InletOwner } from '../../../core/inlet.ts'
import type { Mutator } from './mutator.ts'

/** Undefined: that direction stays as it is. */
export interface Mutators {
  readonly written: Mutator | undefined
  readonly read: Mutator | undefined
}

/** A duplex whose bytes are damaged on their way. */
export class MutatingDuplex implements ByteDuplex, InletOwner {
  readonly borrowed = false
  readonly #inner: ByteDuplex
  readonly #mutators: Mutators
  readonly #inlet = new Inlet(this, false)

  constructor(inner: ByteDuplex, mutators: Mutators) {
    this.#inner = inner
    this.#mutators = mutators
    inner.consume({
      push: (chunk) => {
        const { read } = mutators
        for (const part of read === undefined ? [chunk.slice()] : read.apply(chunk)) this.#inlet.push(part)
      },
      end: () => this.#inlet.end(),
      fail: (error) => this.#inlet.fail(error),
      drain: () => this.#inlet.drained(),
    })
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
  }

  onSinkFault(fault: unknown): void {
    this.reset(fault instanceof Error ? fault : new Error(String(fault)))
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

  onFlow(wanted: boolean): void {
    if (wanted) this.#inner.resume()
    else this.#inner.pause()
  }

  writeNow(chunk: Uint8Array): boolean {
    const { written } = this.#mutators
    if (written === undefined || chunk.length === 0) return this.#inner.writeNow(chunk)
    let goOn = true
    for (const part of written.apply(chunk)) if (part.length > 0) goOn = this.#inner.writeNow(part)
    return goOn
  }

  closeWriteNow(): void {
    this.#inner.closeWriteNow()
  }

  reset(reason?: Error): void {
    this.#inner.reset(reason)
  }
}
