import type { ConnectionOptions, TlsOptions } from 'node:tls'
import type { RawConnection, Transport, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { systemClock, type Clock } from '../../../core/clock.ts'
import { requireWebSocketAddress, toWebSocketAddress } from './websocket-address.ts'

export interface WebSocketOptions {
  readonly clock?: Clock | undefined
  /** Certificate and key of this node's own secure listeners. Without it none can be opened. */
  readonly tlsListen?: TlsOptions | undefined
  /** How certificates of others are judged, such as `ca`; the system's authorities where absent. */
  readonly tlsDial?: ConnectionOptions | undefined
  /** Connections that one listener holds at once; more are closed on arrival. */
  readonly maxConnections?: number | undefined
}

/** WebSocket, plain and over TLS, by the library `ws`. */
export function webSocket(options: WebSocketOptions = {}): Transport<RawConnection> {
  const { clock = systemClock, tlsListen, tlsDial, maxConnections = 10_000 } = options
  return {
    name: 'websocket',
    canDial: (address) => toWebSocketAddress(address) !== undefined,
    canListen: (address) => {
      const found = toWebSocketAddress(address)
      return found?.isName === false && (!found.secure || tlsListen !== undefined)
    },
    // HTTP and TLS are loaded with the first WebSocket: a node that has none starts without them.
    dial: async (address, dialOptions) => {
      const { dialWebSocket } = await import('./dial-websocket.ts')
      return await dialWebSocket(address, { ...dialOptions, clock, tls: tlsDial })
    },
    listen: async (address, onConnection, listenOptions): Promise<TransportListener> => {
      const { listenWebSocket } = await import('./websocket-listener.ts')
      return await listenWebSocket(requireWebSocketAddress(address), onConnection, {
        clock,
        tls: tlsListen,
        maxConnections,
        signal: listenOptions?.signal,
      })
    },
  }
}
