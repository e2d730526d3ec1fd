import type { KeyObject } from 'node:crypto'
import type { ByteDuplex, ByteSink, UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import type { Clock, TurnTask } from '@p2pspec/runtime/core/clock'
import { Inlet } from '@p2pspec/runtime/core/inlet'
import type { InletOwner } from '@p2pspec/runtime/core/inlet'
import { takesMemory } from '@p2pspec/runtime/core/memory'
import { internalFault } from '@p2pspec/runtime/core/stream-error'
import { FrameOpener } from './frame-opener.ts'
import { FrameSealer } from './frame-sealer.ts'
import { NoiseError } from './noise-error.ts'
import { NonceCounter } from './nonce-counter.ts'

/** Plaintext queued within one turn at which the writer is asked to wait. */
const highWaterBytes = 262_144

export interface ChannelKeys {
  readonly send: KeyObject
  readonly receive: KeyObject
}

/** The encrypted duplex over a raw one, from the end of the handshake on. Its chunks are owned by the sink. */
export class NoiseChannel implements ByteDuplex, ByteSink, InletOwner, TurnTask {
  readonly borrowed = false
  readonly #carrier: ByteDuplex
  readonly #clock: Clock
  readonly #inlet = new Inlet(this, false)
  readonly #sealer: FrameSealer
  readonly #opener: FrameOpener
  #writing: 'open' | 'closing' | 'closed' = 'open'
  #flushQueued = false
  #carrierFull = false
  #wantsDrain = false
  #heldBack = false
  #over = false

  constructor(
    carrier: ByteDuplex,
    keys: ChannelKeys,
    clock: Clock,
    nonces = { send: new NonceCounter(), receive: new NonceCounter() },
  ) {
    this.#carrier = carrier
    this.#clock = clock
    const taker = takesMemory(carrier) ? carrier : undefined
    this.#sealer = new FrameSealer(keys.send, nonces.send, (bytes, isOwn) => {
      const hasRoom = isOwn && taker !== undefined ? taker.giveNow(bytes) : carrier.writeNow(bytes)
      if (!hasRoom) this.#carrierFull = true
    })
    this.#opener = new FrameOpener(keys.receive, nonces.receive, (plaintext) => this.#inlet.push(plaintext))
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
    if (this.#heldBack) {
      this.#heldBack = false
      if (!this.#inlet.isPaused) this.#carrier.resume()
    }
  }

  set unsentBudget(budget: UnsentBudget | undefined) {
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
    if (this.#writing !== 'open' || this.#over) {
      throw new NoiseError(
        'write-closed',
        'this end of the encrypted channel is closed for writing: write before closeWriteNow or reset',
      )
    }
    if (chunk.length > 0) {
      this.#sealer.add(chunk)
      this.#queueFlush()
    }
    if (!this.#carrierFull && this.#sealer.queuedBytes < highWaterBytes) return true
    this.#wantsDrain = true
    return false
  }

  closeWriteNow(): void {
    if (this.#writing !== 'open' || this.#over) return
    this.#writing = 'closing'
    this.#queueFlush()
  }

  reset(reason?: Error): void {
    this.#end(reason ?? new NoiseError('reset-locally', 'this end of the encrypted channel was reset'))
  }

  /** The end of the turn: everything written in it becomes frames. For the clock only. */
  onTurnEnd(): void {
    this.#flushQueued = false
    if (this.#over) return
    try {
      this.#sealer.flush()
      if (this.#writing === 'closing') {
        this.#writing = 'closed'
        this.#carrier.closeWriteNow()
      }
    } catch (error) {
      this.#end(asError(error))
      return
    }
    if (!this.#carrierFull) this.#announceRoom()
  }

  /** Ciphertext. Of none of it any part is kept. For the carrier only. */
  push(chunk: Uint8Array): unknown {
    if (this.#over) return 'done'
    try {
      this.#opener.push(chunk)
    } catch (error) {
      this.#end(asError(error))
      return 'done'
    }
    // Nobody consumes yet, or a layer is being exchanged for the next: hold the remote back before much piles up.
    if (this.#inlet.bufferedBytes >= highWaterBytes && !this.#heldBack && !this.#inlet.isPaused) {
      this.#heldBack = true
      this.#carrier.pause()
    }
    return 'done'
  }

  /** For the carrier only. */
  end(): void {
    if (this.#over) return
    if (this.#opener.isBetweenFrames) this.#inlet.end()
    else
      this.#end(
        new NoiseError(
          'truncated',
          'the remote ended the channel in the middle of a frame; what that frame held is lost',
        ),
      )
  }

  /** For the carrier only. */
  fail(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#sealer.clear()
    this.#inlet.fail(error)
  }

  /** For the carrier only. */
  drain(): void {
    this.#carrierFull = false
    if (this.#sealer.queuedBytes === 0) this.#announceRoom()
  }

  /** For the inlet only. */
  onFlow(wanted: boolean): void {
    if (this.#over) return
    if (wanted) this.#carrier.resume()
    else this.#carrier.pause()
  }

  #queueFlush(): void {
    if (this.#flushQueued) return
    this.#flushQueued = true
    this.#clock.atTurnEnd(this)
  }

  #announceRoom(): void {
    if (!this.#wantsDrain) return
    this.#wantsDrain = false
    this.#inlet.drained()
  }

  #end(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#sealer.clear()
    this.#carrier.reset(error)
    this.#inlet.fail(error)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
