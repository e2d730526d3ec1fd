import type { Socket } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RawConnection } from '@p2pspec/generated/interfaces/transport'
import type { SocketDuplex } from './socket-duplex.ts'
import { fromSocketAddress } from './tcp-address.ts'

/** A connected socket; its multiaddrs are made when somebody asks, and then kept. */
export class TcpConnection implements RawConnection {
  readonly channel: SocketDuplex
  readonly isOnLastDescriptors: boolean
  readonly #localHost: string | undefined
  readonly #localPort: number | undefined
  readonly #remoteHost: string | undefined
  readonly #remotePort: number | undefined
  #localAddress: Multiaddr | undefined
  #remoteAddress: Multiaddr | undefined

  constructor(channel: SocketDuplex, socket: Socket, isOnLast = false) {
    this.channel = channel
    this.isOnLastDescriptors = isOnLast
    // Once the socket is closed it has forgotten them.
    this.#localHost = socket.localAddress
    this.#localPort = socket.localPort
    this.#remoteHost = socket.remoteAddress
    this.#remotePort = socket.remotePort
  }

  get closed(): Promise<void> {
    return this.channel.closed
  }

  get localAddress(): Multiaddr {
    return (this.#localAddress ??= fromSocketAddress(this.#localHost, this.#localPort))
  }

  get remoteAddress(): Multiaddr {
    return (this.#remoteAddress ??= fromSocketAddress(this.#remoteHost, this.#remotePort))
  }
}
