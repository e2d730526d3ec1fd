import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { ByteSink, UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import type { Clock, TurnTask } from '../../../core/clock.ts'
import { Inlet, type InletOwner } from '../../../core/inlet.ts'
import { UnsentMeter } from '../../../core/unsent-meter.ts'
import { giveBack, type MemoryTaker } from '../../../core/memory.ts'
import type { SocketCarrier } from '../../../core/socket-carrier.ts'
import { internalFault } from '../../../core/stream-error.ts'
import { TransportError } from '../transport-error.ts'
import { fromSystemError } from './system-error.ts'

/**
 * Bytes unsent at which `writeNow` returns false; below half of it `drain` is called. Well above the socket's own high-water mark:
 * so many bytes always earn a `drain` event of the socket.
 */
const highWaterBytes = 1_048_576

/** So many bytes leave without waiting for the end of the turn: while they are still in the processor's cache. */
const writeOutBytes = 131_072

/** So few bytes in several chunks are copied into one: cheaper than a vectored write. */
const joinUpToBytes = 4_096

/** Bytes kept for a layer that is not there yet; then reading stops until it comes. */
const unclaimedBytes = 65_536

/** One buffer for every socket of the process: a read lasts no longer than the call that hands it on. */
export const readBuffer = new Uint8Array(262_144)

/** A socket as a byte duplex: reads into the shared buffer, one vectored write a turn, both ends separately. */
export class SocketDuplex implements SocketCarrier, MemoryTaker, InletOwner, TurnTask {
  readonly borrowed = true
  readonly #clock: Clock
  readonly #remote: string
  readonly #inlet = new Inlet(this, true)
  readonly #unsent = new UnsentMeter()
  #socket: Socket | undefined
  /** The socket after somebody took it over: only a reset still concerns it. */
  #detached: Socket | undefined
  #chunks: Uint8Array[] = []
  #chunkBytes = 0
  /** Chunks whose memory goes back when the operating system has taken their bytes. */
  #given: Uint8Array[] = []
  #flushing = false
  #drainWanted = false
  #writeClosed = false
  #over = false
  #isGone = false
  #goneWaiters: (() => void)[] | undefined
  /** Reading has stopped because nobody consumes. */
  #heldBack = false

  /** `remote` names the other end in errors. */
  constructor(clock: Clock, remote: string) {
    this.#clock = clock
    this.#remote = remote
  }

  /** Takes over a connected socket that was made with `onRead` as its `onread`. */
  attach(socket: Socket): void {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 30_000)
    socket.on('end', this.#onEnd)
    socket.on('drain', this.#onDrain)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
    // Stays when the socket is given away.
    socket.once('close', this.#onGone)
    if (this.#inlet.isPaused) socket.pause()
  }

  /** The socket's `onread` callback. */
  readonly onRead = (byteCount: number, buffer: Uint8Array): boolean => {
    this.#inlet.push(buffer.subarray(0, byteCount))
    if (this.#inlet.isPaused) return false
    this.#heldBack = this.#inlet.bufferedBytes >= unclaimedBytes
    return !this.#heldBack
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
  }

  /** Where bytes are counted that the system has not taken. */
  set unsentBudget(budget: UnsentBudget | undefined) {
    this.#unsent.budget = budget
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
    if (wanted) this.#socket?.resume()
    else this.#socket?.pause()
  }

  onConsumed(): void {
    if (!this.#heldBack || this.#inlet.bufferedBytes > 0) return
    this.#heldBack = false
    if (!this.#inlet.isPaused) this.#socket?.resume()
  }

  /** For the inlet only. */
  onSinkFault(fault: unknown): void {
    this.reset(internalFault(fault))
  }

  /** For the clock only. */
  onTurnFault(fault: unknown): void {
    this.reset(internalFault(fault))
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.#writeClosed || this.#over) {
      throw new TransportError('closed', `The connection to ${this.#remote} is closed for writing.`)
    }
    if (chunk.byteLength > 0) {
      this.#chunks.push(chunk)
      this.#chunkBytes += chunk.byteLength
      if (this.#chunkBytes < writeOutBytes || this.#socket === undefined) this.#schedule()
      else {
        this.#writeOut(this.#socket)
        // What is left is counted when the turn ends.
        if (this.#socket.writableLength > 0) this.#schedule()
      }
    }
    if (this.unsentBytes < highWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  giveNow(chunk: Uint8Array): boolean {
    this.#given.push(chunk)
    return this.writeNow(chunk)
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#over) return
    this.#writeClosed = true
    this.#schedule()
  }

  reset(reason?: Error): void {
    //= TRN-CHANNEL-5
    if (this.#socket !== undefined && !this.#over && this.#socket.writableLength === 0) this.#writeOut(this.#socket)
    this.#finish(
      () => reason ?? new TransportError('closed', `The connection to ${this.#remote} was reset by this side.`),
    )
  }

  async detachSocket(): Promise<Socket> {
    const socket = this.#socket
    if (socket === undefined || this.#over || this.#writeClosed) {
      throw new TransportError('closed', `The connection to ${this.#remote} is closed.`)
    }
    this.#inlet.consume(undefined)
    this.#writeOut(socket)
    this.#writeClosed = true
    if (socket.writableLength > 0) {
      await new Promise<void>((resolve) => {
        socket.write(new Uint8Array(), () => resolve())
      })
    }
    if (this.#over || this.#inlet.isOver) {
      throw new TransportError('closed', `The connection to ${this.#remote} was closed by the remote.`)
    }
    socket.off('end', this.#onEnd).off('drain', this.#onDrain).off('close', this.#onClose).removeAllListeners('data')
    this.#socket = undefined
    this.#detached = socket
    for (const chunk of this.#unconsumed().toReversed()) socket.unshift(chunk)
    return socket
  }

  #unconsumed(): Uint8Array[] {
    const chunks: Uint8Array[] = []
    for (let chunk = this.#inlet.shift(); chunk !== undefined; chunk = this.#inlet.shift()) chunks.push(chunk)
    return chunks
  }

  onTurnEnd(): void {
    this.#flushing = false
    const socket = this.#socket
    if (socket === undefined || this.#over) return
    this.#writeOut(socket)
    this.#count(socket)
    if (this.#over) return
    if (this.#writeClosed) socket.end()
    else this.#drainIfLow()
  }

  #writeOut(socket: Socket): void {
    const chunks = this.#chunks
    if (chunks.length === 0) return
    const byteCount = this.#chunkBytes
    this.#chunks = []
    this.#chunkBytes = 0
    const [first] = chunks
    if (chunks.length === 1 && first !== undefined) socket.write(first)
    else if (byteCount <= joinUpToBytes) socket.write(Buffer.concat(chunks, byteCount))
    else {
      socket.cork()
      for (const chunk of chunks) socket.write(chunk)
      socket.uncork()
    }
    this.#giveBack(socket)
  }

  /** What is left of a turn's writes is counted; where there is no room for it, the remote has read too little for too long. */
  #count(socket: Socket): void {
    const refusal = this.#unsent.countOf(socket)
    if (refusal !== undefined) this.reset(refusal)
  }

  /** Node looks at no chunk any more when none of its bytes is left. */
  #giveBack(socket: Socket): void {
    if (this.#given.length === 0 || this.#chunkBytes > 0 || socket.writableLength > 0) return
    for (const chunk of this.#given) giveBack(chunk)
    this.#given = []
  }

  #schedule(): void {
    if (this.#flushing) return
    this.#flushing = true
    this.#clock.atTurnEndLast(this)
  }

  /** Resolves once the socket is gone, whatever ended it. */
  get closed(): Promise<void> {
    if (this.#isGone) return Promise.resolve()
    return new Promise((resolve) => {
      this.#goneWaiters ??= []
      this.#goneWaiters.push(resolve)
    })
  }

  /** Bytes written that the operating system has not taken yet. */
  get unsentBytes(): number {
    return this.#chunkBytes + (this.#socket?.writableLength ?? 0)
  }

  #drainIfLow(): void {
    if (!this.#drainWanted || this.unsentBytes > highWaterBytes / 2) return
    this.#drainWanted = false
    this.#inlet.drained()
  }

  readonly #onGone = (): void => {
    this.#isGone = true
    for (const resolve of this.#goneWaiters ?? []) resolve()
    this.#goneWaiters = undefined
  }

  readonly #onDrain = (): void => {
    if (this.#socket !== undefined) {
      this.#giveBack(this.#socket)
      this.#count(this.#socket)
    }
    this.#drainIfLow()
  }

  readonly #onEnd = (): void => {
    this.#inlet.end()
  }

  readonly #onError = (error: Error): void => {
    this.#finish(() => fromSystemError(error, `The connection to ${this.#remote} was lost`))
  }

  readonly #onClose = (): void => {
    this.#finish(() => new TransportError('closed', `The connection to ${this.#remote} is closed.`))
  }

  /** Most connections end well: the reason is made for one that does not. */
  #finish(reason: () => Error): void {
    if (this.#over) return
    this.#over = true
    this.#chunks = []
    this.#chunkBytes = 0
    this.#given = []
    this.#unsent.clear()
    this.#socket?.destroy()
    if (this.#detached !== undefined) {
      this.#detached.destroy()
      // The layer that took it over closed the handle, and then the socket itself tells of no close.
      this.#onGone()
    }
    // A connection that ended on both sides is over without having failed.
    if (!this.#inlet.isOver || !this.#writeClosed) this.#inlet.fail(reason())
  }
}
