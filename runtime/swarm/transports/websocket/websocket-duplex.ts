import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { limits } from '@p2pspec/generated/common/limits'
import type { ByteSink, UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import type { Clock, TurnTask } from '../../../core/clock.ts'
import { Inlet, type InletOwner } from '../../../core/inlet.ts'
import { UnsentMeter } from '../../../core/unsent-meter.ts'
import { giveBack, type MemoryTaker } from '../../../core/memory.ts'
import { systemRandom } from '../../../core/random.ts'
import { internalFault } from '../../../core/stream-error.ts'
import { fromSystemError } from '../tcp/system-error.ts'
import { TransportError } from '../transport-error.ts'
import { ReadMemory } from './read-memory.ts'
import { maskedMessage, messageHead } from './websocket-frame.ts'
import { isProtocolFault } from './websocket-fault.ts'

/** Bytes unsent at which `writeNow` returns false; below half of it `drain` is called. */
const highWaterBytes = 1_048_576

/** So many bytes leave without waiting for the end of the turn: while they are still in the processor's cache. */
const writeOutBytes = 131_072

/** Bytes kept for a layer that is not there yet; then reading stops until it comes. */
const unclaimedBytes = 65_536

/** Close codes of a connection that ended as agreed: normal, going away, none told. */
const cleanCodes: ReadonlySet<number> = new Set([1000, 1001, 1005])

/** A code for text: the endpoint takes binary messages only. */
const unsupportedData = 1003

/** A WebSocket as a byte duplex: the boundaries of its binary messages mean nothing. It ends on both ways together. */
export class WebSocketDuplex implements MemoryTaker, InletOwner, TurnTask {
  readonly borrowed = false
  readonly #clock: Clock
  readonly #remote: string
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #role: 'client' | 'server'
  readonly #inlet = new Inlet(this, false)
  readonly #unsent = new UnsentMeter()
  readonly #readMemory: ReadMemory
  #chunks: Uint8Array[] = []
  #chunkBytes = 0
  /** Chunks and masked messages whose memory goes back when the operating system has taken their bytes. */
  #given: Uint8Array[] = []
  #flushing = false
  #drainWanted = false
  #writeClosed = false
  #over = false
  /** Reading has stopped because nobody consumes. */
  #heldBack = false

  /** `remote` names the other end in errors; `socket` is what carries the open `webSocket`. */
  constructor(clock: Clock, remote: string, webSocket: WebSocket, socket: Socket, role: 'client' | 'server') {
    this.#clock = clock
    this.#remote = remote
    this.#webSocket = webSocket
    this.#socket = socket
    this.#role = role
    webSocket.on('message', this.#onMessage)
    webSocket.on('error', this.#onError)
    webSocket.on('close', this.#onClose)
    socket.on('drain', this.#onDrain)
    this.#readMemory = new ReadMemory(role === 'server')
    this.#readAlong(socket)
  }

  /** Before the library and behind it, which reads the same chunks by a listener of its own. */
  #readAlong(socket: Socket): void {
    socket.prependListener('data', (chunk: Uint8Array) => this.#readMemory.arrived(chunk))
    socket.on('data', () => this.#readMemory.settle())
    // What a broken connection leaves unread the library takes past these listeners.
    socket.prependListener('close', () => {
      const rest: unknown = socket.read()
      if (rest !== null) socket.emit('data', rest)
    })
  }

  consume(sink: ByteSink): void {
    this.#inlet.consume(sink)
  }

  /** Where bytes are counted that the system has not taken. */
  set unsentBudget(budget: UnsentBudget | undefined) {
    this.#unsent.budget = budget
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

  onFlow(wanted: boolean): void {
    if (wanted) this.#webSocket.resume()
    else this.#webSocket.pause()
  }

  onConsumed(): void {
    if (!this.#heldBack || this.#inlet.bufferedBytes > 0) return
    this.#heldBack = false
    if (!this.#inlet.isPaused) this.#webSocket.resume()
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
      throw new TransportError('closed', `The connection to ${this.#remote} is closed for writing.`)
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

  giveNow(chunk: Uint8Array): boolean {
    this.#given.push(chunk)
    return this.writeNow(chunk)
  }

  closeWriteNow(): void {
    if (this.#writeClosed || this.#over) return
    this.#writeClosed = true
    this.#schedule()
  }

  reset(reason?: Error): void {
    //= TRN-CHANNEL-5
    if (!this.#over && this.#socket.writableLength === 0) this.#writeOut()
    this.#finish(reason ?? new TransportError('closed', `The connection to ${this.#remote} was reset by this side.`))
  }

  onTurnEnd(): void {
    this.#flushing = false
    if (this.#over) return
    this.#writeOut()
    this.#count()
    if (this.#over) return
    if (this.#writeClosed) this.#webSocket.close(1000)
    else this.#drainIfLow()
  }

  /** All chunks of the turn as one message, longer ones cut, in one vectored write. The library sends control messages alone. */
  #writeOut(): void {
    const chunks = this.#chunks
    if (chunks.length === 0) return
    this.#chunks = []
    this.#chunkBytes = 0
    if (!this.#socket.writable) return
    const { maxSentMessageBytes } = limits.websocket
    this.#socket.cork()
    let message: Uint8Array[] = []
    let length = 0
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.byteLength;) {
        const part = chunk.subarray(at, at + maxSentMessageBytes - length)
        message.push(part)
        length += part.byteLength
        at += part.byteLength
        if (length < maxSentMessageBytes) continue
        this.#send(message, length)
        message = []
        length = 0
      }
    }
    if (length > 0) this.#send(message, length)
    this.#socket.uncork()
    this.#giveBack()
  }

  /** What is left of a turn's writes is counted; where there is no room for it, the remote has read too little for too long. */
  #count(): void {
    const refusal = this.#unsent.countOf(this.#socket)
    if (refusal !== undefined) this.reset(refusal)
  }

  /** Node looks at no chunk any more when none of its bytes is left. */
  #giveBack(): void {
    if (this.#given.length === 0 || this.#unsentBytes > 0) return
    for (const chunk of this.#given) giveBack(chunk)
    this.#given = []
  }

  #send(chunks: readonly Uint8Array[], length: number): void {
    if (this.#role === 'client') {
      const message = maskedMessage(chunks, length, systemRandom.uint32())
      this.#given.push(new Uint8Array(message.buffer))
      this.#socket.write(message)
      return
    }
    this.#socket.write(messageHead(length))
    for (const chunk of chunks) this.#socket.write(chunk)
  }

  #schedule(): void {
    if (this.#flushing) return
    this.#flushing = true
    this.#clock.atTurnEnd(this)
  }

  get #unsentBytes(): number {
    return this.#chunkBytes + this.#socket.writableLength
  }

  #drainIfLow(): void {
    if (!this.#drainWanted || this.#unsentBytes > highWaterBytes / 2) return
    this.#drainWanted = false
    this.#inlet.drained()
  }

  readonly #onDrain = (): void => {
    this.#giveBack()
    this.#count()
    this.#drainIfLow()
  }

  readonly #onMessage = (data: unknown, isBinary: boolean): void => {
    const isDone = !this.#over && this.#take(data, isBinary)
    this.#readMemory.delivered(isDone)
    if (this.#over || this.#inlet.isPaused || this.#inlet.bufferedBytes < unclaimedBytes) return
    this.#heldBack = true
    this.#webSocket.pause()
  }

  /** True: nobody keeps any of it. */
  #take(data: unknown, isBinary: boolean): boolean {
    //= WS-FRAME-1
    if (!isBinary) {
      this.#webSocket.close(unsupportedData)
      this.#fail(
        new TransportError('protocol-violated', `${this.#remote} sent text, where only binary messages are known.`),
      )
      return false
    }
    // The library gives one Buffer a message, as it was not told otherwise.
    if (!(data instanceof Uint8Array) || this.#inlet.push(data) !== 'done') return false
    giveBack(data)
    return true
  }

  readonly #onError = (error: Error): void => {
    this.#finish(
      isProtocolFault(error)
        ? new TransportError('protocol-violated', `${this.#remote} broke the rules of WebSocket: ${error.message}.`, {
            cause: error,
          })
        : fromSystemError(error, `The connection to ${this.#remote} was lost`),
    )
  }

  readonly #onClose = (code: number): void => {
    //= WS-CLOSE-1
    if (!cleanCodes.has(code)) {
      this.#finish(
        new TransportError('connection-lost', `The connection to ${this.#remote} was lost (close code ${code}).`),
      )
      return
    }
    this.#over = true
    this.#chunks = []
    this.#given = []
    this.#unsent.clear()
    this.#inlet.end()
  }

  #finish(reason: Error): void {
    if (this.#over) return
    this.#webSocket.terminate()
    this.#fail(reason)
  }

  #fail(reason: Error): void {
    this.#over = true
    this.#chunks = []
    this.#given = []
    this.#chunkBytes = 0
    this.#unsent.clear()
    this.#inlet.fail(reason)
  }
}
