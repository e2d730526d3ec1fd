import { limits } from '@p2pspec/generated/common/limits'
import type { Transition } from '@p2pspec/generated/common/machine'
import type { ByteDuplex, ByteSink, UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import { pnetErrors } from '@p2pspec/generated/protocols/pnet/errors'
import {
  startDialer,
  startListener,
  stepDialer,
  stepListener,
  type DialerAction,
  type DialerEvent,
  type DialerState,
} from '@p2pspec/generated/protocols/pnet/machine'
import type { Clock, Timer } from '../../core/clock.ts'
import { Inlet, type InletOwner } from '../../core/inlet.ts'
import { takesMemory, type MemoryTaker } from '../../core/memory.ts'
import { internalFault } from '../../core/stream-error.ts'
import { chunkBytes, KeyStream } from './key-stream.ts'
import { isPublicHello, publicHello } from './public-hello.ts'
import { PnetError } from './pnet-error.ts'

/** Plaintext kept for a layer that is not there yet; then reading stops until it comes. */
const unclaimedBytes = 65_536

/** Every channel of the process decrypts in the same memory: a chunk lasts no longer than the call that hands it on. */
let roomTaken = false
const nothing = new Uint8Array(0)

export interface PrivateChannelParts {
  readonly key: Uint8Array
  /** Chosen for this connection alone. */
  readonly ownNonce: Uint8Array
  readonly side: 'dialer' | 'listener'
  readonly clock: Clock
}

/**
 * A raw duplex under the key of a private network. Its own nonce leaves at once, and what is written follows without waiting
 * for the remote's. Chunks are borrowed.
 */
export class PrivateChannel implements MemoryTaker, ByteSink, InletOwner {
  readonly borrowed = true
  readonly #carrier: ByteDuplex
  readonly #parts: PrivateChannelParts
  readonly #outgoing: KeyStream
  readonly #inlet = new Inlet(this, true)
  #incoming: KeyStream | undefined
  #state: DialerState | undefined
  #timer: Timer | undefined
  /** The part of the remote's nonce that has come. */
  readonly #nonce = new Uint8Array(limits.pnet.nonceBytes)
  #nonceFilled = 0
  /** Decrypted bytes that were found to be those with which every connection begins. */
  #helloSeen = 0
  #writeClosed = false
  #heldBack = false
  #over = false

  constructor(carrier: ByteDuplex, parts: PrivateChannelParts) {
    this.#carrier = carrier
    this.#parts = parts
    this.#outgoing = new KeyStream(parts.key, parts.ownNonce)
  }

  /** Sends the nonce and takes the carrier's bytes. */
  start(): void {
    const { side, ownNonce } = this.#parts
    this.#take(side === 'dialer' ? startDialer({ own: ownNonce }) : startListener({ own: ownNonce }))
    this.#carrier.consume(this)
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
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

  writeNow(chunk: Uint8Array): boolean {
    return this.#seal(chunk)
  }

  giveNow(chunk: Uint8Array): boolean {
    return this.#seal(chunk, chunk)
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#over) return
    this.#writeClosed = true
    this.#carrier.closeWriteNow()
  }

  reset(reason?: Error): void {
    this.#end(reason ?? new PnetError('reset-locally', 'This end of the private channel was reset.'))
  }

  /** For the carrier only. */
  push(chunk: Uint8Array): void {
    if (this.#over) return
    const rest = this.#incoming === undefined ? this.#takeNonce(chunk) : chunk
    if (this.#incoming !== undefined && rest.byteLength > 0) this.#decrypt(this.#incoming, rest)
  }

  /** For the carrier only. */
  end(): void {
    if (this.#over) return
    if (this.#incoming === undefined) {
      if (this.#nonceFilled > 0) this.#step({ type: 'recv.malformed' })
      else this.#step({ type: 'io.eof' })
    } else if (this.#isKnown) this.#inlet.end()
    else this.#end(endedUnread())
  }

  /** For the carrier only. */
  fail(error: Error): void {
    if (this.#over) return
    if (this.#incoming === undefined) this.#step({ type: 'io.reset' }, error)
    else this.#end(this.#isKnown ? error : endedUnread(error))
  }

  /** For the carrier only. */
  drain(): void {
    this.#inlet.drained()
  }

  /** For the inlet only. */
  onFlow(wanted: boolean): void {
    if (this.#over) return
    if (wanted) this.#carrier.resume()
    else this.#carrier.pause()
  }

  /** For the inlet only. */
  onConsumed(): void {
    if (!this.#heldBack || this.#inlet.bufferedBytes > 0) return
    this.#heldBack = false
    if (!this.#inlet.isPaused && !this.#over) this.#carrier.resume()
  }

  /** The remote has shown that it has the key. */
  get #isKnown(): boolean {
    return this.#helloSeen === publicHello.byteLength
  }

  /** What stands behind the nonce. */
  #takeNonce(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, this.#nonce.byteLength - this.#nonceFilled)
    this.#nonce.set(part, this.#nonceFilled)
    this.#nonceFilled += part.byteLength
    if (this.#nonceFilled === this.#nonce.byteLength) this.#step({ type: 'recv.nonce', nonce: this.#nonce })
    return chunk.subarray(part.byteLength)
  }

  /** `target`: where the sealed bytes go; absent, into an array of their own. */
  #seal(chunk: Uint8Array, target?: Uint8Array): boolean {
    if (this.#writeClosed || this.#over) {
      throw new PnetError('write-closed', 'This end of the private channel is closed for writing.')
    }
    //= PNET-DATA-1
    const sealed = this.#within(() => this.#outgoing.apply(chunk, target))
    if (sealed === undefined) return true
    return takesMemory(this.#carrier) ? this.#carrier.giveNow(sealed) : this.#carrier.writeNow(sealed)
  }

  #decrypt(incoming: KeyStream, chunk: Uint8Array): void {
    // A sink may push into another channel of this process within the push.
    const shared = !roomTaken && chunk.byteLength <= chunkBytes
    const plaintext = this.#within(() => (shared ? incoming.applyInShared(chunk) : incoming.apply(chunk)))
    if (plaintext === undefined) return
    if (!shared) return this.#handOn(plaintext)
    roomTaken = true
    try {
      this.#handOn(plaintext)
    } finally {
      roomTaken = false
    }
  }

  /** Undefined: the key stream ends here, and the channel with it. Those above are told as of any loss. */
  #within(apply: () => Uint8Array): Uint8Array | undefined {
    try {
      return apply()
    } catch (error) {
      if (!(error instanceof PnetError)) throw error
      this.#end(error)
      return undefined
    }
  }

  #handOn(plaintext: Uint8Array): void {
    const readable = this.#isKnown ? plaintext : this.#recognise(plaintext)
    if (readable === undefined) return this.#end(otherKey())
    this.#inlet.push(readable)
    if (this.#inlet.bufferedBytes < unclaimedBytes || this.#heldBack || this.#inlet.isPaused || this.#over) return
    this.#heldBack = true
    this.#carrier.pause()
  }

  /** Every connection begins with the same bytes; they are handed on once all of them are there. Undefined: other bytes, so another key. */
  //= PNET-OTHER-1
  //= PNET-OTHER-2
  #recognise(plaintext: Uint8Array): Uint8Array | undefined {
    const wanted = publicHello.subarray(this.#helloSeen, this.#helloSeen + plaintext.byteLength)
    if (!wanted.every((byte, index) => byte === plaintext[index])) return undefined
    this.#helloSeen += wanted.byteLength
    if (!this.#isKnown) return nothing
    this.#inlet.push(publicHello)
    return plaintext.subarray(wanted.byteLength)
  }

  #step(event: DialerEvent, cause?: Error): void {
    if (this.#state === undefined || this.#over) return
    const step = this.#parts.side === 'dialer' ? stepDialer : stepListener
    this.#take(step(this.#state, event, { isPublicHello }), cause)
  }

  #take({ state, actions }: Transition<DialerState, DialerAction>, cause?: Error): void {
    this.#state = state
    for (const action of actions) {
      switch (action.type) {
        case 'send.nonce':
          this.#carrier.writeNow(action.nonce)
          break
        case 'timer.start':
          this.#timer = this.#parts.clock.startTimer(limits.pnet.nonceTimeout, () =>
            this.#step({ type: 'timer.nonce' }),
          )
          break
        case 'timer.stop':
          this.#timer?.cancel()
          break
        case 'opened':
          //= PNET-DATA-2
          this.#incoming = new KeyStream(this.#parts.key, action.nonce)
          break
        case 'reset':
          break
      }
    }
    if (state.name === 'failed') this.#end(new PnetError(state.error, pnetErrors[state.error], { cause }))
  }

  #end(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#timer?.cancel()
    this.#carrier.reset(error)
    this.#inlet.fail(error)
  }
}

function otherKey(): PnetError {
  return new PnetError(
    'other-key',
    'What the remote sent cannot be read with the key of this private network: it has another key, probably. Compare the fingerprints.',
  )
}

function endedUnread(cause?: Error): PnetError {
  return new PnetError(
    'closed',
    'The remote ended the connection before it had said anything that can be read with the key of this private network: it has another key, perhaps, or refuses for a reason of its own.',
    { cause },
  )
}
