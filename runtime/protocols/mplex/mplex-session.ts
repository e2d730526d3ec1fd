import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions, ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import { mplexErrors } from '@p2pspec/generated/protocols/mplex/errors'
import { closeTimeout } from '@p2pspec/generated/protocols/mplex/limits'
import {
  startSession,
  stepSession,
  type SessionAction,
  type SessionEvent,
  type SessionState,
} from '@p2pspec/generated/protocols/mplex/machine'
import { abortReason, ignoreRejection, orAborted, throwIfAborted } from '../../core/abort.ts'
import type { Clock, Timer, TurnTask } from '../../core/clock.ts'
import { internalFault } from '../../core/stream-error.ts'
import { Flag, greatestFlag } from './flag.ts'
import { FrameReader, type FrameHandler } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { MplexError } from './mplex-error.ts'
import { MplexStream, type StreamOwner } from './mplex-stream.ts'

export interface SessionContext {
  readonly channel: ByteDuplex
  readonly connection: Connection
  readonly events: MuxerEvents
  readonly clock: Clock
}

const closeEvent = { type: 'recv.close' } as const
const resetEvent = { type: 'recv.reset' } as const
const orphanEvent: SessionEvent = { type: 'recv.orphan' }
const flushedEvent: SessionEvent = { type: 'call.flushed' }

/** One mplex session: reads messages as they come, and sends everything that a turn has to send at its end. */
export class MplexSession implements MuxerSession, ByteSink, FrameHandler, StreamOwner, TurnTask {
  readonly connection: Connection
  readonly borrowed: boolean
  readonly #channel: ByteDuplex
  readonly #events: MuxerEvents
  readonly #clock: Clock
  readonly #reader = new FrameReader(this)
  readonly #writer: FrameWriter
  /** Both sides count their ids from zero: each has a table of its own. */
  readonly #outbound = new Map<number, MplexStream>()
  readonly #inbound = new Map<number, MplexStream>()
  #state: SessionState
  #nextId = 0
  #ready: MplexStream[] = []
  /** Ids of refused streams whose reset is due. */
  #resets: number[] = []
  #flushQueued = false
  #closeTimer: Timer | undefined
  /** The stream whose bytes are being read; undefined: nobody wants them. */
  #current: MplexStream | undefined
  #currentId = 0
  #refusal: string | undefined
  #closing: PromiseWithResolvers<void> | undefined
  #over = false

  constructor({ channel, connection, events, clock }: SessionContext) {
    this.#channel = channel
    this.connection = connection
    this.borrowed = channel.borrowed
    this.#events = events
    this.#clock = clock
    this.#writer = new FrameWriter(channel)
    this.#state = startSession({}).state
    channel.consume(this)
  }

  // ---- the application's side

