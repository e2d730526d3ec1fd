import { limits } from '@p2pspec/generated/common/limits'
import type { CarriedDatagrams, DatagramBudget } from '@p2pspec/generated/interfaces/datagrams'
import type { AbortOptions, MaybePromise } from '@p2pspec/generated/interfaces/stream'
import { abortReason, ignoreRejection, throwIfAborted } from '../../../core/abort.ts'
import type { Clock, TurnTask } from '../../../core/clock.ts'
import { DatagramError } from './datagram-error.ts'
import { DatagramQueue } from './datagram-queue.ts'

/** What a QUIC library does for the datagrams of one connection. */
export interface DatagramCarrier {
  /** The longest that may be sent now; undefined: the remote takes none. */
  readonly maxBytes: number | undefined
  /** What the library keeps until congestion control lets it leave. */
  readonly unsent: { readonly count: number; readonly bytes: number }
  /** False: the library keeps no more. */
  send(datagram: Uint8Array): boolean
}

interface Waiting extends PromiseWithResolvers<Uint8Array | null> {
  readonly stopListening: () => void
}

const { quic } = limits
const overheadBytes = quic.datagramOverheadBytes
const unreadLimits = { count: quic.maxUnreadDatagrams, bytes: quic.maxUnreadDatagramBytes, overheadBytes }

/** The datagrams of one QUIC connection: bounded on both ways, and counted while they wait. */
export class QuicDatagrams implements CarriedDatagrams, TurnTask {
  droppedInbound = 0
  droppedOutbound = 0
  onDropped: CarriedDatagrams['onDropped']
  onBytes: ((receivedBytes: number, sentBytes: number) => void) | undefined
  readonly #carrier: DatagramCarrier
  readonly #clock: Clock
  readonly #unread = new DatagramQueue(unreadLimits)
  #unsentCost = 0
  #budget: DatagramBudget | undefined
  #reader: Waiting | undefined
  #isOver = false
  #told = { inbound: 0, outbound: 0, isQueued: false }

  constructor(carrier: DatagramCarrier, clock: Clock) {
    this.#carrier = carrier
    this.#clock = clock
  }

  get maxBytes(): number {
    return this.#isOver ? 0 : (this.#carrier.maxBytes ?? 0)
  }

  get budget(): DatagramBudget | undefined {
    return this.#budget
  }

  /** What has come before anybody counted is counted now. */
  set budget(budget: DatagramBudget | undefined) {
    this.#budget = budget
    while (this.#unread.length > 0 && budget?.hold(this.#unread.heldBytes) === false) {
      this.#unread.shift()
      this.#drop('inbound')
    }
  }

  send(datagram: Uint8Array): boolean {
    if (this.#isOver) throw new DatagramError('connection-over', 'The connection is over: open a new one.')
    const { maxBytes } = this.#carrier
    //= QUIC-DATAGRAM-1
    if (maxBytes === undefined) {
      const message = 'The remote takes no datagrams, as it said in the handshake: use a stream.'
      throw new DatagramError('not-supported-by-remote', message)
    }
    //= QUIC-DATAGRAM-2
    if (datagram.byteLength > maxBytes) {
      const message = `A datagram of ${datagram.byteLength} bytes does not fit: at most ${maxBytes} go to this remote on this path. Cut it, or use a stream.`
      throw new DatagramError('too-large', message, maxBytes)
    }
    return this.#keep(datagram)
  }

  receive(options: AbortOptions = {}): MaybePromise<Uint8Array | null> {
    const { signal } = options
    throwIfAborted(signal)
    if (this.#reader !== undefined) {
      throw new DatagramError('already-reading', 'Somebody waits for the next datagram already: read in one place.')
    }
    const next = this.#unread.shift()
    if (next !== undefined) {
      this.#budget?.release(next.byteLength + overheadBytes)
      return next
    }
    return this.#isOver ? null : this.#wait(signal)
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let next = await this.receive(); next !== null; next = await this.receive()) yield next
  }

  //= QUIC-DATAGRAM-4
  /** One came in; its memory is this side's. */
  arrived(datagram: Uint8Array): void {
    if (this.#isOver) return
    this.onBytes?.(datagram.byteLength, 0)
    const reader = this.#takeReader()
    if (reader !== undefined) return reader.resolve(datagram)
    //= QUIC-DATAGRAM-7
    while (this.#unread.length > 0 && !this.#unread.hasRoomFor(datagram)) {
      this.#budget?.release(this.#costOfOldest())
      this.#drop('inbound')
    }
    const cost = datagram.byteLength + overheadBytes
    if (this.#budget?.hold(cost) === false) return this.#drop('inbound')
    this.#unread.push(datagram)
  }

  /** The library may have sent some of what it kept. */
  flushed(): void {
    if (this.#unsentCost === 0) return
    const { count, bytes } = this.#carrier.unsent
    const left = bytes + count * overheadBytes
    this.#budget?.release(this.#unsentCost - left)
    this.#unsentCost = left
  }

  /** The connection is over, and what counted it with it. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#budget = undefined
    this.#takeReader()?.resolve(null)
  }

  onTurnEnd(): void {
    const { inbound, outbound } = this.#told
    this.#told = { inbound: 0, outbound: 0, isQueued: false }
    this.onDropped?.(inbound, outbound)
  }

  //= QUIC-DATAGRAM-7
  #keep(datagram: Uint8Array): boolean {
    const { count, bytes } = this.#carrier.unsent
    const cost = datagram.byteLength + overheadBytes
    const isFull =
      count >= quic.maxUnsentDatagrams || bytes + count * overheadBytes + cost > quic.maxUnsentDatagramBytes
    if (isFull || this.#budget?.hold(cost) === false) {
      this.#drop('outbound')
      return false
    }
    this.#unsentCost += cost
    if (!this.#carrier.send(datagram)) {
      this.#unsentCost -= cost
      this.#budget?.release(cost)
      this.#drop('outbound')
      return false
    }
    this.onBytes?.(0, datagram.byteLength)
    return true
  }

  #wait(signal: AbortSignal | undefined): Promise<Uint8Array | null> {
    const waiting = Promise.withResolvers<Uint8Array | null>()
    const onAbort = (): void => {
      this.#reader = undefined
      if (signal !== undefined) waiting.reject(abortReason(signal))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#reader = { ...waiting, stopListening: () => signal?.removeEventListener('abort', onAbort) }
    return ignoreRejection(waiting.promise)
  }

  #takeReader(): Waiting | undefined {
    const reader = this.#reader
    this.#reader = undefined
    reader?.stopListening()
    return reader
  }

  #costOfOldest(): number {
    return (this.#unread.shift()?.byteLength ?? 0) + overheadBytes
  }

  #drop(way: 'inbound' | 'outbound'): void {
    if (way === 'inbound') this.droppedInbound += 1
    else this.droppedOutbound += 1
    if (this.onDropped === undefined) return
    this.#told[way] += 1
    if (this.#told.isQueued) return
    this.#told.isQueued = true
    this.#clock.atTurnEnd(this)
  }
}
