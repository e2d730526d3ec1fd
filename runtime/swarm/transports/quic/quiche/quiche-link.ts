import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { ignoreRejection } from '../../../../core/abort.ts'
import type { Clock, Timer, TurnTask } from '../../../../core/clock.ts'
import type { ProvenPeer } from '../../../../protocols/tls/judge-chain.ts'
import { QuicError } from '../quic-error.ts'
import type { QuicEnd, QuicLink, QuicPipe } from '../quic-library.ts'
import { QuicDatagrams } from '../quic-datagrams.ts'
import { untilQuiet } from '../until-quiet.ts'
import { eachPacket } from './incoming-packets.ts'
import { sendPackets } from './outgoing-packets.ts'
import { QuicheDatagrams } from './quiche-datagrams.ts'
import type { QuicheConnection } from './quiche-binding.ts'
import { connectionFault } from './quiche-fault.ts'
import { QuichePipe, type PipeOwner } from './quiche-pipe.ts'

/** What a connection asks of its socket. */
export interface LinkCarrier {
  readonly local: QuicEnd
  send(packet: Uint8Array, to: QuicEnd): void
  /** The connection is over: its packets are nobody's. */
  linkOver(link: QuicheLink): void
}

export interface LinkParts {
  readonly connection: QuicheConnection
  readonly carrier: LinkCarrier
  readonly remote: QuicEnd
  readonly isDialled: boolean
  readonly clock: Clock
  readonly keepAliveMs: number
  readonly datagrams: boolean
  /** Judges the certificates once the handshake is through; throws where they prove nobody. */
  readonly judge: (connection: QuicheConnection) => ProvenPeer
  /** Told once: the remote has proven who it is, or it will not. */
  readonly onHandshake: (link: QuicheLink, failure: Error | undefined) => void
}

const packetBytes = 1_452
/** TLS alert bad_certificate as an error of QUIC. */
const badCertificateCode = 0x12a
/** INTERNAL_ERROR of QUIC. */
const internalErrorCode = 0x1

/** One connection of quiche: packets in, packets out, and whoever waits is told. */
export class QuicheLink implements QuicLink, PipeOwner, TurnTask {
  readonly connection: QuicheConnection
  readonly remote: QuicEnd
  readonly datagrams: QuicDatagrams | undefined
  readonly #parts: LinkParts
  readonly #arrivingDatagrams: QuicheDatagrams | undefined
  readonly #pipes = new Map<number, QuichePipe>()
  readonly #arrived: QuichePipe[] = []
  readonly #opening: PromiseWithResolvers<QuicPipe>[] = []
  #accepting: PromiseWithResolvers<QuicPipe | undefined> | undefined
  #proven: ProvenPeer | undefined
  #handshakeOver = false
  #nextId: number
  /** The highest stream of the remote's that was announced. */
  #lastRemoteId: number
  #isQueued = false
  #timer: Timer | undefined
  #keepAlive: Timer | undefined
  #isOver = false
  #fault: QuicError | undefined

  constructor(parts: LinkParts) {
    this.connection = parts.connection
    this.remote = parts.remote
    this.#parts = parts
    if (parts.datagrams) {
      const carrier = new QuicheDatagrams(this.connection, () => this.touched())
      this.#arrivingDatagrams = carrier
      this.datagrams = new QuicDatagrams(carrier, parts.clock)
    }
    this.#nextId = parts.isDialled ? 0 : 1
    this.#lastRemoteId = (parts.isDialled ? 1 : 0) - 4
    this.touched()
  }

  get remotePeer(): PeerId {
    return this.#provenPeer.remotePeer
  }

  get remotePublicKey(): Uint8Array {
    return this.#provenPeer.remotePublicKey
  }

  get local(): QuicEnd {
    return this.#parts.carrier.local
  }

  get roundTripMs(): number {
    return this.connection.pathStats().find(({ active }) => active)?.rtt ?? 0
  }