  openStream(): MuxedStream {
    if (this.#over || this.#closing !== undefined) throw sessionClosed()
    this.#refusal = undefined
    this.#step({ type: 'call.open' })
    if (this.#refusal !== undefined)
      throw new MplexError('too-many-streams', 'This side holds as many streams open as it may: close one first.')
    //= MPX-ID-1
    const stream = new MplexStream(this.#nextId, 'outbound', this)
    this.#nextId += 1
    this.#outbound.set(stream.id, stream)
    return stream
  }

  /** Always rejects: mplex has no such message. */
  ping(options?: AbortOptions): Promise<number> {
    throwIfAborted(options?.signal)
    const error = this.#over
      ? sessionClosed()
      : new MplexError('no-ping', 'Mplex has no ping: use the ping protocol on a stream, or yamux.')
    return ignoreRejection(Promise.reject(error))
  }

  close(options?: AbortOptions): Promise<void> {
    if (this.#over) return Promise.resolve()
    if (options?.signal?.aborted === true) {
      this.abort(abortReason(options.signal))
      return Promise.resolve()
    }
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers<void>()
      this.#closeTimer = this.#clock.startTimer(closeTimeout, () => {
        const why = `The remote did not take what was queued within ${closeTimeout} ms of the close.`
        this.abort(new MplexError('session-closed', why))
      })
      this.#scheduleFlush()
    }
    return ignoreRejection(orAborted(this.#closing.promise, options?.signal))
  }

  abort(reason?: Error): void {
    if (this.#over) return
    this.#finish(reason ?? new MplexError('session-closed', 'This side aborted the session.'))
    this.#channel.reset(reason)
  }

  // ---- what arrives

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk)
  }

  end(): void {
    if (!this.#over) this.#step({ type: 'io.eof' })
    // Both sides have ended: there is nothing left to wait for.
    this.#closeTimer?.cancel()
  }

  fail(error: Error): void {
    this.#closeTimer?.cancel()
    if (!this.#over) this.#step({ type: 'io.reset' }, error)
  }

  drain(): void {
    this.#writer.drained()
    if (!this.#over) this.#scheduleFlush()
  }

  onHeader(flag: number, id: number, length: number): boolean {
    this.#current = undefined
    //= MPX-FLAG-2
    if (flag > greatestFlag) {
      this.#malformed(new MplexError('malformed', `The remote sent the flag ${flag}, which nobody defined.`))
      return false
    }
    if (flag === Flag.newStream) {
      const known = this.#inbound.get(id)
      this.#currentId = id
      // The name is for people who debug: its bytes are passed over.
      //= MPX-NAME-2
      this.#step({ type: 'recv.newStream', taken: known !== undefined && !known.isOver })
      return !this.#over
    }
    // What the initiator says is about a stream that the remote opened.
    //= MPX-ID-2
    const stream = ((flag & 1) === 0 ? this.#inbound : this.#outbound).get(id)
    if (stream === undefined || stream.isOver) this.#step(orphanEvent)
    else if (flag === Flag.messageReceiver || flag === Flag.messageInitiator) {
      if (length > 0) stream.begin(length)
      this.#current = stream
    } else stream.step(flag === Flag.closeReceiver || flag === Flag.closeInitiator ? closeEvent : resetEvent)
    return !this.#over
  }

  onBody(bytes: Uint8Array): void {
    const stream = this.#current
    if (stream !== undefined && !stream.isOver) stream.receive(bytes)
  }

  onMalformed(cause: unknown): void {
    this.#malformed(new MplexError('malformed', 'The remote sent bytes that are no mplex header.', { cause }))
  }

  // ---- what streams ask of their session

  ready(stream: MplexStream): void {
    if (stream.isReady) return
    stream.isReady = true
    this.#ready.push(stream)
    this.#scheduleFlush()
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    return this.#clock.startTimer(delayMs, callback)
  }

  get streamCount(): number {
    return this.#outbound.size + this.#inbound.size
  }

  // ---- sending

  onTurnEnd(): void {
    this.#flushQueued = false
    if (this.#over) return
    this.#flush()
    if (this.#closing !== undefined && this.#writer.isAccepting && !this.#hasQueuedBytes())
      this.#step({ type: 'call.close' })
  }

  /** The session is over, and the channel gone, whatever else throws on the way. */
  onTurnFault(fault: unknown): void {
    const error = internalFault(fault)
    try {
      this.#finish(error)
    } finally {
      this.#channel.reset(error)
    }
  }

  #scheduleFlush(): void {
    if (this.#flushQueued) return
    this.#flushQueued = true
    this.#clock.atTurnEnd(this)
  }

  /** One message of each stream in turn, until all is sent or the channel is full. */
  #flush(): void {
    const writer = this.#writer
    if (!writer.isAccepting) return
    for (const id of this.#resets.splice(0)) writer.frame(Flag.resetReceiver, id)
    while (this.#ready.length > 0 && writer.isAccepting) {
      const round = this.#ready
      this.#ready = []
      for (let at = 0; at < round.length; at += 1) {
        if (!writer.isAccepting) {
          // The rest keeps its place before those that became ready meanwhile.
          this.#ready = round.slice(at).concat(this.#ready)
          break
        }
        const stream = round[at]
        if (stream === undefined) continue
        stream.isReady = false
        if (stream.emit(writer)) this.ready(stream)
        if (stream.isFinished) this.#forget(stream)
      }
    }
    writer.flush()
    if (writer.isAccepting) this.#step(flushedEvent)
  }

  #forget(stream: MplexStream): void {
    if (stream.isForgotten) return
    stream.isForgotten = true
    const inbound = stream.direction === 'inbound'
    const table = inbound ? this.#inbound : this.#outbound
    // An id that was used again while the end of its first stream waited to leave has a new stream here.
    if (table.get(stream.id) === stream) table.delete(stream.id)
    this.#step({ type: inbound ? 'call.inboundOver' : 'call.outboundOver' })
    this.#events.onStreamClosed(stream)
  }

  #hasQueuedBytes(): boolean {
    for (const table of [this.#outbound, this.#inbound])
      for (const stream of table.values()) if (stream.queuedBytes > 0) return true
    return false
  }

  // ---- the machine

  #malformed(error: MplexError): void {
    this.#step({ type: 'recv.malformed' }, error)
  }

  /** `error` says in words what a failure of this step means. */
  #step(event: SessionEvent, error?: Error): void {
    if (this.#over) return
    const { state, actions } = stepSession(this.#state, event)
    this.#state = state
    for (const action of actions) this.#perform(action)
    if (state.name === 'failed') this.#finish(error ?? new MplexError(state.error, mplexErrors[state.error]))
    else if (state.name === 'done') this.#finish(undefined)
  }

  #perform(action: SessionAction): void {
    switch (action.type) {
      case 'accepted': {
        const stream = new MplexStream(this.#currentId, 'inbound', this)
        this.#inbound.set(stream.id, stream)
        this.#events.onStream(stream)
        return
      }
      case 'refused':
        this.#refusal = action.reason
        return
      case 'send.reset':
        this.#resets.push(this.#currentId)
        this.#scheduleFlush()
        return
      case 'close':
        this.#closeChannel()
        return
      case 'opened':
        return
    }
  }

  /** Sends what is gathered, and then the end. A remote that does not end in turn loses the channel. */
  #closeChannel(): void {
    this.#writer.flush()
    this.#channel.closeWriteNow()
    this.#closeTimer?.cancel()
    this.#closeTimer = this.#clock.startTimer(closeTimeout, () => {
      this.#channel.reset()
    })
  }

  #finish(error: Error | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#reader.stop()
    this.#ready = []
    this.#resets = []
    const reason = error ?? new MplexError('session-closed', 'The session was closed while the stream was open.')
    this.#closing?.resolve()
    const streams = [...this.#outbound.values(), ...this.#inbound.values()]
    this.#outbound.clear()
    this.#inbound.clear()
    for (const stream of streams) {
      stream.sessionOver(reason)
      this.#events.onStreamClosed(stream)
    }
    this.#events.onClosed(error)
  }
}

function sessionClosed(): MplexError {
  return new MplexError('session-closed', 'The session is closing or over: open a new connection.')
}
