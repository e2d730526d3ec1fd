import type { Connection } from '@p2pspec/generated/interfaces/connection'
import { HeaderFlags, HeaderKind } from '@p2pspec/generated/protocols/yamux/layout'
import { initialWindowBytes, lingerTimeout, maxSentFrameBytes } from '@p2pspec/generated/protocols/yamux/limits'
import { yamuxErrors, type YamuxErrorCode } from '@p2pspec/generated/protocols/yamux/errors'
import {
  startInitiator,
  startResponder,
  stepInitiator,
  stepResponder,
  type InitiatorAction,
  type InitiatorEvent,
  type InitiatorState,
  type ResponderAction,
} from '@p2pspec/generated/protocols/yamux/machine'
import { ByteQueue } from '../../core/byte-queue.ts'
import type { Timer } from '../../core/clock.ts'
import { StreamBase } from '../../core/stream-base.ts'
import type { FrameWriter } from './frame-writer.ts'
import { ReceiveWindow, type WindowBudget } from './receive-window.ts'
import { YamuxError } from './yamux-error.ts'

/** What a stream needs of its session. */
export interface StreamOwner extends WindowBudget {
  readonly connection: Connection
  readonly borrowed: boolean
  /** The stream has something to send. */
  ready(stream: YamuxStream): void
  /** The remote broke the rules of a stream's windows. */
  violated(stream: YamuxStream, code: YamuxErrorCode): void
  /** The remote accepted the stream. */
  acknowledged(): void
  startTimer(delayMs: number, callback: () => void): Timer
  /** Gives back what `grow` granted. */
  shrink(byteCount: number): void
}

const endEvent: InitiatorEvent = { type: 'call.end' }
const abandonEvent: InitiatorEvent = { type: 'call.abandon' }
const resetEvent: InitiatorEvent = { type: 'call.reset' }
const lingerEvent: InitiatorEvent = { type: 'timer.linger' }

/** One stream: the generated machine decides, this class moves the bytes. */
export class YamuxStream extends StreamBase implements WindowBudget {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  /** It waits for its turn in the session's round. */
  isReady = false
  readonly #owner: StreamOwner
  /** Both roles have the same states and events; only the start differs. */
  #state: InitiatorState
  #queue: ByteQueue | undefined
  #window: ReceiveWindow | undefined
  #linger: Timer | undefined
  /** Flags that ride on the next frame. */
  #flags = 0
  #credit = 0
  /** Bytes of the frame that has begun and is not here yet. */
  #arriving = 0
  #endWanted = false
  #resetDue = false
  #acknowledged = false
  /** Something of this stream was on the wire. */
  #announced: boolean
  #remoteError: YamuxErrorCode | undefined

  constructor(id: number, direction: 'inbound' | 'outbound', owner: StreamOwner) {
    super(owner.borrowed)
    this.id = id
    this.direction = direction
    this.#owner = owner
    this.#announced = direction === 'inbound'
    const start = direction === 'outbound' ? startInitiator({}) : startResponder({})
    this.#state = start.state
    for (const action of start.actions) this.#perform(action)
  }

  get connection(): Connection {
    return this.#owner.connection
  }

  /** The machine is in a final state: frames that still come are for nobody. */
  get isOver(): boolean {
    return this.#state.name === 'done' || this.#state.name === 'failed'
  }

  /** Nothing more is to be sent: the session may forget the stream. */
  get isFinished(): boolean {
    return this.isOver && !this.#resetDue && this.#flags === 0
  }

  /** The session has been told that the remote accepted it. */
  get wasAcknowledged(): boolean {
    return this.#acknowledged
  }

  get grownBytes(): number {
    return this.#window?.grown ?? 0
  }

  /** What the remote may still send; 0 when the stream is over. */
  get receiveWindow(): number {
    return 'receiveWindow' in this.#state ? this.#state.receiveWindow : 0
  }

