import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { DialOptions, RawConnection } from '@p2pspec/generated/interfaces/transport'
import type { WebSocket } from 'ws'
import { abortReason, throwIfAborted } from '../../../core/abort.ts'
import type { Clock } from '../../../core/clock.ts'
import { AllowedHosts } from '../../allowed-hosts.ts'
import { socketLookup } from '../../socket-lookup.ts'
import { fromSystemError } from '../tcp/system-error.ts'
import { TransportError } from '../transport-error.ts'
import { loadWebSocketLibrary } from './load-ws.ts'
import { requireWebSocketAddress, toUrl, type WebSocketAddress } from './websocket-address.ts'
import { WebSocketConnection } from './websocket-connection.ts'
import { WebSocketDuplex } from './websocket-duplex.ts'
import { isProtocolFault } from './websocket-fault.ts'

export interface WebSocketDialOptions extends DialOptions {
  readonly clock: Clock
  readonly tls: ConnectionOptions | undefined
}

export async function dialWebSocket(
  address: Multiaddr,
  { clock, tls, signal, allowHost, lookUp }: WebSocketDialOptions,
): Promise<RawConnection> {
  const target = requireWebSocketAddress(address)
  throwIfAborted(signal)
  const { WebSocket } = await loadWebSocketLibrary()
  throwIfAborted(signal)
  const hosts = new AllowedHosts(address, allowHost)
  const webSocket = new WebSocket(toUrl(target), {
    ...clientOptions(target, tls),
    lookup: socketLookup(lookUp, hosts),
  })
  try {
    return await opened(webSocket, address, target, clock, signal)
  } catch (error) {
    throw hosts.refusal ?? error
  }
}

function clientOptions({ family, secure, serverName, port }: WebSocketAddress, tls: ConnectionOptions | undefined) {
  return {
    ...(secure ? tls : {}),
    ...(family === 0 ? {} : { family }),
    ...(serverName === undefined ? {} : { servername: serverName, headers: { host: `${serverName}:${port}` } }),
    perMessageDeflate: false,
    skipUTF8Validation: true,
    maxPayload: limits.websocket.maxMessageBytes,
    maxFragments: limits.websocket.maxFragments,
    maxBufferedChunks: limits.websocket.maxBufferedParts,
    maxPendingAutoPongs: limits.websocket.maxPendingPongs,
    closeTimeout: limits.websocket.closeTimeout,
    maxHeaderSize: limits.websocket.maxHeaderBytes,
    followRedirects: false,
  }
}

function opened(
  webSocket: WebSocket,
  address: Multiaddr,
  target: WebSocketAddress,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    let socket: Socket | undefined
    const settle = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: Error): void => {
      settle()
      reject(error)
      // It reports the end of an opening that was broken off, too: the listener stays for that.
      webSocket.terminate()
    }
    const onAbort = (): void => {
      if (signal !== undefined) fail(abortReason(signal))
    }
    const onError = (error: Error): void => {
      fail(dialError(error, address))
    }
    const timer = clock.startTimer(limits.websocket.openingTimeout, () => {
      fail(
        new TransportError(
          'timeout',
          `Connecting to ${address.toString()} took longer than ${limits.websocket.openingTimeout} ms.`,
        ),
      )
    })
    webSocket.on('error', onError)
    webSocket.once('upgrade', (response: IncomingMessage) => {
      socket = response.socket
    })
    webSocket.once('open', () => {
      settle()
      if (socket === undefined) return fail(new TransportError('system', 'The WebSocket opened without a socket.'))
      const channel = new WebSocketDuplex(clock, address.toString(), webSocket, socket, 'client')
      webSocket.off('error', onError)
      resolve(new WebSocketConnection(channel, socket, target.suffix))
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

function dialError(error: Error, address: Multiaddr): TransportError {
  // The library has no code for an answer that is no upgrade.
  if (isProtocolFault(error) || !('code' in error)) {
    return new TransportError(
      'protocol-violated',
      `${address.toString()} does not answer as a WebSocket server: ${error.message}.`,
      { cause: error },
    )
  }
  return fromSystemError(error, `Connecting to ${address.toString()} failed`)
}
