import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions, ByteSink, MaybePromise, Stream } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, StreamBudget } from '@p2pspec/generated/interfaces/stream-muxer'
import { ignoreRejection, orAborted, throwIfAborted } from './abort.ts'
import { Inlet, type InletOwner } from './inlet.ts'
import { StreamError } from './stream-error.ts'
import { StreamReader } from './stream-reader.ts'

/** Bytes queued for writing at which `writeNow` returns false and `write` a promise. */
export const writeHighWaterBytes = 262_144
/** Below this many queued bytes a waiting writer goes on. */
export const writeLowWaterBytes = 131_072
/** A writer that does not wait gets `write-buffer-full` once this much is queued. */
export const maxWriteBufferBytes = 4_194_304

/**
 * What every muxed stream does alike: reading by pull or push, back-pressure, the bounded write buffer, the two ends, interception.
 * A muxer extends it: it calls the `carrier…` methods, and answers the abstract ones.
 */
export abstract class StreamBase implements MuxedStream, InletOwner {
  protocol = ''
  budget: StreamBudget | undefined
  earlyEnd = false
  readStatus: Stream['readStatus'] = 'open'
  writeStatus: Stream['writeStatus'] = 'open'

  readonly #inlet: Inlet
  #sink: ByteSink | undefined
  #interceptor: ByteSink | undefined
  /** The application ended its bytes while somebody intercepts: told to the remote afterwards. */
  #endHeld = false
  #reader: StreamReader | undefined
  #queuedBytes = 0
  /** Bytes that the budget has granted for what is unread and unsent. */
  #reservedBytes = 0
  /** Bytes that the budget has granted ahead, for what a wider window lets in. */
  #grownBytes = 0
  #drainWanted = false
  #drained: PromiseWithResolvers<void> | undefined
  #closed: PromiseWithResolvers<Error | undefined> | undefined
  #isClosed = false
  #closeReason: Error | undefined
  /** Why nothing can be written any more, where reading still can. */
  #writeFailure: Error | undefined

  abstract readonly id: number
  abstract readonly direction: 'inbound' | 'outbound'
  abstract readonly connection: Connection
  readonly borrowed: boolean

  constructor(borrowed: boolean) {
    this.borrowed = borrowed
    this.#inlet = new Inlet(this, borrowed)
  }

  /** Takes a chunk to send; the carrier reports it with `carrierSent` once it is on its way. */
  protected abstract sendChunk(chunk: Uint8Array): void
  /** Sends the end after what was taken. */
  protected abstract sendEnd(): void
  /** Drops what was taken and tells the remote. */
  protected abstract sendReset(reason: Error): void
  /** The application took these bytes: the remote may send as many more. */
  abstract onConsumed(byteCount: number): void
  /** This side reads no more, though the remote may still send. */
  protected abstract onReadClosed(): void

  // ---- reading

