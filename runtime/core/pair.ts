import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import { systemClock, type Clock, type TurnTask } from './clock.ts'
import { Inlet, type InletOwner } from './inlet.ts'
import type { SeededRandom } from './random.ts'
import { internalFault, StreamError } from './stream-error.ts'

export interface PairOptions {
  readonly clock?: Clock | undefined
  /** Cuts what is written at random places, and hands it on in random helpings; undefined: each chunk arrives as it was written. */
  readonly random?: SeededRandom | undefined
  /** Deliver in chunks of exactly this length at most. */
  readonly maxChunkLength?: number | undefined
  /** Bytes on the way at which `writeNow` returns false. */
  readonly highWaterBytes?: number | undefined
  /** Pushed chunks are views that are overwritten after `push`, as a socket's are. */
  readonly borrowed?: boolean | undefined
}

/** Two ends of an in-memory channel: lossless, ordered, delivered at the end of each turn. */
export function pair(options: PairOptions = {}): [MemoryDuplex, MemoryDuplex] {
  const left = new MemoryDuplex(options)
  const right = new MemoryDuplex(options)
  left.connect(right)
  right.connect(left)
  return [left, right]
}

export class MemoryDuplex implements ByteDuplex, InletOwner, TurnTask {
  readonly borrowed: boolean
  /** Bytes this end has written so far. */
  writtenBytes = 0
  readonly #clock: Clock
  readonly #options: PairOptions
  readonly #inlet: Inlet
  #other: MemoryDuplex | undefined
  /** Written here, not yet delivered there. */
  #outgoing: Uint8Array[] = []
  #outgoingBytes = 0
  #writeClosed = false
  #endSent = false
  #reset = false
  #queued = false
  #wantsDrain = false

  constructor(options: PairOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.borrowed = options.borrowed ?? false
    this.#inlet = new Inlet(this, this.borrowed)
  }

  connect(other: MemoryDuplex): void {
    this.#other = other
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

  onFlow(wanted: boolean): void {
    if (wanted) this.#other?.schedule()
  }

  /** For the inlet only. */
  onSinkFault(fault: unknown): void {
    this.reset(internalFault(fault))
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.#writeClosed || this.#reset) {
      throw new StreamError(
        'write-closed',
        'This end of the in-memory channel is closed for writing: write before closeWriteNow or reset.',
      )
    }
    if (chunk.byteLength > 0) {
      this.#outgoing.push(chunk)
      this.#outgoingBytes += chunk.byteLength
      this.writtenBytes += chunk.byteLength
      this.schedule()
    }
    const below = this.#outgoingBytes < (this.#options.highWaterBytes ?? 1_048_576)
    if (!below) this.#wantsDrain = true
    return below
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#reset) return
    this.#writeClosed = true
    this.schedule()
  }

  reset(reason?: Error): void {
    if (this.#reset) return
    this.#reset = true
    this.#outgoing = []
    this.#outgoingBytes = 0
    this.#inlet.fail(reason ?? new StreamError('reset-locally', 'This end of the in-memory channel was reset.'))
    this.#other?.remoteReset()
  }

  /** The other end is gone. For the other end only. */
  remoteReset(): void {
    if (this.#reset) return
    this.#reset = true
    this.#outgoing = []
    this.#inlet.fail(new StreamError('reset', 'The other end of the in-memory channel reset it.'))
  }

  /** Asks for a delivery at the end of this turn. For the two ends only. */
  schedule(): void {
    if (this.#queued) return
    this.#queued = true
    this.#clock.atTurnEnd(this)
  }

  onTurnEnd(): void {
    this.#queued = false
    const other = this.#other
    if (other === undefined || this.#reset) return
    while (this.#outgoing.length > 0 && !other.#inlet.isPaused) {
      const chunk = this.#next()
      if (chunk === undefined) break
      other.#receive(chunk)
      if (this.#options.random !== undefined && this.#options.random.below(4) === 0) break
    }
    if (this.#reset) return
    if (this.#outgoing.length > 0) {
      if (!other.#inlet.isPaused) this.schedule()
    } else if (this.#writeClosed && !this.#endSent) {
      this.#endSent = true
      other.#inlet.end()
    }
    if (this.#wantsDrain && this.#outgoingBytes < (this.#options.highWaterBytes ?? 1_048_576) / 2) {
      this.#wantsDrain = false
      this.#inlet.drained()
    }
  }

  #next(): Uint8Array | undefined {
    const first = this.#outgoing[0]
    if (first === undefined) return undefined
    const { random, maxChunkLength = Infinity } = this.#options
    const cut = random === undefined ? maxChunkLength : Math.min(maxChunkLength, 1 + random.below(2 * first.byteLength))
    if (first.byteLength <= cut) {
      this.#outgoing.shift()
      this.#outgoingBytes -= first.byteLength
      return first
    }
    this.#outgoing[0] = first.subarray(cut)
    this.#outgoingBytes -= cut
    return first.subarray(0, cut)
  }

  #receive(chunk: Uint8Array): void {
    if (!this.borrowed) {
      this.#inlet.push(chunk)
      return
    }
    const view = chunk.slice()
    this.#inlet.push(view)
    view.fill(0xdb)
  }
}