  accept(): Promise<QuicPipe | undefined> {
    const next = this.#arrived.shift()
    if (next !== undefined) return Promise.resolve(next)
    if (this.#isOver) return this.#fault === undefined ? Promise.resolve(undefined) : Promise.reject(this.#fault)
    this.#accepting = Promise.withResolvers<QuicPipe | undefined>()
    return this.#accepting.promise
  }

  open(): Promise<QuicPipe> {
    const opening = Promise.withResolvers<QuicPipe>()
    if (this.#isOver) opening.reject(this.#fault ?? closedError())
    else {
      this.#opening.push(opening)
      this.#openWaiting()
    }
    return ignoreRejection(opening.promise)
  }

  flushed(byteCount: number): Promise<void> {
    return untilQuiet(this.#parts.clock, {
      byteCount,
      sentPackets: () => this.connection.stats().sent,
      roundTripMs: () => this.roundTripMs,
    })
  }

  close(): void {
    if (this.#isOver) return
    this.#closeNow(true, 0)
    this.#finish(undefined)
  }

  /** A datagram for it came in. */
  receive(datagram: Uint8Array, from: QuicEnd): void {
    eachPacket(datagram, (packet) => {
      try {
        this.connection.recv(packet, { from, to: this.local })
      } catch {
        // What is wrong with the connection shows in its errors; a packet that is merely bad is dropped.
      }
    })
    try {
      if (this.#proven !== undefined) this.#fetchDatagrams()
    } catch (fault) {
      this.onTurnFault(fault)
    }
    this.touched()
  }

  /** Gives up before the handshake is over. */
  abandon(): void {
    this.#endHandshake(closedError())
    this.close()
  }

  touched(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    this.#parts.clock.atTurnEnd(this)
  }

  pipeOver(pipe: QuichePipe): void {
    this.#pipes.delete(pipe.id)
  }

  onTurnEnd(): void {
    this.#isQueued = false
    this.#shakeHands()
    if (this.#proven !== undefined && !this.#isOver) this.#serve()
    this.#flush()
    if (this.connection.isClosed()) {
      this.#timer?.cancel()
      this.#endHandshake(undefined)
      this.#finish(connectionFault(this.connection))
      this.#parts.carrier.linkOver(this)
    }
  }

  /** The connection is over; the library says so to the remote, if it still can. */
  onTurnFault(fault: unknown): void {
    const error = new QuicError('session-closed', 'A fault of this side ended the connection; the cause says which.', {
      cause: fault,
    })
    this.#closeNow(false, internalErrorCode)
    this.#endHandshake(error)
    this.#finish(error)
  }

  /** No connection is handed on before its remote is proven. */
  #shakeHands(): void {
    if (this.#handshakeOver || !this.connection.isEstablished()) return
    try {
      this.#proven = this.#parts.judge(this.connection)
    } catch (error) {
      this.#closeNow(false, badCertificateCode)
      this.#endHandshake(error instanceof Error ? error : new Error(String(error)))
      this.#finish(closedError())
      return
    }
    this.#keepAliveSoon()
    this.#endHandshake(undefined)
  }

  #endHandshake(failure: Error | undefined): void {
    if (this.#handshakeOver) return
    this.#handshakeOver = true
    this.#parts.onHandshake(this, failure)
  }

  get isProven(): boolean {
    return this.#proven !== undefined
  }

  #serve(): void {
    this.#fetchDatagrams()
    for (const id of this.connection.readable()) {
      const pipe = this.#pipes.get(id)
      if (pipe !== undefined) pipe.onReadable()
      else if (id > this.#lastRemoteId && (id & 3) === (this.#lastRemoteId & 3)) this.#announceUpTo(id)
    }
    for (const id of this.connection.writable()) this.#pipes.get(id)?.onWritable()
    this.#openWaiting()
  }

  #fetchDatagrams(): void {
    const { datagrams } = this
    if (datagrams !== undefined) this.#arrivingDatagrams?.fetch(datagrams)
  }

  //= QUIC-STREAM-3
  /** A stream opens all before it. */
  #announceUpTo(id: number): void {
    while (this.#lastRemoteId < id) {
      this.#lastRemoteId += 4
      // Of those before it the library knows nothing until they are used.
      const pipe = new QuichePipe(this.#lastRemoteId, this, this.#lastRemoteId === id)
      this.#pipes.set(pipe.id, pipe)
      const accepting = this.#accepting
      this.#accepting = undefined
      if (accepting === undefined) this.#arrived.push(pipe)
      else accepting.resolve(pipe)
    }
  }

  #openWaiting(): void {
    while (this.#opening.length > 0 && this.connection.peerStreamsLeftBidi() > 0) {
      const pipe = new QuichePipe(this.#nextId, this, true)
      this.#nextId += 4
      // Nothing leaves by this, but from here on quiche counts the stream.
      this.connection.streamSend(pipe.id, new Uint8Array(), false)
      this.#pipes.set(pipe.id, pipe)
      this.#opening.shift()?.resolve(pipe)
    }
  }

  #flush(): void {
    sendPackets(this.connection, packetBytes, (packet, to) => this.#parts.carrier.send(packet, to))
    this.datagrams?.flushed()
    this.#timer?.cancel()
    const delayMs = this.connection.timeout()
    if (delayMs === null || this.connection.isClosed()) return
    this.#timer = this.#parts.clock.startTimer(delayMs, () => {
      try {
        this.connection.onTimeout()
      } catch (fault) {
        this.onTurnFault(fault)
      }
      this.touched()
    })
  }

  #keepAliveSoon(): void {
    this.#keepAlive = this.#parts.clock.startTimer(this.#parts.keepAliveMs, () => {
      if (this.#isOver) return
      try {
        this.connection.sendAckEliciting()
      } catch {
        // A connection that is over needs none.
      }
      this.touched()
      this.#keepAliveSoon()
    })
  }

  #closeNow(byApplication: boolean, code: number): void {
    try {
      this.connection.close(byApplication, code, new Uint8Array())
    } catch {
      // It is over already.
    }
    this.touched()
  }

  #finish(fault: QuicError | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#fault = fault
    this.#keepAlive?.cancel()
    this.datagrams?.end()
    const reason = fault ?? closedError()
    for (const pipe of this.#pipes.values()) pipe.fail(reason)
    this.#pipes.clear()
    for (const opening of this.#opening.splice(0)) opening.reject(reason)
    if (fault === undefined) this.#accepting?.resolve(undefined)
    else this.#accepting?.reject(fault)
    this.#accepting = undefined
  }

  get #provenPeer(): ProvenPeer {
    if (this.#proven === undefined)
      throw new Error('assertion: a connection was asked for its peer before that was proven')
    return this.#proven
  }
}

function closedError(): QuicError {
  return new QuicError('session-closed', 'The connection is over: open a new one.')
}
