import type { Connection } from '@p2pspec/generated/interfaces/connection'
import { limits } from '@p2pspec/generated/common/limits'
import { ByteQueue } from '../../../core/byte-queue.ts'
import { giveBack } from '../../../core/memory.ts'
import type { Timer, TurnTask } from '../../../core/clock.ts'
import { StreamBase } from '../../../core/stream-base.ts'
import { QuicError } from './quic-error.ts'
import type { QuicPipe } from './quic-library.ts'

/** What a stream needs of its session. */
export interface QuicStreamOwner {
  readonly connection: Connection
  atTurnEnd(task: TurnTask): void
  startTimer(delayMs: number, callback: () => void): Timer
  count(receivedBytes: number, sentBytes: number): void
  /** The stream has less to send than it had. */
  progressed(): void
  /** Both directions are over. */
  over(stream: QuicStream): void
  /** This side's own code threw: the connection is of no more use. */
  faulted(fault: unknown): void
}

const { maxUnreadBytes, lingerTimeout } = limits.quic

/** The library allocates what a read asks for: reads grow while they come back full. */
const smallestRead = 4_096
const largestRead = 131_072
/** Writes of one turn leave together, in pieces so long. */
const largestWrite = 131_072
/** Shorter chunks are gathered into one piece; longer ones leave as they are, uncopied. */
const gatheredChunk = 16_384

/** One QUIC stream: reads ahead of the application by a bounded amount, and has one write under way at a time. */
export class QuicStream extends StreamBase implements TurnTask {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  readonly #owner: QuicStreamOwner
  #pipe: QuicPipe | undefined
  #queue = new ByteQueue()
  #isQueued = false
  #writing = false
  #endWanted = false
  #writeOver = false
  #reading = false
  #readBytes = smallestRead
  #readOver = false
  /** Runs while nobody reads and the remote has not ended. */
  #linger: Timer | undefined
  #discardedBytes = 0
  /** This side's bytes, its end counted as one, behind everything that the remote sent. */
  #unansweredBytes = 0
  #isOver = false

  constructor(id: number, direction: 'inbound' | 'outbound', owner: QuicStreamOwner) {
    super(false)
    this.id = id
    this.direction = direction
    this.#owner = owner
  }

  get connection(): Connection {
    return this.#owner.connection
  }

  /** Everything that was written, and the end where it was asked for, is the library's. */
  get isFlushed(): boolean {
    return this.#writeOver || (this.#queue.byteLength === 0 && !this.#writing && !this.#endWanted)
  }

  /** Bytes, and the end, that the library has taken and the remote has sent nothing behind. */
  get unansweredBytes(): number {
    return this.#unansweredBytes
  }

