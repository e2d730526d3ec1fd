import { multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { ignoreRejection } from '../../../../core/abort.ts'
import type { Clock } from '../../../../core/clock.ts'
import { peerIdFromString, publicKeyOfPeerId } from '../../../../crypto/peer-id.ts'
import type { QuicEnd, QuicLink, QuicPipe } from '../quic-library.ts'
import { untilQuiet } from '../until-quiet.ts'
import type { QuinnConnection, QuinnStream } from './quinn-binding.ts'
import { QuicError } from '../quic-error.ts'
import { connectionFault, streamFault } from './quinn-fault.ts'

export interface QuinnSide {
  readonly isDialled: boolean
  readonly local: QuicEnd | undefined
}

/** A connection of quinn's. */
export class QuinnLink implements QuicLink {
  readonly remotePeer: PeerId
  readonly remote: QuicEnd
  readonly local: QuicEnd | undefined
  readonly #connection: QuinnConnection
  readonly #isDialled: boolean
  readonly #clock: Clock

  constructor(connection: QuinnConnection, side: QuinnSide, clock: Clock) {
    this.#connection = connection
    this.#isDialled = side.isDialled
    this.#clock = clock
    this.local = side.local
    const [host, port, , peer] = multiaddr(connection.remoteMultiaddr()).getComponents()
    this.remote = { host: host?.value ?? '', port: Number(port?.value) }
    this.remotePeer = peerIdFromString(peer?.value ?? '')
  }

  /** A short key stands in the peer id; of a long one the library shows the hash alone. */
  get remotePublicKey(): Uint8Array | undefined {
    return publicKeyOfPeerId(this.remotePeer)?.encode()
  }

  get roundTripMs(): number {
    return this.#connection.rtt()
  }

  async accept(): Promise<QuicPipe | undefined> {
    try {
      return new QuinnPipe(await this.#connection.inboundStream(), this.#isDialled ? 1 : 0)
    } catch (cause) {
      const fault = connectionFault(cause)
      if (fault === undefined) return undefined
      throw fault
    }
  }

  async open(): Promise<QuicPipe> {
    try {
      return new QuinnPipe(await this.#connection.outboundStream(), this.#isDialled ? 0 : 1)
    } catch (cause) {
      throw connectionFault(cause) ?? new QuicError('session-closed', 'The remote closed the connection.', { cause })
    }
  }

  flushed(byteCount: number): Promise<void> {
    return untilQuiet(this.#clock, {
      byteCount,
      sentPackets: () => this.#connection.stats().udpTxDatagrams,
      roundTripMs: () => this.roundTripMs,
    })
  }

  close(): void {
    this.#connection.abort()
  }
}

class QuinnPipe implements QuicPipe {
  readonly id: number
  readonly #stream: QuinnStream

  constructor(stream: QuinnStream, opener: 0 | 1) {
    this.#stream = stream
    this.id = Number(stream.id()) * 4 + opener
  }

  async read(maxBytes: number): Promise<Uint8Array | null> {
    try {
      return await this.#stream.read(maxBytes)
    } catch (cause) {
      throw streamFault(cause)
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      await this.#stream.write(chunk)
    } catch (cause) {
      throw streamFault(cause)
    }
  }

  finish(): void {
    void ignoreRejection(this.#stream.finishWrite())
  }

  reset(): void {
    void ignoreRejection(this.#stream.resetWrite())
  }

  stopReading(): void {
    void ignoreRejection(this.#stream.stopRead())
  }
}
