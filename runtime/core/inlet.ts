import type { ByteSink } from '@p2pspec/generated/interfaces/stream'
import { ByteQueue } from './byte-queue.ts'

/** What an inlet tells its carrier. */
export interface InletOwner {
  /** The sink took these bytes. */
  onConsumed?(byteCount: number): void
  /** More bytes are wanted, or none for now. */
  onFlow(wanted: boolean): void
  /** The sink threw while it was told something: a fault of this side, which costs what it reads and nothing else. */
  onSinkFault(fault: unknown): void
}

/**
 * The reading half of a byte duplex: hands chunks to the sink that stands, keeps them while there is none or it is paused,
 * and gives a sink that comes later what it missed, the end or the failure included. Nothing that a sink throws reaches the carrier:
 * there it would end the process.
 */
export class Inlet {
  readonly #owner: InletOwner
  readonly #borrowed: boolean
  #sink: ByteSink | undefined
  #queue: ByteQueue | undefined
  #paused = false
  #delivering = false
  #ended = false
  #failure: Error | undefined
  /** What the sink was told: an end may be followed by a failure, nothing follows a failure. */
  #toldEnd = false
  #toldFailure = false
  /** Bytes in front of the queue that were reported as consumed before they were put back. */
  #reported = 0

  constructor(owner: InletOwner, borrowed: boolean) {
    this.#owner = owner
    this.#borrowed = borrowed
  }

  get isPaused(): boolean {
    return this.#paused
  }

  get bufferedBytes(): number {
    return this.#queue?.byteLength ?? 0
  }

  /** The remote sends no more, or the duplex failed. */
  get isOver(): boolean {
    return this.#ended || this.#failure !== undefined
  }

  get failure(): Error | undefined {
    return this.#failure
  }

  /** `done`: whoever consumes it keeps no part of it. */
  push(chunk: Uint8Array): unknown {
    if (this.#ended || this.#failure !== undefined || chunk.byteLength === 0) return 'done'
    if (this.#sink !== undefined && !this.#paused && !this.#delivering && this.bufferedBytes === 0) {
      this.#delivering = true
      let done: unknown
      try {
        this.#report(chunk.byteLength)
        done = this.#sink.push(chunk)
      } catch (fault) {
        this.#delivering = false
        this.#owner.onSinkFault(fault)
        return undefined
      }
      this.#delivering = false
      // The sink may have handed bytes back, ended the duplex, or left its place to another.
      if (this.#queue !== undefined || this.#ended || this.#failure !== undefined) this.#deliverGuarded()
      return done
    }
    this.#queue ??= new ByteQueue()
    this.#queue.push(chunk, this.#borrowed)
  }

  end(): void {
    if (this.isOver) return
    this.#ended = true
    this.#deliverGuarded()
  }

  /** Drops what is buffered: after a reset nothing more is delivered but the failure. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#queue = undefined
    try {
      this.#deliver()
    } catch {
      // Who is told of a failure and fails in turn has nothing left that could be reset.
    }
  }

  /** There is room to write again. */
  drained(): void {
    try {
      this.#sink?.drain?.()
    } catch (fault) {
      this.#owner.onSinkFault(fault)
    }
  }

  /** Takes the next buffered chunk past the sink; undefined when nothing is buffered. */
  shift(): Uint8Array | undefined {
    const chunk = this.#queue?.shift()
    if (chunk !== undefined) this.#report(chunk.byteLength)
    return chunk
  }

  /** Installs a sink, or takes the present one away: then what arrives is kept. */
  consume(sink: ByteSink | undefined): void {
    this.#sink = sink
    this.#toldEnd = false
    this.#toldFailure = false
    this.#deliver()
  }

  /** Puts owned bytes back in front, and takes the sink away: they belong to the next one. */
  unshift(chunk: Uint8Array): void {
    this.#sink = undefined
    if (this.#failure !== undefined) return
    this.#reported += chunk.byteLength
    this.#queue ??= new ByteQueue()
    this.#queue.unshift(chunk)
  }

  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#owner.onFlow(false)
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#deliver()
    if (!this.#paused) this.#owner.onFlow(true)
  }

  #report(byteCount: number): void {
    const known = Math.min(byteCount, this.#reported)
    this.#reported -= known
    if (byteCount > known) this.#owner.onConsumed?.(byteCount - known)
  }

  #deliverGuarded(): void {
    try {
      this.#deliver()
    } catch (fault) {
      this.#owner.onSinkFault(fault)
    }
  }

  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    try {
      // A sink may leave its place to another within any of these calls; the next one is told what it missed.
      do this.#pushQueued()
      while (this.#tellEnd())
    } finally {
      this.#delivering = false
    }
  }

  #pushQueued(): void {
    while (this.#sink !== undefined && this.#queue !== undefined && !this.#paused && this.#failure === undefined) {
      const chunk = this.#queue.shift()
      if (chunk === undefined) {
        this.#queue = undefined
        return
      }
      this.#report(chunk.byteLength)
      // Reporting may have ended the duplex or taken the sink away.
      if (this.#sink === undefined) this.#queue.unshift(chunk)
      else this.#sink.push(chunk)
    }
  }

  /** Tells the sink of a failure or an end that it does not know of. False: there was nothing to tell. */
  #tellEnd(): boolean {
    const sink = this.#sink
    if (sink === undefined || this.#toldFailure) return false
    if (this.#failure !== undefined) {
      this.#toldFailure = true
      sink.fail(this.#failure)
      return true
    }
    if (!this.#ended || this.#toldEnd || this.bufferedBytes > 0) return false
    this.#toldEnd = true
    sink.end()
    return true
  }
}
