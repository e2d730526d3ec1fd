import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions, ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import { yamuxErrors, type YamuxErrorCode } from '@p2pspec/generated/protocols/yamux/errors'
import { HeaderFlags, HeaderKind, type Header } from '@p2pspec/generated/protocols/yamux/layout'
import {
  closeTimeout,
  keepaliveInterval,
  maxSessionGrowthBytes,
  pongTimeout,
} from '@p2pspec/generated/protocols/yamux/limits'
import {
  startSession,
  stepSession,
  type SessionAction,
  type SessionEvent,
  type SessionState,
} from '@p2pspec/generated/protocols/yamux/machine'
import { abortReason, ignoreRejection, orAborted, throwIfAborted } from '../../core/abort.ts'
import type { Clock, Timer, TurnTask } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import { internalFault } from '../../core/stream-error.ts'
import { FrameReader, type FrameHandler } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { YamuxError } from './yamux-error.ts'
import { YamuxStream, type StreamOwner } from './yamux-stream.ts'

export interface SessionContext {
  readonly channel: ByteDuplex
  readonly direction: 'inbound' | 'outbound'
  readonly connection: Connection
  readonly events: MuxerEvents
  readonly clock: Clock
  readonly random: Random
}

/** Between two measurements of the round trip while bytes flow. */
const measureEveryMs = 10

const ackEvent = { type: 'recv.ack' } as const
const finEvent = { type: 'recv.fin' } as const
const rstEvent = { type: 'recv.rst' } as const
const flushedEvent: SessionEvent = { type: 'call.flushed' }
const heardEvent: SessionEvent = { type: 'call.heard' }

/** One yamux session: reads frames as they come, and sends everything that a turn has to send at its end. */
export class YamuxSession implements MuxerSession, ByteSink, FrameHandler, StreamOwner, TurnTask {
  readonly connection: Connection
  readonly borrowed: boolean
  readonly #channel: ByteDuplex
  readonly #events: MuxerEvents
  readonly #clock: Clock
  readonly #random: Random
  readonly #reader = new FrameReader(this)
  readonly #writer: FrameWriter
  readonly #streams = new Map<number, YamuxStream>()
  #state: SessionState
  #nextId: number
  #ready: YamuxStream[] = []
  /** Frames of the session itself that are due: kind, flags, stream id and length of each. */
  #control: number[] = []
  #flushQueued = false
  #keepaliveTimer: Timer | undefined
  #pongTimer: Timer | undefined
  #closeTimer: Timer | undefined
  #grownBytes = 0
  #pingSentAt = -Infinity
  #roundTripMs: number | undefined
  #pings: PromiseWithResolvers<number> | undefined
  /** The stream whose data frame is being read; undefined: nobody wants the bytes. */
  #current: YamuxStream | undefined
  #currentFlags = 0
  #currentId = 0
  #refusal: string | undefined
  #closing: PromiseWithResolvers<void> | undefined
  #over = false

  constructor({ channel, direction, connection, events, clock, random }: SessionContext) {
    this.#channel = channel
    this.connection = connection
    this.borrowed = channel.borrowed
    this.#events = events
    this.#clock = clock
    this.#random = random
    this.#writer = new FrameWriter(channel)
    this.#nextId = direction === 'outbound' ? 1 : 2
    const start = startSession({ remoteOdd: direction === 'inbound' })
    this.#state = start.state
    for (const action of start.actions) this.#perform(action)
    channel.consume(this)
  }

  // ---- the application's side

