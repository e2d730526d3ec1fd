import type { QuicheConnection, QuicheFault } from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-binding'
import { eachPacket } from '@p2pspec/runtime/swarm/transports/quic/quiche/incoming-packets'
import { sendPackets } from '@p2pspec/runtime/swarm/transports/quic/quiche/outgoing-packets'
import type { Endpoint } from './socket.ts'
import { Watch } from './watch.ts'

/** Room for any packet that this side sends. */
const PACKET_BYTES = 1452

export interface QuicEngineParts {
  readonly connection: QuicheConnection
  readonly local: Endpoint
  readonly send: (packet: Uint8Array) => void
}

/** Keeps one QUIC connection going: packets in, packets out, its timers, and whoever waits is told. */
export class QuicEngine {
  readonly connection: QuicheConnection
  readonly watch = new Watch()
  /** Reads from streams and writes to them, in every turn. */
  serve: (() => void) | null = null
  readonly #local: Endpoint
  readonly #send: (packet: Uint8Array) => void
  #isQueued = false
  #isStopped = false
  #timer: NodeJS.Timeout | undefined

  constructor({ connection, local, send }: QuicEngineParts) {
    this.connection = connection
    this.#local = local
    this.#send = send
    this.touched()
  }

  /** Either side ended the connection, or QUIC itself did. */
  get over(): boolean {
    return (
      this.#isStopped ||
      this.connection.isClosed() ||
      this.connection.peerError() !== null ||
      this.connection.localError() !== null
    )
  }

  /** With what the subject ended it. */
  get fault(): QuicheFault | null {
    return this.connection.peerError()
  }

  receive(datagram: Uint8Array, from: Endpoint): void {
    // The library decrypts in place, and the datagram was recorded as it came.
    eachPacket(Uint8Array.from(datagram), (packet) => {
      try {
        this.connection.recv(packet, { from, to: this.#local })
      } catch {
        // What is wrong with the connection shows in its errors; a packet that is merely bad is dropped.
      }
    })
    this.touched()
  }

  /** Something is to be sent, or room was made. */
  touched(): void {
    if (this.#isQueued || this.#isStopped) return
    this.#isQueued = true
    queueMicrotask(() => {
      this.#isQueued = false
      if (!this.#isStopped) this.#turn()
    })
  }

  /** Takes leave of the subject. */
  close(): void {
    if (this.#isStopped) return
    try {
      this.connection.close(true, 0, new Uint8Array())
    } catch {
      // It is over already.
    }
    this.#flush()
    this.#isStopped = true
    clearTimeout(this.#timer)
    // Whoever still waits for a stream learns that nothing will come.
    this.serve?.()
    this.watch.changed()
  }

  #turn(): void {
    this.serve?.()
    this.#flush()
    this.watch.changed()
  }

  #flush(): void {
    sendPackets(this.connection, PACKET_BYTES, (packet) => this.#send(packet))
    clearTimeout(this.#timer)
    const delayMs = this.connection.timeout()
    if (delayMs === null || this.connection.isClosed()) return
    this.#timer = setTimeout(() => {
      this.connection.onTimeout()
      this.touched()
    }, delayMs)
  }
}
