import type { MaybePromise } from '@p2pspec/generated/interfaces/stream'
import type { QuicPipe } from '../quic-library.ts'
import type { QuicheConnection } from './quiche-binding.ts'
import { streamFault } from './quiche-fault.ts'

/** What a stream asks of its connection. */
export interface PipeOwner {
  readonly connection: QuicheConnection
  /** Something is to be sent, or room was made. */
  touched(): void
  /** Both ways are over. */
  pipeOver(pipe: QuichePipe): void
}

const readBuffer = new Uint8Array(65_536)
const nothing = new Uint8Array()

/** One stream of quiche: tries at once, and again when the connection says that something changed. */
export class QuichePipe implements QuicPipe {
  readonly id: number
  readonly #owner: PipeOwner
  #read: { readonly maxBytes: number; readonly waiting: PromiseWithResolvers<Uint8Array | null> } | undefined
  #write: { chunk: Uint8Array; readonly waiting: PromiseWithResolvers<void> } | undefined
  /** The library knows of it. */
  #hasBegun: boolean
  #endWanted = false
  #readOver = false
  #writeOver = false

  constructor(id: number, owner: PipeOwner, hasBegun: boolean) {
    this.id = id
    this.#hasBegun = hasBegun
    this.#owner = owner
  }

  read(maxBytes: number): MaybePromise<Uint8Array | null> {
    const now = this.#tryRead(maxBytes)
    if (now !== undefined) return now
    const waiting = Promise.withResolvers<Uint8Array | null>()
    this.#read = { maxBytes, waiting }
    return waiting.promise
  }

  write(chunk: Uint8Array): MaybePromise<void> {
    const rest = this.#tryWrite(chunk)
    if (rest === undefined) return undefined
    const waiting = Promise.withResolvers<void>()
    this.#write = { chunk: rest, waiting }
    return waiting.promise
  }

  finish(): void {
    this.#endWanted = true
    this.#tryEnd()
  }

  reset(): void {
    if (this.#writeOver) return
    this.#shutdown(1)
    this.#write = undefined
    this.#overNow('write')
  }

  stopReading(): void {
    if (this.#readOver) return
    this.#shutdown(0)
    this.#read?.waiting.resolve(null)
    this.#read = undefined
    this.#overNow('read')
  }

  /** The connection has bytes of it. */
  onReadable(): void {
    if (!this.#hasBegun) {
      this.#hasBegun = true
      this.onWritable()
    }
    const read = this.#read
    if (read === undefined) return
    try {
      const now = this.#tryRead(read.maxBytes)
      if (now === undefined) return
      this.#read = undefined
      read.waiting.resolve(now)
    } catch (fault) {
      this.#read = undefined
      read.waiting.reject(fault)
    }
  }

  /** The connection takes bytes of it. */
  onWritable(): void {
    const write = this.#write
    if (write === undefined) return this.#tryEnd()
    try {
      const rest = this.#tryWrite(write.chunk)
      if (rest !== undefined) {
        write.chunk = rest
        return
      }
      this.#write = undefined
      write.waiting.resolve()
      this.#tryEnd()
    } catch (fault) {
      this.#write = undefined
      write.waiting.reject(fault)
    }
  }

  /** The connection is over. */
  fail(error: Error): void {
    this.#read?.waiting.reject(error)
    this.#write?.waiting.reject(error)
    this.#read = undefined
    this.#write = undefined
    this.#readOver = true
    this.#writeOver = true
  }

  #tryRead(maxBytes: number): Uint8Array | null | undefined {
    if (this.#readOver) return null
    if (!this.#hasBegun) return undefined
    const into = maxBytes < readBuffer.length ? readBuffer.subarray(0, maxBytes) : readBuffer
    const got = this.#call(() => this.#owner.connection.streamRecv(this.id, into), 'read')
    if (got === null) return undefined
    const [byteCount, isLast] = got
    this.#owner.touched()
    if (isLast) this.#overNow('read')
    if (byteCount === 0) return isLast ? null : undefined
    return into.slice(0, byteCount)
  }

  /** What is left of the chunk; undefined: nothing. */
  #tryWrite(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#writeOver) throw streamFault(new Error('InvalidStreamState'))
    if (!this.#hasBegun) return chunk
    const taken = this.#call(() => this.#owner.connection.streamSend(this.id, chunk, false), 'write') ?? 0
    this.#owner.touched()
    return taken === chunk.length ? undefined : chunk.subarray(taken)
  }

  #tryEnd(): void {
    if (!this.#endWanted || !this.#hasBegun || this.#writeOver || this.#write !== undefined) return
    try {
      if (this.#owner.connection.streamSend(this.id, nothing, true) === null) return
    } catch {
      // The remote stopped it or the connection is over: no end is needed.
    }
    this.#owner.touched()
    this.#overNow('write')
  }

  #call<Result>(run: () => Result, way: 'read' | 'write'): Result {
    try {
      return run()
    } catch (cause) {
      this.#overNow(way)
      throw streamFault(cause)
    }
  }

  #shutdown(way: 0 | 1): void {
    try {
      this.#owner.connection.streamShutdown(this.id, way, 0)
      this.#owner.touched()
    } catch {
      // It is over already.
    }
  }

  #overNow(way: 'read' | 'write'): void {
    if (way === 'read') this.#readOver = true
    else this.#writeOver = true
    if (this.#readOver && this.#writeOver) this.#owner.pipeOver(this)
  }
}