  openStream(): MuxedStream {
    if (this.#over || this.#closing !== undefined) throw this.#sessionClosed()
    this.#refusal = undefined
    this.#step({ type: 'call.open' })
    if (this.#refusal !== undefined) throw refused(this.#refusal)
    const stream = new YamuxStream(this.#nextId, 'outbound', this)
    this.#nextId += 2
    this.#streams.set(stream.id, stream)
    return stream
  }

  ping(options?: AbortOptions): Promise<number> {
    throwIfAborted(options?.signal)
    if (this.#over) return ignoreRejection(Promise.reject(this.#sessionClosed()))
    this.#pings ??= Promise.withResolvers<number>()
    const { promise } = this.#pings
    this.#ping()
    return ignoreRejection(orAborted(promise, options?.signal))
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
        this.abort(
          new YamuxError(
            'session-closed',
            `The remote did not take what was queued within ${closeTimeout} ms of the close.`,
          ),
        )
      })
      this.#scheduleFlush()
    }
    return ignoreRejection(orAborted(this.#closing.promise, options?.signal))
  }

  abort(reason?: Error): void {
    if (this.#over) return
    this.#finish(reason ?? new YamuxError('session-closed', 'This side aborted the session.'))
    this.#channel.reset(reason)
  }

  // ---- what arrives

  push(chunk: Uint8Array): unknown {
    if (this.#state.name !== 'done' && this.#state.name !== 'failed' && this.#state.waiting && !this.#state.heard)
      this.#step(heardEvent)
    return this.#reader.push(chunk)
  }

  end(): void {
    if (this.#over) {
      this.#closeTimer?.cancel()
      return
    }
    this.#step({ type: 'io.eof' })
  }

  fail(error: Error): void {
    this.#closeTimer?.cancel()
    if (this.#over) return
    this.#step({ type: 'io.reset' }, error)
  }

  drain(): void {
    this.#writer.drained()
    if (this.#over) return
    this.#scheduleFlush()
  }

  onHeader(header: Header): boolean {
    const { kind, flags, streamId, length } = header
    this.#current = undefined
    this.#currentFlags = 0
    if (kind === HeaderKind.ping) {
      if ((flags & HeaderFlags.syn) !== 0) this.#step({ type: 'recv.ping', opaque: length })
      else this.#step({ type: 'recv.pong', opaque: length })
      return !this.#over
    }
    if (kind === HeaderKind.goAway) {
      this.#step({ type: 'recv.goAway', reason: length })
      return !this.#over
    }
    if (streamId === 0) {
      this.#step(
        { type: 'recv.malformed' },
        new YamuxError('malformed', 'The remote sent a stream frame with the session id 0.'),
      )
      return false
    }
    this.#onStreamHeader(kind, flags, streamId, length)
    return !this.#over
  }

  onBody(bytes: Uint8Array): unknown {
    const stream = this.#current
    return stream === undefined || stream.isOver ? 'done' : stream.receive(bytes)
  }

  onBodyEnd(): void {
    const stream = this.#current
    if (stream === undefined) return
    this.#current = undefined
    if ((this.#currentFlags & HeaderFlags.fin) !== 0) stream.step(finEvent)
  }

  onMalformed(error: unknown): void {
    this.#step(
      { type: 'recv.malformed' },
      new YamuxError('malformed', 'The remote sent twelve bytes that are no yamux header.', { cause: error }),
    )
  }

  #onStreamHeader(kind: HeaderKind, flags: number, streamId: number, length: number): void {
    const bodyLength = kind === HeaderKind.data ? length : 0
    let stream = this.#streams.get(streamId)
    if ((flags & HeaderFlags.syn) !== 0) {
      this.#currentId = streamId
      this.#step({ type: 'recv.syn', odd: (streamId & 1) === 1, taken: stream !== undefined, length: bodyLength })
      if (this.#over) return
      stream = this.#streams.get(streamId)
    }
    if (stream === undefined || stream.isOver) {
      if ((flags & HeaderFlags.syn) === 0) this.#step({ type: 'recv.orphan', length: bodyLength })
      return
    }
    if ((flags & HeaderFlags.ack) !== 0) stream.step(ackEvent)
    if ((flags & HeaderFlags.rst) !== 0) {
      stream.step(rstEvent)
      return
    }
    if (kind === HeaderKind.windowUpdate) {
      if (length > 0) stream.step({ type: 'recv.window', delta: length })
      if ((flags & HeaderFlags.fin) !== 0) stream.step(finEvent)
      return
    }
    this.#current = stream
    this.#currentFlags = flags
    if (length > 0) stream.begin(length)
  }

  // ---- what streams ask of their session

  ready(stream: YamuxStream): void {
    if (stream.isReady) return
    stream.isReady = true
    this.#ready.push(stream)
    this.#scheduleFlush()
  }

  violated(stream: YamuxStream, code: YamuxErrorCode): void {
    this.#step({ type: 'call.fault' }, new YamuxError(code, `Stream ${stream.id}: ${yamuxErrors[code]}`))
  }

  acknowledged(): void {
    this.#step({ type: 'call.acknowledged' })
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    return this.#clock.startTimer(delayMs, callback)
  }

  now(): number {
    return this.#clock.now()
  }

  /** Asked for whenever a stream gets credit: measured again each time, as a loaded path answers later than an idle one. */
  get roundTripMs(): number | undefined {
    if (!this.#over && this.#clock.now() - this.#pingSentAt >= measureEveryMs) this.#ping()
    return this.#roundTripMs
  }

  grow(byteCount: number): boolean {
    if (this.#grownBytes + byteCount > maxSessionGrowthBytes) return false
    this.#grownBytes += byteCount
    return true
  }

  shrink(byteCount: number): void {
    this.#grownBytes -= byteCount
  }

  get streamCount(): number {
    return this.#streams.size
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

  /** One frame of each stream in turn, until all is sent or the channel is full. */
  //= YMX-FAIR-1
  #flush(): void {
    const writer = this.#writer
    if (!writer.isAccepting) return
    this.#flushControl()
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

  #flushControl(): void {
    const control = this.#control
    if (control.length === 0) return
    for (let at = 0; at < control.length; at += 4) {
      // Written by #send, four numbers at a time; a kind is one of HeaderKind there.
      this.#writer.frame(
        (control[at] ?? 0) as HeaderKind,
        control[at + 1] ?? 0,
        control[at + 2] ?? 0,
        control[at + 3] ?? 0,
      )
    }
    control.length = 0
  }

  #send(kind: HeaderKind, flags: number, streamId: number, length: number): void {
    this.#control.push(kind, flags, streamId, length)
    this.#scheduleFlush()
  }

  #forget(stream: YamuxStream): void {
    if (this.#streams.get(stream.id) !== stream) return
    this.#streams.delete(stream.id)
    this.shrink(stream.grownBytes)
    if (stream.direction === 'inbound') this.#step({ type: 'call.inboundOver' })
    else {
      if (!stream.wasAcknowledged) this.#step({ type: 'call.acknowledged' })
      this.#step({ type: 'call.outboundOver' })
    }
    this.#events.onStreamClosed(stream)
  }

  #hasQueuedBytes(): boolean {
    for (const stream of this.#streams.values()) if (stream.queuedBytes > 0) return true
    return false
  }

  #ping(): void {
    this.#step({ type: 'call.ping', opaque: this.#random.uint32() })
  }

  // ---- the machine

  /** `error` says in words what a failure of this step means. */
  #step(event: SessionEvent, error?: Error): void {
    if (this.#over) return
    const { state, actions } = stepSession(this.#state, event)
    this.#state = state
    for (const action of actions) this.#perform(action)
    if (state.name === 'failed') this.#finish(error ?? new YamuxError(state.error, yamuxErrors[state.error]))
    else if (state.name === 'done') this.#finish(undefined)
  }

  #perform(action: SessionAction): void {
    switch (action.type) {
      case 'accepted': {
        const stream = new YamuxStream(this.#currentId, 'inbound', this)
        this.#streams.set(stream.id, stream)
        this.#events.onStream(stream)
        return
      }
      case 'refused':
        this.#refusal = action.reason
        return
      case 'send.rst':
        this.#send(HeaderKind.windowUpdate, HeaderFlags.rst, this.#currentId, 0)
        return
      case 'send.ping':
        this.#pingSentAt = this.#clock.now()
        this.#send(HeaderKind.ping, HeaderFlags.syn, 0, action.opaque)
        return
      case 'send.pong':
        this.#send(HeaderKind.ping, HeaderFlags.ack, 0, action.opaque)
        return
      case 'send.goAway':
        this.#send(HeaderKind.goAway, 0, 0, action.reason)
        return
      case 'ponged':
        this.#roundTripMs = this.#clock.now() - this.#pingSentAt
        this.#pings?.resolve(this.#roundTripMs)
        this.#pings = undefined
        return
      case 'timer.start':
        this.#startTimer(action.timer)
        return
      case 'timer.stop':
        this.#pongTimer?.cancel()
        return
      case 'close':
        this.#closeChannel()
        return
      case 'opened':
      case 'leaving':
        return
    }
  }

  #startTimer(timer: string): void {
    if (timer === 'keepalive') {
      this.#keepaliveTimer = this.#clock.startTimer(keepaliveInterval, () => this.#onTimer('timer.keepalive'))
      return
    }
    this.#pongTimer?.cancel()
    this.#pongTimer = this.#clock.startTimer(pongTimeout, () => this.#onTimer('timer.pong'))
  }

  #onTimer(type: 'timer.keepalive' | 'timer.pong'): void {
    try {
      this.#step({ type })
    } catch (fault) {
      this.onTurnFault(fault)
    }
  }

  /** Sends what the session itself has to say, and then the end. A remote that does not end in turn loses the channel. */
  #closeChannel(): void {
    this.#flushControl()
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
    this.#keepaliveTimer?.cancel()
    this.#pongTimer?.cancel()
    this.#ready = []
    this.#control = []
    this.#closing?.resolve()
    // Most sessions end with nothing open: nobody needs a reason.
    if (this.#pings !== undefined || this.#streams.size > 0) {
      const reason = error ?? new YamuxError('session-closed', 'The session was closed while the stream was open.')
      this.#pings?.reject(reason)
      const streams = [...this.#streams.values()]
      this.#streams.clear()
      for (const stream of streams) {
        stream.sessionOver(reason)
        this.#events.onStreamClosed(stream)
      }
    }
    this.#events.onClosed(error)
  }

  #sessionClosed(): YamuxError {
    return new YamuxError('session-closed', 'The session is closing or over: open a new connection.')
  }
}

function refused(reason: string): YamuxError {
  switch (reason) {
    case 'too-many-streams':
      return new YamuxError(reason, 'This side holds as many streams open as it may: close one first.')
    case 'ack-backlog-full':
      return new YamuxError(
        reason,
        'The remote has not acknowledged the streams that are open: wait until it answers on one.',
      )
    default:
      return new YamuxError('session-closed', 'The remote takes no more streams: open a new connection.')
  }
}