  /** The stream exists; called once. */
  attach(pipe: QuicPipe): void {
    this.#pipe = pipe
    if (this.#isOver) {
      pipe.reset()
      pipe.stopReading()
      return
    }
    if (this.#readOver) pipe.stopReading()
    this.#read()
    this.#write()
  }

  /** The session is over. */
  sessionOver(error: Error): void {
    this.#finish()
    this.carrierFailed(error)
  }

  onConsumed(): void {
    this.settleBudget()
    this.#read()
  }

  onTurnEnd(): void {
    this.#isQueued = false
    this.#write()
  }

  onTurnFault(fault: unknown): void {
    this.#owner.faulted(fault)
  }

  protected sendChunk(chunk: Uint8Array): void {
    this.#queue.pushReference(chunk)
    this.#schedule()
  }

  protected sendEnd(): void {
    this.#endWanted = true
    this.#schedule()
  }

  protected sendReset(): void {
    this.#pipe?.reset()
    if (!this.#readOver) this.#pipe?.stopReading()
    this.#finish()
  }

  protected onReadClosed(): void {
    // Told to stop at once, rust and js give up a stream whose negotiation they are still answering, and what was sent on it is lost.
    this.#linger = this.#owner.startTimer(lingerTimeout, () => this.#stopReading())
    this.#read()
  }

  #stopReading(): void {
    if (this.#readOver) return
    this.#pipe?.stopReading()
    this.#readIsOver()
  }

  // ---- reading

  #read(): void {
    const pipe = this.#pipe
    if (pipe === undefined || this.#reading || this.#readOver || this.unreadBytes >= maxUnreadBytes) return
    this.#reading = true
    let next: ReturnType<QuicPipe['read']>
    try {
      next = pipe.read(this.#readBytes)
    } catch (fault) {
      return this.#onReadFailed(asError(fault))
    }
    if (next instanceof Promise) next.then(this.#onRead, this.#onReadFailed)
    else this.#take(next)
  }

  readonly #onRead = (chunk: Uint8Array | null): void => {
    try {
      this.#take(chunk)
    } catch (fault) {
      this.#owner.faulted(fault)
    }
  }

  #take(chunk: Uint8Array | null): void {
    this.#reading = false
    this.#unansweredBytes = 0
    if (this.#readOver) return
    if (chunk === null) {
      this.carrierEnded()
      this.#readIsOver()
      return
    }
    const length = chunk.byteLength
    if (length === this.#readBytes) this.#readBytes = Math.min(largestRead, length * 4)
    else if (length < this.#readBytes / 8) this.#readBytes = Math.max(smallestRead, this.#readBytes / 2)
    this.#owner.count(length, 0)
    if (this.readStatus === 'closed') {
      this.#discardedBytes += length
      if (this.#discardedBytes > maxUnreadBytes) return this.#stopReading()
    }
    if (this.carrierReceived(chunk) === 'done') giveBack(chunk)
    this.#read()
  }

  readonly #onReadFailed = (error: Error): void => {
    this.#reading = false
    this.#unansweredBytes = 0
    if (this.#readOver) return
    //= QUIC-STREAM-2
    // A reset of one way is one of both: libp2p knows no other.
    this.#pipe?.reset()
    this.#finish()
    this.carrierFailed(error)
  }

  #readIsOver(): void {
    this.#readOver = true
    this.#linger?.cancel()
    this.#finishIfBoth()
  }

  // ---- writing

  #schedule(): void {
    if (this.#isQueued || this.#writing) return
    this.#isQueued = true
    this.#owner.atTurnEnd(this)
  }

  #write(): void {
    const pipe = this.#pipe
    if (pipe === undefined || this.#writing || this.#writeOver) return
    const piece = this.#nextPiece()
    if (piece === undefined) {
      if (this.#endWanted) this.#end(pipe)
      return
    }
    const length = piece.byteLength
    this.#writing = true
    let taken: ReturnType<QuicPipe['write']>
    try {
      taken = pipe.write(piece)
    } catch (fault) {
      return this.#writeFailed(asError(fault))
    }
    if (taken === undefined) this.#written(length)
    else
      taken.then(
        () => this.#onWritten(length),
        (error: Error) => this.#writeFailed(error),
      )
  }

  #onWritten(length: number): void {
    try {
      this.#written(length)
    } catch (fault) {
      this.#owner.faulted(fault)
    }
  }

  #nextPiece(): Uint8Array | undefined {
    const queue = this.#queue
    const first = queue.shift(largestWrite)
    if (first === undefined || first.byteLength >= gatheredChunk || queue.byteLength === 0) return first
    queue.unshift(first)
    return queue.take(Math.min(queue.byteLength, gatheredChunk))
  }

  #end(pipe: QuicPipe): void {
    pipe.finish()
    this.#unansweredBytes += 1
    this.#writeOver = true
    this.#owner.progressed()
    this.#finishIfBoth()
  }

  #written(length: number): void {
    this.#writing = false
    if (this.#writeOver) return
    this.#unansweredBytes += length
    this.#owner.count(0, length)
    this.carrierSent(length)
    if (this.#queue.byteLength > 0 || this.#endWanted) this.#write()
    else this.#owner.progressed()
  }

  #writeFailed(error: Error): void {
    this.#writing = false
    if (this.#writeOver) return
    this.#writeOver = true
    this.#queue.clear()
    // The remote wants no more bytes, and may still send some; any other failure shows where it is read.
    if (error instanceof QuicError && error.code === 'stream-stopped') {
      this.#pipe?.reset()
      this.carrierStopped(error)
    }
    this.#owner.progressed()
    this.#finishIfBoth()
  }

  // ---- the end

  //= QUIC-STREAM-4
  #finishIfBoth(): void {
    if (!this.#readOver || !this.#writeOver || this.#isOver) return
    this.#finish()
    this.carrierFinished()
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#linger?.cancel()
    this.#readOver = true
    this.#writeOver = true
    this.#queue.clear()
    this.#owner.over(this)
  }
}

function asError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault))
}
