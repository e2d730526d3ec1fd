import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { Clock } from '../../../core/clock.ts'
import { Inlet, type InletOwner } from '../../../core/inlet.ts'
import { TransportError } from '../transport-error.ts'

export interface MemoryLinkOptions {
  readonly clock: Clock
  readonly latencyMs: number
  readonly bytesPerSecond: number
}

/** Bytes on their way, or waiting for a reader, at which `writeNow` returns false; below half of it `drain` is called. */
const highWaterBytes = 1_048_576

/** Two ends of a connection in the process: what is written on one arrives on the other, later. */
export function memoryLink(options: MemoryLinkOptions, onOver: () => void): [MemoryChannel, MemoryChannel] {
  let openEnds = 2
  const endOver = (): void => {
    openEnds -= 1
    if (openEnds === 0) onOver()
  }
  const left = new MemoryChannel(options, endOver)
  const right = new MemoryChannel(options, endOver)
  left.connect(right)
  right.connect(left)
  return [left, right]
}

/** One end. What it writes stays with it until the other end takes it. */
export class MemoryChannel implements ByteDuplex, InletOwner {
  readonly borrowed = false
  readonly #options: MemoryLinkOptions
  readonly #inlet = new Inlet(this, false)
  readonly #onOver: () => void
  #other: MemoryChannel | undefined
  #sink: ByteSink | undefined
  /** What has arrived while the other end is paused. */
  readonly #waiting: (() => void)[] = []
  #outstandingBytes = 0
  #drainWanted = false
  #writeClosed = false
  #endSent = false
  #over = false
  #closed: PromiseWithResolvers<void> | undefined
  /** When the line is free for the next byte. */
  #freeAt = 0

  constructor(options: MemoryLinkOptions, onOver: () => void) {
    this.#options = options
    this.#onOver = onOver
  }

  connect(other: MemoryChannel): void {
    this.#other = other
  }

  consume(sink: ByteSink): void {
    this.#sink = sink
    this.#inlet.consume(sink)
    this.#other?.release()
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
    if (wanted) this.#other?.release()
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.#writeClosed || this.#over) {
      throw new TransportError('closed', 'The connection in memory is closed for writing.')
    }
    const length = chunk.byteLength
    if (length > 0) {
      this.#outstandingBytes += length
      this.#send(length, () => {
        this.#outstandingBytes -= length
        this.#other?.receive(chunk)
      })
    }
    if (this.#outstandingBytes < highWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#over) return
    this.#writeClosed = true
    this.#send(0, () => {
      this.#endSent = true
      this.#other?.receiveEnd()
      this.#endIfDone()
    })
  }

  reset(reason?: Error): void {
    if (this.#over) return
    this.#fail(reason ?? new TransportError('closed', 'The connection in memory was reset by this side.'))
    const other = this.#other
    const { clock, latencyMs } = this.#options
    const arrive = (): void =>
      other?.lose(new TransportError('connection-lost', 'The other end reset the connection in memory.'))
    if (latencyMs === 0) clock.atTurnEnd({ onTurnEnd: arrive })
    else clock.startTimer(latencyMs, arrive)
  }

  /** Hands over what has arrived, as far as the other end takes it. For the two ends only. */
  release(): void {
    while (!this.#over && this.#other?.isPaused === false) {
      const deliver = this.#waiting.shift()
      if (deliver === undefined) break
      deliver()
    }
    if (!this.#drainWanted || this.#over || this.#outstandingBytes > highWaterBytes / 2) return
    this.#drainWanted = false
    this.#sink?.drain?.()
  }

  get closed(): Promise<void> {
    this.#closed ??= Promise.withResolvers()
    if (this.#over) this.#closed.resolve()
    return this.#closed.promise
  }

  get isPaused(): boolean {
    return this.#inlet.isPaused
  }

  /** For the other end only. */
  receive(chunk: Uint8Array): void {
    this.#inlet.push(chunk)
  }

  /** For the other end only. */
  receiveEnd(): void {
    this.#inlet.end()
    this.#endIfDone()
  }

  /** For the other end only. */
  lose(reason: Error): void {
    if (!this.#over) this.#fail(reason)
  }

  #send(length: number, deliver: () => void): void {
    const { clock, latencyMs, bytesPerSecond } = this.#options
    const arrive = (): void => {
      if (this.#over) return
      this.#waiting.push(deliver)
      this.release()
    }
    if (latencyMs === 0 && bytesPerSecond === Infinity) return clock.atTurnEnd({ onTurnEnd: arrive })
    this.#freeAt = Math.max(this.#freeAt, clock.now()) + (1_000 * length) / bytesPerSecond
    clock.startTimer(this.#freeAt + latencyMs - clock.now(), arrive)
  }

  /** Both ways have ended: nothing more can happen here. */
  #endIfDone(): void {
    if (this.#over || !this.#endSent || !this.#inlet.isOver) return
    this.#end()
  }

  #end(): void {
    this.#over = true
    this.#onOver()
    this.#closed?.resolve()
  }

  #fail(reason: Error): void {
    this.#end()
    this.#waiting.length = 0
    this.#inlet.fail(reason)
  }
}
