import type { Socket } from 'node:net'
import type { ByteDuplex, ByteSink, UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import type { SocketCarrier } from '../../core/socket-carrier.ts'

/** Bytes of raw connections, encrypted as they are. */
export interface ByteMeter {
  receivedBytes: number
  sentBytes: number
}

export interface ChannelWatcher {
  /** For this channel alone; `onBytes` tells the same as it goes. */
  readonly meter: ByteMeter
  readonly onBytes: ((receivedBytes: number, sentBytes: number) => void) | undefined
  /** Both directions are over; called once. */
  onOver(error: Error | undefined): void
}

/** A raw channel that counts its bytes and tells its end. */
export class TracedChannel implements ByteDuplex {
  readonly borrowed: boolean
  readonly #inner: ByteDuplex
  protected readonly watcher: ChannelWatcher
  #readOver = false
  #writeOver = false
  #isOver = false

  constructor(inner: ByteDuplex, watcher: ChannelWatcher) {
    this.#inner = inner
    this.watcher = watcher
    this.borrowed = inner.borrowed
  }

  consume(sink: ByteSink): void {
    this.#inner.consume({
      push: (chunk) => {
        this.count(chunk.byteLength, 0)
        sink.push(chunk)
      },
      end: () => {
        this.#readOver = true
        sink.end()
        this.#overWhenBoth()
      },
      fail: (error) => {
        sink.fail(error)
        this.over(error)
      },
      drain: () => sink.drain?.(),
    })
  }

  set unsentBudget(budget: UnsentBudget | undefined) {
    this.#inner.unsentBudget = budget
  }

  pause(): void {
    this.#inner.pause()
  }

  resume(): void {
    this.#inner.resume()
  }

  unshift(chunk: Uint8Array): void {
    // They come again, to the next sink.
    this.count(-chunk.byteLength, 0)
    this.#inner.unshift(chunk)
  }

  writeNow(chunk: Uint8Array): boolean {
    const goOn = this.#inner.writeNow(chunk)
    this.count(0, chunk.byteLength)
    return goOn
  }

  closeWriteNow(): void {
    this.#inner.closeWriteNow()
    this.#writeOver = true
    this.#overWhenBoth()
  }

  reset(reason?: Error): void {
    this.#inner.reset(reason)
    this.over(reason)
  }

  protected count(receivedBytes: number, sentBytes: number): void {
    const { meter, onBytes } = this.watcher
    meter.receivedBytes += receivedBytes
    meter.sentBytes += sentBytes
    onBytes?.(receivedBytes, sentBytes)
  }

  protected over(error: Error | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.watcher.onOver(error)
  }

  #overWhenBoth(): void {
    if (this.#readOver && this.#writeOver) this.over(undefined)
  }
}

/** A channel whose socket may be taken over: its bytes are then the socket's own count, added up when it closes. */
export class TracedSocketChannel extends TracedChannel implements SocketCarrier {
  readonly #carrier: SocketCarrier

  constructor(carrier: SocketCarrier, watcher: ChannelWatcher) {
    super(carrier, watcher)
    this.#carrier = carrier
  }

  async detachSocket(): Promise<Socket> {
    const socket = await this.#carrier.detachSocket()
    socket.once('close', () => {
      const { meter } = this.watcher
      this.count(socket.bytesRead - meter.receivedBytes, socket.bytesWritten - meter.sentBytes)
      this.over(undefined)
    })
    return socket
  }
}
