import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import { abortReason, ignoreRejection, orAborted, throwIfAborted } from '../../../core/abort.ts'
import type { Clock, Timer, TurnTask } from '../../../core/clock.ts'
import { internalFault } from '../../../core/stream-error.ts'
import { QuicError } from './quic-error.ts'
import type { QuicLink, QuicPipe } from './quic-library.ts'
import { QuicStream, type QuicStreamOwner } from './quic-stream.ts'

export interface QuicSessionParts {
  readonly link: QuicLink
  readonly direction: 'inbound' | 'outbound'
  readonly connection: Connection
  readonly events: MuxerEvents
  readonly clock: Clock
  readonly onBytes: ((receivedBytes: number, sentBytes: number) => void) | undefined
  /** Nothing is left of the connection; called once, with the end of the session or after it. */
  readonly onLinkOver: () => void
}

const { maxWaitingStreams, closeTimeout } = limits.quic

/** The streams of one QUIC connection. */
export class QuicSession implements MuxerSession, QuicStreamOwner {
  readonly connection: Connection
  readonly #link: QuicLink
  readonly #events: MuxerEvents
  readonly #clock: Clock
  readonly #onBytes: QuicSessionParts['onBytes']
  readonly #onLinkOver: () => void
  readonly #streams = new Set<QuicStream>()
  #nextId: number
  #waiting = 0
  /** Last bytes of streams that are over, which the remote has not answered. */
  #unansweredBytes = 0
  #closing: PromiseWithResolvers<void> | undefined
  #closeTimer: Timer | undefined
  #over = false
  #linkOver = false

  constructor({ link, direction, connection, events, clock, onBytes, onLinkOver }: QuicSessionParts) {
    this.#link = link
    this.connection = connection
    this.#events = events
    this.#clock = clock
    this.#onBytes = onBytes
    this.#onLinkOver = onLinkOver
    this.#nextId = direction === 'outbound' ? 0 : 1
    this.#accept()
  }

  openStream(): MuxedStream {
    if (this.#over || this.#closing !== undefined) throw sessionClosed()
    if (this.#waiting >= maxWaitingStreams) {
      throw new QuicError(
        'too-many-streams',
        `${this.#waiting} streams wait until the remote lets another one be opened: close some, or wait for those.`,
      )
    }
    const stream = new QuicStream(this.#nextId, 'outbound', this)
    // The low two bits of a stream's number say who opened it, and that it goes both ways.
    this.#nextId += 4
    this.#streams.add(stream)
    this.#waiting += 1
    this.#link.open().then(
      (pipe) => {
        this.#waiting -= 1
        stream.attach(pipe)
      },
      (error: Error) => {
        this.#waiting -= 1
        stream.sessionOver(error)
      },
    )
    return stream
  }

  /** QUIC measures all the time: the smoothed value is there already. */
  ping(options?: AbortOptions): Promise<number> {
    throwIfAborted(options?.signal)
    if (this.#over) return ignoreRejection(Promise.reject(sessionClosed()))
    return Promise.resolve(this.#link.roundTripMs)
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
          new QuicError(
            'session-closed',
            `The remote did not take what was queued within ${closeTimeout} ms of the close.`,
          ),
        )
      })
      this.#closeIfFlushed()
    }
    return ignoreRejection(orAborted(this.#closing.promise, options?.signal))
  }

  abort(reason?: Error): void {
    // Where the session is over, its last bytes may still be on their way.
    this.#closeLink()
    this.#finish(reason ?? new QuicError('session-closed', 'This side aborted the connection.'))
  }

  // ---- what the remote opens

  #accept(): void {
    this.#link.accept().then(this.#onPipe, this.#onLost)
  }

  readonly #onPipe = (pipe: QuicPipe | undefined): void => {
    if (pipe === undefined) return this.#lost(undefined)
    if (this.#over) return
    if (this.#closing === undefined) {
      try {
        this.#announce(pipe)
      } catch (fault) {
        return this.faulted(fault)
      }
    } else {
      pipe.reset()
      pipe.stopReading()
    }
    this.#accept()
  }

  #announce(pipe: QuicPipe): void {
    const stream = new QuicStream(pipe.id, 'inbound', this)
    this.#streams.add(stream)
    this.#events.onStream(stream)
    stream.attach(pipe)
  }

  readonly #onLost = (error: Error): void => {
    this.#lost(error)
  }

  #lost(error: Error | undefined): void {
    this.#finish(error)
    this.#linkIsOver()
  }

  // ---- what streams ask of their session

  faulted(fault: unknown): void {
    this.abort(internalFault(fault))
  }

  atTurnEnd(task: TurnTask): void {
    this.#clock.atTurnEnd(task)
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    return this.#clock.startTimer(delayMs, callback)
  }

  count(receivedBytes: number, sentBytes: number): void {
    this.#onBytes?.(receivedBytes, sentBytes)
  }

  progressed(): void {
    if (this.#closing !== undefined) this.#closeIfFlushed()
  }

  //= QUIC-LIMIT-3
  over(stream: QuicStream): void {
    if (!this.#streams.delete(stream)) return
    this.#unansweredBytes += stream.unansweredBytes
    this.#events.onStreamClosed(stream)
    this.progressed()
  }

  // ---- the end

  //= QUIC-CLOSE-1
  /** The session ends when the library has everything. QUIC throws away what has not arrived by the end of a connection: where the remote has not answered, that waits. */
  #closeIfFlushed(): void {
    if (this.#over) return
    let unansweredBytes = this.#unansweredBytes
    for (const stream of this.#streams) {
      if (!stream.isFlushed) return
      unansweredBytes += stream.unansweredBytes
    }
    const closeLink = (): void => this.#closeLink()
    if (unansweredBytes > 0) void this.#link.flushed(unansweredBytes).then(closeLink, closeLink)
    else closeLink()
    this.#finish(undefined)
  }

  #closeLink(): void {
    if (this.#linkOver) return
    this.#link.close()
    this.#linkIsOver()
  }

  #linkIsOver(): void {
    if (this.#linkOver) return
    this.#linkOver = true
    this.#onLinkOver()
  }

  #finish(error: Error | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#closeTimer?.cancel()
    const streams = [...this.#streams]
    this.#streams.clear()
    const reason = error ?? sessionClosed()
    for (const stream of streams) {
      stream.sessionOver(reason)
      this.#events.onStreamClosed(stream)
    }
    this.#closing?.resolve()
    this.#events.onClosed(error)
  }
}

function sessionClosed(): QuicError {
  return new QuicError('session-closed', 'The QUIC connection is closing or over: open a new connection.')
}
