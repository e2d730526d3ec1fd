import type { TLSSocket } from 'node:tls'
import type { ByteDuplex, ByteSink, UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import type { Clock, TurnTask } from '@p2pspec/runtime/core/clock'
import { Inlet } from '@p2pspec/runtime/core/inlet'
import type { InletOwner } from '@p2pspec/runtime/core/inlet'
import { giveBack } from '@p2pspec/runtime/core/memory'
import { internalFault } from '@p2pspec/runtime/core/stream-error'
import { UnsentMeter } from '@p2pspec/runtime/core/unsent-meter'
import { kindOf, TlsError } from './tls-error.ts'

/** Bytes unsent at which `writeNow` returns false; below half of it `drain` is called. Above the socket's own mark, so that it always earns a `drain` event. */
const highWaterBytes = 1_048_576

/** So many bytes leave without waiting for the end of the turn. */
const writeOutBytes = 131_072

/** Bytes kept for a layer that is not there yet; then reading stops until it comes. */
const unclaimedBytes = 65_536

/** The plaintext side of a TLS socket: chunks as they are decrypted, one vectored write a turn, both ends separately. */
export class TlsChannel implements ByteDuplex, InletOwner, TurnTask {
  readonly borrowed = false
  readonly #socket: TLSSocket
  readonly #carrier: ByteDuplex
  readonly #clock: Clock
  readonly #inlet = new Inlet(this, false)
  readonly #unsent = new UnsentMeter()
  #chunks: Uint8Array[] = []
  #chunkBytes = 0
  #flushing = false
  #drainWanted = false
  #writeClosed = false
  #over = false
  /** Reading has stopped because nobody consumes. */
  #heldBack = false

  /** Takes over a socket whose handshake is done and whose remote is proven. */
  constructor(socket: TLSSocket, carrier: ByteDuplex, clock: Clock) {
    this.#socket = socket
    this.#carrier = carrier
    this.#clock = clock
    socket.on('data', this.#onData)
    socket.on('end', () => this.#inlet.end())
    socket.on('drain', () => this.#onDrain())
    socket.on('close', () => this.#finish(new TlsError('closed', 'The TLS connection is closed.')))
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
  }

  /** Where bytes are counted that what is below has not taken. */
  set unsentBudget(budget: UnsentBudget | undefined) {
    this.#unsent.budget = budget
    this.#carrier.unsentBudget = budget
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

  /** For the clock only. */
  onTurnFault(fault: unknown): void {
    this.reset(internalFault(fault))
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.#writeClosed || this.#over) {
      throw new TlsError(
        'write-closed',
        'The TLS connection is closed for writing: write before closeWriteNow or reset.',
      )
    }
    if (chunk.byteLength > 0) {
      this.#chunks.push(chunk)
      this.#chunkBytes += chunk.byteLength
      if (this.#chunkBytes >= writeOutBytes) this.#writeOut()
      // What is left is counted when the turn ends.
      if (this.#unsentBytes > 0) this.#schedule()
    }
    if (this.#unsentBytes < highWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#over) return
    this.#writeClosed = true
    this.#schedule()
  }

  reset(reason?: Error): void {
    this.#finish(reason ?? new TlsError('reset-locally', 'The TLS connection was reset by this side.'))
  }

  /** An error of the TLS library or of what is below it. For the handshake only, which listens for them from the start. */
  fail(error: Error): void {
    const kind = kindOf(error)
    if (kind === 'lost')
      this.#finish(new TlsError('closed', `The TLS connection was lost: ${error.message}`, { cause: error }))
    else if (kind === 'alert')
      this.#finish(new TlsError('refused', `The remote ended the TLS connection: ${error.message}`, { cause: error }))
    else
      this.#finish(
        new TlsError('bad-record', `The remote sent bytes that TLS refuses: ${error.message}`, { cause: error }),
      )
  }

  /** For the inlet only. */
  onFlow(wanted: boolean): void {
    if (wanted) this.#socket.resume()
    else this.#socket.pause()
  }

  /** For the inlet only. */
  onConsumed(): void {
    if (!this.#heldBack || this.#inlet.bufferedBytes > 0) return
    this.#heldBack = false
    if (!this.#inlet.isPaused) this.#socket.resume()
  }

  /** For the clock only. */
  onTurnEnd(): void {
    this.#flushing = false
    if (this.#over) return
    this.#writeOut()
    this.#count()
    if (this.#over) return
    if (this.#writeClosed) this.#socket.end()
    else this.#drainIfLow()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#inlet.push(chunk) === 'done') giveBack(chunk)
    if (this.#inlet.isPaused || this.#heldBack || this.#inlet.bufferedBytes < unclaimedBytes) return
    this.#heldBack = true
    this.#socket.pause()
  }

  #writeOut(): void {
    const chunks = this.#chunks
    if (chunks.length === 0) return
    this.#chunks = []
    this.#chunkBytes = 0
    const socket = this.#socket
    socket.cork()
    for (const chunk of chunks) socket.write(chunk)
    socket.uncork()
  }

  /** What is left of a turn's writes is counted; where there is no room for it, the remote has read too little for too long. */
  #count(): void {
    const refusal = this.#unsent.countOf(this.#socket)
    if (refusal !== undefined) this.reset(refusal)
  }

  #schedule(): void {
    if (this.#flushing) return
    this.#flushing = true
    this.#clock.atTurnEndLast(this)
  }

  get #unsentBytes(): number {
    return this.#chunkBytes + this.#socket.writableLength
  }

  #onDrain(): void {
    this.#count()
    this.#drainIfLow()
  }

  #drainIfLow(): void {
    if (!this.#drainWanted || this.#over || this.#unsentBytes > highWaterBytes / 2) return
    this.#drainWanted = false
    this.#inlet.drained()
  }

  #finish(reason: Error): void {
    if (this.#over) return
    this.#over = true
    this.#chunks = []
    this.#chunkBytes = 0
    this.#unsent.clear()
    this.#socket.destroy()
    this.#carrier.reset(reason)
    // A connection that ended on both sides is over without having failed.
    if (!this.#inlet.isOver || !this.#writeClosed) this.#inlet.fail(reason)
  }
}
