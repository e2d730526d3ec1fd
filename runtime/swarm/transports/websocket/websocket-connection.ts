import type { Socket } from 'node:net'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { RawConnection } from '@p2pspec/generated/interfaces/transport'
import { socketClosed } from './socket-closed.ts'
import { fromSocketAddress } from '../tcp/tcp-address.ts'
import type { WebSocketDuplex } from './websocket-duplex.ts'

/** An open WebSocket; its multiaddrs are made when somebody asks. */
export class WebSocketConnection implements RawConnection {
  readonly channel: WebSocketDuplex
  readonly isOnLastDescriptors: boolean
  readonly #suffix: string
  readonly #socket: Socket
  readonly #localHost: string | undefined
  readonly #localPort: number | undefined
  readonly #remoteHost: string | undefined
  readonly #remotePort: number | undefined

  constructor(channel: WebSocketDuplex, socket: Socket, suffix: string, isOnLast = false) {
    this.channel = channel
    this.isOnLastDescriptors = isOnLast
    this.#socket = socket
    this.#suffix = suffix
    // Once the socket is closed it has forgotten them.
    this.#localHost = socket.localAddress
    this.#localPort = socket.localPort
    this.#remoteHost = socket.remoteAddress
    this.#remotePort = socket.remotePort
  }

  get closed(): Promise<void> {
    return socketClosed(this.#socket)
  }

  get localAddress(): Multiaddr {
    return withSuffix(fromSocketAddress(this.#localHost, this.#localPort), this.#suffix)
  }

  get remoteAddress(): Multiaddr {
    return withSuffix(fromSocketAddress(this.#remoteHost, this.#remotePort), this.#suffix)
  }
}

export function withSuffix(address: Multiaddr, suffix: string): Multiaddr {
  return multiaddr(`${address.toString()}${suffix}`)
}