  read(options?: AbortOptions): MaybePromise<Uint8Array | null> {
    throwIfAborted(options?.signal)
    if (this.readStatus === 'closed') return null
    if (this.#sink !== undefined || this.#reader?.isWaiting === true) {
      throw new StreamError(
        'already-reading',
        `Stream ${this.id} is being read already: one reader or one sink at a time.`,
      )
    }
    if (this.#interceptor === undefined) {
      const chunk = this.#inlet.shift()
      if (chunk !== undefined) return chunk
      if (this.#inlet.failure !== undefined) throw this.#inlet.failure
      if (this.#inlet.isOver) return null
    }
    this.#reader ??= new StreamReader(this.#inlet, this.borrowed)
    const promise = this.#reader.wait(options?.signal)
    if (this.#interceptor === undefined) this.#inlet.consume(this.#reader)
    return promise
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk = await this.read(); chunk !== null; chunk = await this.read()) yield chunk
  }

  consume(sink: ByteSink): void {
    if (this.#reader?.isWaiting === true) {
      throw new StreamError('already-reading', `Stream ${this.id} has a pending read: a sink cannot take its place.`)
    }
    this.#sink = sink
    if (this.#interceptor === undefined) this.#inlet.consume(sink)
  }

  intercept(sink: ByteSink | undefined): void {
    this.#interceptor = sink
    if (sink === undefined && this.#endHeld) {
      this.#endHeld = false
      if (!this.#isClosed) this.sendEnd()
    }
    this.#inlet.consume(sink ?? this.#sink ?? (this.#reader?.isWaiting === true ? this.#reader : undefined))
  }

  pause(): void {
    this.#inlet.pause()
  }

  resume(): void {
    this.#inlet.resume()
  }

  unshift(chunk: Uint8Array): void {
    if (this.#interceptor === undefined) this.#sink = undefined
    this.#inlet.unshift(chunk)
  }

  onFlow(): void {
    // What is not consumed gives no credit: the remote stops by itself at the end of its window.
  }

  closeRead(): void {
    if (this.readStatus === 'closed' || this.readStatus === 'reset') return
    if (this.readStatus === 'open') this.onReadClosed()
    this.readStatus = 'closed'
    this.#reader?.end()
    this.#sink = discard
    // Who intercepts still has to read its own; it hands on to the discarding sink.
    if (this.#interceptor === undefined) this.#inlet.consume(discard)
    this.#inlet.resume()
  }

  // ---- writing

  write(chunk: Uint8Array, options?: AbortOptions): MaybePromise<void> {
    throwIfAborted(options?.signal)
    if (this.writeNow(chunk)) return undefined
    this.#drained ??= Promise.withResolvers<void>()
    void ignoreRejection(this.#drained.promise)
    return ignoreRejection(orAborted(this.#drained.promise, options?.signal))
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.writeStatus !== 'open') throw this.#writeOver()
    if (this.#queuedBytes >= maxWriteBufferBytes) {
      throw new StreamError(
        'write-buffer-full',
        `Stream ${this.id} holds ${this.#queuedBytes} unsent bytes because the remote does not read: await write, or wait for drain, before writing more.`,
      )
    }
    if (chunk.byteLength > 0) {
      this.#queuedBytes += chunk.byteLength
      this.sendChunk(chunk)
      this.settleBudget()
    }
    if (this.#queuedBytes < writeHighWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  closeWrite(options?: AbortOptions): MaybePromise<void> {
    throwIfAborted(options?.signal)
    this.closeWriteNow()
    return undefined
  }

  closeWriteNow(): void {
    if (this.writeStatus !== 'open') return
    this.writeStatus = 'closed'
    // js-libp2p drops the bytes of a stream whose end arrives while it still negotiates.
    //= MSS-OPT-2
    if (this.#interceptor === undefined || this.earlyEnd) this.sendEnd()
    else this.#endHeld = true
  }

  close(options?: AbortOptions): MaybePromise<void> {
    throwIfAborted(options?.signal)
    this.closeWriteNow()
    this.closeRead()
    return undefined
  }

  reset(reason?: Error): void {
    if (this.#isClosed) return
    const error = reason ?? new StreamError('reset-locally', `Stream ${this.id} was reset by this side.`)
    this.sendReset(error)
    this.#fail(error)
  }

  get closed(): Promise<Error | undefined> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers<Error | undefined>()
      if (this.#isClosed) this.#closed.resolve(this.#closeReason)
    }
    return this.#closed.promise
  }

  // ---- the carrier's side

  /** Bytes arrived. `done`: the application keeps none of them. */
  carrierReceived(chunk: Uint8Array): unknown {
    const done = this.#inlet.push(chunk)
    this.settleBudget()
    return done
  }

  /** The remote ended its bytes. */
  carrierEnded(): void {
    if (this.readStatus === 'open') this.readStatus = 'ended'
    this.#inlet.end()
  }

  /** The remote takes no more bytes: what is queued is dropped, and reading goes on. */
  carrierStopped(error: Error): void {
    if (this.#isClosed) return
    if (this.writeStatus === 'open') this.writeStatus = 'reset'
    this.#writeFailure = error
    this.#queuedBytes = 0
    this.settleBudget()
    const drained = this.#drained
    this.#drained = undefined
    drained?.reject(error)
  }

  /** Queued bytes are on their way. */
  carrierSent(byteCount: number): void {
    this.#queuedBytes -= byteCount
    this.settleBudget()
    if (this.#drainWanted && this.#queuedBytes < writeLowWaterBytes) this.#drain()
  }

  /** Both directions ended. */
  carrierFinished(): void {
    this.#settle(undefined)
  }

  /** The remote reset the stream, or the connection is gone. */
  carrierFailed(error: Error): void {
    if (!this.#isClosed) this.#fail(error)
  }

  /** Bytes that the application wrote and the carrier has not sent. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }

  /** Bytes that arrived and the application has not taken. */
  get unreadBytes(): number {
    return this.#inlet.bufferedBytes
  }

  /** Asks for room that a wider window may need. */
  protected growBudget(byteCount: number): boolean {
    if (this.budget?.grow(byteCount) === false) return false
    this.#grownBytes += byteCount
    return true
  }

  /** Tells the budget what is held now; where it has no room, this stream is reset and no other. */
  //= MUX-BUDGET-1
  protected settleBudget(): void {
    const { budget } = this
    if (budget === undefined) return
    const unread = this.#inlet.bufferedBytes - this.#grownBytes
    const held = this.#queuedBytes + (unread > 0 ? unread : 0)
    const more = held - this.#reservedBytes
    if (more === 0) return
    if (more < 0) budget.release(-more)
    else {
      const refusal = budget.reserve(more)
      if (refusal !== undefined) return this.reset(refusal)
    }
    this.#reservedBytes = held
  }

  #drain(): void {
    this.#drainWanted = false
    const drained = this.#drained
    this.#drained = undefined
    drained?.resolve()
    // The application may write while its reads wait behind an interceptor, so both are told.
    try {
      this.#interceptor?.drain?.()
      this.#sink?.drain?.()
    } catch (fault) {
      this.onSinkFault(fault)
    }
  }

  /** A fault of one stream's application costs that stream, and neither its neighbours nor the process. */
  onSinkFault(fault: unknown): void {
    this.reset(fault instanceof Error ? fault : new Error(String(fault)))
  }

  #fail(error: Error): void {
    // What ended well stays so; a reset behind the end takes back only what is still open.
    if (this.readStatus !== 'closed') this.readStatus = 'reset'
    if (this.writeStatus === 'open') this.writeStatus = 'reset'
    this.#queuedBytes = 0
    this.#settle(error)
    const drained = this.#drained
    this.#drained = undefined
    drained?.reject(error)
    this.#inlet.fail(error)
  }

  #settle(reason: Error | undefined): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#closeReason = reason
    this.#closed?.resolve(reason)
  }

  #writeOver(): Error {
    if (this.writeStatus === 'closed') {
      return new StreamError('write-closed', `Stream ${this.id} is closed for writing: write before closeWrite.`)
    }
    return this.#inlet.failure ?? this.#writeFailure ?? new StreamError('reset', `Stream ${this.id} was reset.`)
  }
}

const discard: ByteSink = {
  push: () => 'done',
  end() {
    // Nobody waits for it.
  },
  fail() {
    // Told by `closed`.
  },
}