  get sendWindow(): number {
    return 'sendWindow' in this.#state ? this.#state.sendWindow : 0
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

  /** Puts at most one data frame on the wire, and what else is due. True: there is more to send now. */
  emit(writer: FrameWriter): boolean {
    if (this.#resetDue) {
      this.#resetDue = false
      if (this.#announced) writer.frame(HeaderKind.windowUpdate, HeaderFlags.rst | this.#flags, this.id, 0)
      this.#flags = 0
      return false
    }
    this.#grantIfDue()
    const queued = this.#queue?.byteLength ?? 0
    const length = Math.min(queued, this.sendWindow, maxSentFrameBytes)
    if (this.#credit > 0 || (this.#flags !== 0 && length === 0 && !this.#endsNow())) {
      writer.frame(HeaderKind.windowUpdate, this.#takeFlags(), this.id, this.#credit)
      this.#credit = 0
    }
    if (length > 0 && this.#queue !== undefined) {
      this.step({ type: 'call.send', length })
      writer.data(this.#takeFlags(), this.id, this.#queue, length)
      if (length === queued) this.#queue = undefined
      this.carrierSent(length)
    }
    //= YMX-CLOSE-4
    if (this.#endsNow()) {
      this.#end()
      writer.frame(HeaderKind.data, this.#takeFlags(), this.id, 0)
    }
    return !this.isOver && (this.#queue?.byteLength ?? 0) > 0 && this.sendWindow > 0
  }

  /** A data frame of this stream begins. */
  begin(length: number): void {
    this.#arriving = length
    this.step({ type: 'recv.data', length })
  }

  /** Some of its bytes. `done`: the application keeps none of them. */
  receive(bytes: Uint8Array): unknown {
    this.#arriving -= bytes.byteLength
    return this.carrierReceived(bytes)
  }

  /** Ends the stream with its session; nothing is sent. */
  sessionOver(error: Error): void {
    this.#flags = 0
    this.step({ type: 'io.reset' })
    // Harmless where the stream has ended already; one that broke the rules has not been told yet.
    this.carrierFailed(error)
  }

  // ---- what the window of this stream may ask for

  get roundTripMs(): number | undefined {
    return this.#owner.roundTripMs
  }

  now(): number {
    return this.#owner.now()
  }

  grow(byteCount: number): boolean {
    if (!this.#owner.grow(byteCount)) return false
    if (this.growBudget(byteCount)) return true
    this.#owner.shrink(byteCount)
    return false
  }

  onConsumed(): void {
    this.settleBudget()
    if (this.isReady || this.isOver || this.readStatus === 'ended') return
    const size = this.#window?.size ?? initialWindowBytes
    if (size - this.receiveWindow - this.#arriving - this.unreadBytes >= size / 2) this.#owner.ready(this)
  }

  protected sendChunk(chunk: Uint8Array): void {
    this.#queue ??= new ByteQueue()
    this.#queue.pushReference(chunk)
    if (!this.isReady && this.sendWindow > 0) this.#owner.ready(this)
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

  #end(): void {
    this.step(endEvent)
    if (this.readStatus === 'closed') this.step(abandonEvent)
  }

  #endsNow(): boolean {
    return (
      this.#endWanted && this.#queue === undefined && (this.#state.name === 'open' || this.#state.name === 'readEnded')
    )
  }

  #takeFlags(): number {
    const flags = this.#flags
    this.#flags = 0
    this.#announced = true
    return flags
  }

  #grantIfDue(): void {
    if (this.isOver || this.readStatus === 'ended') return
    const open = this.receiveWindow + this.#arriving
    if (this.#window === undefined && open > initialWindowBytes / 2) return
    this.#window ??= new ReceiveWindow()
    const delta = this.#window.due(open, this.unreadBytes, this)
    if (delta > 0) this.step({ type: 'call.grant', delta })
  }

  #perform(action: InitiatorAction | ResponderAction): void {
    switch (action.type) {
      case 'send.syn':
        this.#flags |= HeaderFlags.syn
        this.#owner.ready(this)
        return
      case 'send.ack':
        this.#flags |= HeaderFlags.ack
        this.#owner.ready(this)
        return
      case 'send.fin':
        this.#flags |= HeaderFlags.fin
        return
      case 'send.rst':
        this.#resetDue = true
        this.#owner.ready(this)
        return
      case 'send.window':
        this.#credit += action.delta
        return
      case 'writable':
        if ((this.#queue?.byteLength ?? 0) > 0) this.#owner.ready(this)
        return
      case 'acknowledged':
        this.#acknowledged = true
        this.#owner.acknowledged()
        return
      case 'ended':
        this.#credit = 0
        this.carrierEnded()
        return
      case 'timer.start':
        this.#linger = this.#owner.startTimer(lingerTimeout, () => {
          this.step(lingerEvent)
        })
        return
      case 'violation':
        this.#remoteError = 'protocol-error'
        return
      case 'send.data':
      case 'deliver':
        // The bytes move where the event comes from: in `emit`, and in the session's reader.
        return
    }
  }

  #failed(code: YamuxErrorCode): void {
    this.#queue = undefined
    this.#credit = 0
    this.#linger?.cancel()
    if (this.#remoteError !== undefined) {
      this.#owner.violated(this, code)
      return
    }
    this.#owner.ready(this)
    // A local reset has told the application already, and `closed` is told by the session.
    if (code !== 'reset-locally' && code !== 'closed')
      this.carrierFailed(new YamuxError(code, `Stream ${this.id}: ${yamuxErrors[code]}`))
  }

  #done(): void {
    this.#linger?.cancel()
    this.#owner.ready(this)
    this.carrierFinished()
  }
}
