import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { Clock } from '../../../core/clock.ts'
import { Inlet, type InletOwner } from '../../../core/inlet.ts'
import { internalFault } from '../../../core/stream-error.ts'
import { TransportError } from '../transport-error.ts'

export interface MemoryLinkOptions {
  readonly clock: Clock
  readonly latencyMs: number
  readonly bytesPerSecond: number
  /** How long each write is held up because of what was lost on the way; undefined: the connection breaks. */
  readonly delayOf?: ((length: number) => number | undefined) | undefined
}

/** Bytes on their way, or waiting for a reader, at which `writeNow` returns false; below half of it `drain` is called. */
const highWaterBytes = 1_048_576

/** A reset overtakes what has not left where that is more; less leaves before it, as the last words before a refusal do. */
const lastWordsBytes = 65_536

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
  /** What is on its way: whichever timer comes first, the oldest arrives first. */
  readonly #flight: (() => void)[] = []
  /** What has arrived while the other end is paused. */
  readonly #waiting: (() => void)[] = []
  #outstandingBytes = 0
  #drainWanted = false
  #writeClosed = false
  #endSent = false
  #over = false
  /** Reset by this side: what left before that still arrives. */
  #isReset = false
  #closed: PromiseWithResolvers<void> | undefined
  /** When the line is free for the next byte. */
  #freeAt = 0
  /** When the last of what was sent arrives: nothing overtakes it. */
  #arrivesAt = 0

  constructor(options: MemoryLinkOptions, onOver: () => void) {
    this.#options = options
    this.#onOver = onOver
  }

  connect(other: MemoryChannel): void {
    this.#other = other
  }

  consume(sink: ByteSink): void {
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

  /** For the inlet only. */
  onSinkFault(fault: unknown): void {
    this.reset(internalFault(fault))
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
    //= TRN-CHANNEL-5
    this.#isReset = this.#outstandingBytes <= lastWordsBytes
    this.#fail(reason ?? new TransportError('closed', 'The connection in memory was reset by this side.'))
    const { clock, latencyMs } = this.#options
    const arrive = (): void =>
      this.#other?.lose(new TransportError('connection-lost', 'The other end reset the connection in memory.'))
    const wait =
      (this.#isReset ? Math.max(this.#arrivesAt, clock.now() + latencyMs) : clock.now() + latencyMs) - clock.now()
    if (wait === 0) clock.atTurnEnd({ onTurnEnd: arrive })
    else clock.startTimer(wait, arrive)
  }

  /** Hands over what has arrived, as far as the other end takes it. For the two ends only. */
  release(): void {
    while ((!this.#over || this.#isReset) && this.#other?.isPaused === false) {
      const deliver = this.#waiting.shift()
      if (deliver === undefined) break
      deliver()
    }
    if (!this.#drainWanted || this.#over || this.#outstandingBytes > highWaterBytes / 2) return
    this.#drainWanted = false
    this.#inlet.drained()
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
    if (!this.#over) this.#inlet.push(chunk)
  }

  /** For the other end only. */
  receiveEnd(): void {
    if (this.#over) return
    this.#inlet.end()
    this.#endIfDone()
  }

  /** For the other end only. */
  lose(reason: Error): void {
    if (!this.#over) this.#fail(reason)
  }

  #send(length: number, deliver: () => void): void {
    const { clock, latencyMs, bytesPerSecond, delayOf } = this.#options
    const arrive = (): void => {
      const oldest = this.#flight.shift()
      if ((this.#over && !this.#isReset) || oldest === undefined) return
      this.#waiting.push(oldest)
      this.release()
    }
    const delay = delayOf === undefined ? 0 : delayOf(length)
    if (delay === undefined) return this.#breakOff()
    this.#flight.push(deliver)
    if (latencyMs === 0 && bytesPerSecond === Infinity && delayOf === undefined)
      return clock.atTurnEnd({ onTurnEnd: arrive })
    const now = clock.now()
    this.#freeAt = Math.max(this.#freeAt, now) + (1_000 * length) / bytesPerSecond
    this.#arrivesAt = Math.max(this.#arrivesAt, this.#freeAt + latencyMs + delay)
    clock.startTimer(this.#arrivesAt - now, arrive)
  }

  /** Gives up as a network does on which nothing gets through: both ends lose the connection. */
  #breakOff(): void {
    const lost = (): TransportError =>
      new TransportError('connection-lost', 'The connection in memory was lost: nothing gets through any more.')
    this.#options.clock.atTurnEnd({
      onTurnEnd: () => {
        this.lose(lost())
        this.#other?.lose(lost())
      },
    })
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
    if (!this.#isReset) this.#flight.length = 0
    this.#inlet.fail(reason)
  }
}
