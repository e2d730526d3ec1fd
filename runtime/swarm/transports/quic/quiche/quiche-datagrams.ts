import type { DatagramCarrier, QuicDatagrams } from '../quic-datagrams.ts'
import type { QuicheConnection } from './quiche-binding.ts'

/** No packet is longer. */
const fetched = new Uint8Array(65_536)

/** The datagrams of one connection of quiche. */
export class QuicheDatagrams implements DatagramCarrier {
  readonly #connection: QuicheConnection
  readonly #touched: () => void

  /** `touched`: something is to be sent. */
  constructor(connection: QuicheConnection, touched: () => void) {
    this.#connection = connection
    this.#touched = touched
  }

  get maxBytes(): number | undefined {
    return this.#connection.dgramMaxWritableLen() ?? undefined
  }

  get unsent(): { readonly count: number; readonly bytes: number } {
    return { count: this.#connection.dgramSendQueueLen(), bytes: this.#connection.dgramSendQueueByteSize() }
  }

  //= QUIC-DATAGRAM-5
  /** The library keeps it until congestion control lets it leave. */
  send(datagram: Uint8Array): boolean {
    if (this.#connection.dgramSend(datagram) === null) return false
    this.#touched()
    return true
  }

  //= QUIC-DATAGRAM-6
  /** Hands on what has come. */
  fetch(to: QuicDatagrams): void {
    for (;;) {
      const byteCount = this.#connection.dgramRecv(fetched)
      if (byteCount === null) return
      to.arrived(fetched.slice(0, byteCount))
    }
  }
}
