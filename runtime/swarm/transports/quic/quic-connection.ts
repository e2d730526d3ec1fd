import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection, PeerId } from '@p2pspec/generated/interfaces/connection'
import type { MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import type { MuxedConnection } from '@p2pspec/generated/interfaces/transport'
import type { Clock } from '../../../core/clock.ts'
import { fromQuicEnd } from './quic-address.ts'
import type { QuicDatagrams } from './quic-datagrams.ts'
import type { QuicLink } from './quic-library.ts'
import { QuicSession } from './quic-session.ts'

/** A QUIC connection before the swarm has taken it; its multiaddrs are made when somebody asks. */
export class QuicConnection implements MuxedConnection {
  //= QUIC-AUTH-1
  readonly security = '/tls/1.0.0'
  readonly muxer = 'quic'
  onBytes: MuxedConnection['onBytes']
  readonly #link: QuicLink
  readonly #direction: 'inbound' | 'outbound'
  readonly #clock: Clock
  readonly #onOver: () => void
  #closed: PromiseWithResolvers<void> | undefined
  #isOver = false
  #session: QuicSession | undefined

  constructor(link: QuicLink, direction: 'inbound' | 'outbound', clock: Clock, onOver: () => void) {
    this.#link = link
    this.#direction = direction
    this.#clock = clock
    this.#onOver = onOver
  }

  get remotePeer(): PeerId {
    return this.#link.remotePeer
  }

  get remotePublicKey(): Uint8Array | undefined {
    return this.#link.remotePublicKey
  }

  get localAddress(): Multiaddr | undefined {
    const { local } = this.#link
    return local === undefined ? undefined : fromQuicEnd(local)
  }

  get remoteAddress(): Multiaddr {
    return fromQuicEnd(this.#link.remote)
  }

  get closed(): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return (this.#closed ??= Promise.withResolvers<void>()).promise
  }

  get datagrams(): QuicDatagrams | undefined {
    return this.#link.datagrams
  }

  start(connection: Connection, events: MuxerEvents): MuxerSession {
    const { datagrams } = this.#link
    if (datagrams !== undefined) datagrams.onBytes = this.onBytes
    this.#session = new QuicSession({
      link: this.#link,
      direction: this.#direction,
      connection,
      events,
      clock: this.#clock,
      onBytes: this.onBytes,
      onLinkOver: () => this.#over(),
    })
    return this.#session
  }

  reset(reason?: Error): void {
    if (this.#session !== undefined) return this.#session.abort(reason)
    if (this.#isOver) return
    this.#link.close()
    this.#over()
  }

  #over(): void {
    this.#isOver = true
    this.#closed?.resolve()
    this.#onOver()
  }
}
