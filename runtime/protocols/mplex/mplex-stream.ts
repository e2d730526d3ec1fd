import { Buffer } from 'node:buffer'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import { mplexErrors, type MplexErrorCode } from '@p2pspec/generated/protocols/mplex/errors'
import { lingerTimeout, maxSentMessageBytes } from '@p2pspec/generated/protocols/mplex/limits'
import {
  startInitiator,
  startResponder,
  stepInitiator,
  stepResponder,
  type InitiatorAction,
  type InitiatorEvent,
  type InitiatorState,
  type ResponderAction,
} from '@p2pspec/generated/protocols/mplex/machine'
import { ByteQueue } from '../../core/byte-queue.ts'
import type { Timer } from '../../core/clock.ts'
import { StreamBase } from '../../core/stream-base.ts'
import { Flag } from './flag.ts'
import type { FrameWriter } from './frame-writer.ts'
import { MplexError } from './mplex-error.ts'

/** What a stream needs of its session. */
export interface StreamOwner {
  readonly connection: Connection
  readonly borrowed: boolean
  /** The stream has something to send. */
  ready(stream: MplexStream): void
  startTimer(delayMs: number, callback: () => void): Timer
}

const endEvent: InitiatorEvent = { type: 'call.end' }
const abandonEvent: InitiatorEvent = { type: 'call.abandon' }
const resetEvent: InitiatorEvent = { type: 'call.reset' }
const lingerEvent: InitiatorEvent = { type: 'timer.linger' }

/** One stream: the generated machine decides, this class moves the bytes. */
export class MplexStream extends StreamBase {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  /** It waits for its turn in the session's round. */
  isReady = false
  /** The session has let it go. */
  isForgotten = false
  readonly #owner: StreamOwner
  /** Both roles have the same states and events; only the start differs. */
  #state: InitiatorState
  #queue: ByteQueue | undefined
  #linger: Timer | undefined
  /** The remote does not know yet that there is this stream. */
  #unannounced = false
  #endWanted = false
  #endDue = false
  #resetDue = false

  constructor(id: number, direction: 'inbound' | 'outbound', owner: StreamOwner) {
    super(owner.borrowed)
    this.id = id
    this.direction = direction
    this.#owner = owner
    const start = direction === 'outbound' ? startInitiator({}) : startResponder({})
    this.#state = start.state
    for (const action of start.actions) this.#perform(action)
  }

  get connection(): Connection {
    return this.#owner.connection
  }

  /** The machine is in a final state: messages that still come are for nobody. */
  get isOver(): boolean {
    return this.#state.name === 'done' || this.#state.name === 'failed'
  }

  /** Nothing more is to be sent: the session may forget the stream. */
  get isFinished(): boolean {
    return this.isOver && !this.#resetDue && !this.#endDue
  }

  step(event: InitiatorEvent): void {
    if (this.isOver) return
    const { state, actions } =
      this.direction === 'outbound' ? stepInitiator(this.#state, event) : stepResponder(this.#state, event)
    this.#state = state
    for (const action of actions) this.#perform(action)
    if (state.name === 'failed') this.#failed(state.error)
    else if (state.name === 'done') this.#done()
  }

  /** Puts at most one message with bytes on the wire, and what else is due. True: there is more to send now. */
  emit(writer: FrameWriter): boolean {
    if (this.#resetDue) {
      this.#resetDue = false
      // A stream that the remote never heard of needs no reset.
      if (!this.#unannounced) writer.frame(this.#flag(Flag.resetInitiator), this.id)
      return false
    }
    if (this.#unannounced) {
      this.#unannounced = false
      //= MPX-OPEN-2
      writer.frame(Flag.newStream, this.id, Buffer.from(String(this.id), 'latin1'))
    }
    const queued = this.#queue?.byteLength ?? 0
    const length = Math.min(queued, maxSentMessageBytes)
    if (length > 0 && this.#queue !== undefined) {
      this.step({ type: 'call.send', length })
      writer.data(this.#flag(Flag.messageInitiator), this.id, this.#queue, length)
      if (length === queued) this.#queue = undefined
      this.carrierSent(length)
    }
    if (this.#endsNow()) this.#end()
    if (this.#endDue) {
      this.#endDue = false
      writer.frame(this.#flag(Flag.closeInitiator), this.id)
    }
    return !this.isOver && (this.#queue?.byteLength ?? 0) > 0
  }

  /** A message with bytes begins. */
  begin(length: number): void {
    this.step({ type: 'recv.data', length, unread: this.unreadBytes })
  }

  /** Some of its bytes. */
  receive(bytes: Uint8Array): void {
    this.carrierReceived(bytes)
  }

  /** Ends the stream with its session; nothing is sent. */
  sessionOver(error: Error): void {
    this.step({ type: 'io.reset' })
    this.#linger?.cancel()
    // Harmless where the stream has ended already.
    this.carrierFailed(error)
  }

  onConsumed(): void {
    this.settleBudget()
  }

  protected sendChunk(chunk: Uint8Array): void {
    this.#queue ??= new ByteQueue()
    this.#queue.pushReference(chunk)
    this.#owner.ready(this)
  }

  protected sendEnd(): void {
    this.#endWanted = true
    this.#owner.ready(this)
  }

  protected sendReset(): void {
    this.step(resetEvent)
  }

  protected onReadClosed(): void {
    this.step(abandonEvent)
  }

  /** The flag of this side: that of the initiator, or the one before it. */
  #flag(ofInitiator: Flag): Flag {
    //= MPX-ID-2
    return this.direction === 'outbound' ? ofInitiator : receiverFlags[ofInitiator]
  }

  #end(): void {
    this.step(endEvent)
    if (this.readStatus === 'closed') this.step(abandonEvent)
  }

  #endsNow(): boolean {
    return (
      this.#endWanted && this.#queue === undefined && (this.#state.name === 'open' || this.#state.name === 'readEnded')
    )
  }

  #perform(action: InitiatorAction | ResponderAction): void {
    switch (action.type) {
      case 'send.newStream':
        this.#unannounced = true
        this.#owner.ready(this)
        return
      case 'send.close':
        this.#endDue = true
        return
      case 'send.reset':
        this.#resetDue = true
        this.#owner.ready(this)
        return
      case 'ended':
        this.carrierEnded()
        return
      case 'timer.start':
        this.#linger = this.#owner.startTimer(lingerTimeout, () => {
          this.step(lingerEvent)
        })
        return
      case 'send.data':
      case 'deliver':
        // The bytes move where the event comes from: in `emit`, and in the session's reader.
        return
    }
  }

  #failed(code: MplexErrorCode): void {
    this.#queue = undefined
    this.#linger?.cancel()
    this.#owner.ready(this)
    // A local reset has told the application already, and `closed` is told by the session.
    if (code !== 'reset-locally' && code !== 'closed')
      this.carrierFailed(new MplexError(code, `Stream ${this.id}: ${mplexErrors[code]}`))
  }

  #done(): void {
    this.#linger?.cancel()
    this.#owner.ready(this)
    this.carrierFinished()
  }
}

const receiverFlags: Readonly<Record<Flag, Flag>> = {
  [Flag.newStream]: Flag.newStream,
  [Flag.messageReceiver]: Flag.messageReceiver,
  [Flag.messageInitiator]: Flag.messageReceiver,
  [Flag.closeReceiver]: Flag.closeReceiver,
  [Flag.closeInitiator]: Flag.closeReceiver,
  [Flag.resetReceiver]: Flag.resetReceiver,
  [Flag.resetInitiator]: Flag.resetReceiver,
}
