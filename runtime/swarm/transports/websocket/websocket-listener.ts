import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from 'node:tls'
import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { RawConnection, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { abortReason, throwIfAborted } from '../../../core/abort.ts'
import type { Clock } from '../../../core/clock.ts'
import { isOnLastDescriptors } from '../tcp/descriptors.ts'
import { fromSystemError } from '../tcp/system-error.ts'
import { boundAddresses, ipv6Alone } from '../tcp/tcp-address.ts'
import { TransportError } from '../transport-error.ts'
import { loadWebSocketLibrary } from './load-ws.ts'
import { PendingOpenings } from './pending-openings.ts'
import type { WebSocketAddress } from './websocket-address.ts'
import { WebSocketConnection, withSuffix } from './websocket-connection.ts'
import { WebSocketDuplex } from './websocket-duplex.ts'

export interface WebSocketListenerOptions {
  readonly clock: Clock
  readonly tls: TlsOptions | undefined
  readonly maxConnections: number
  readonly signal: AbortSignal | undefined
}

/** Listens; each connection is handed on in the turn in which its opening is through. */
export async function listenWebSocket(
  address: WebSocketAddress,
  onConnection: (connection: RawConnection) => void,
  { clock, tls, maxConnections, signal }: WebSocketListenerOptions,
): Promise<TransportListener> {
  throwIfAborted(signal)
  //= WS-CERT-1
  if (address.isName || (address.secure && tls === undefined)) {
    throw new TransportError(
      'unsupported-address',
      `Cannot listen on ${address.host}${address.suffix}: ${address.isName ? 'listen on an IP address' : 'give a certificate and its key as tlsListen'}.`,
    )
  }
  const { WebSocketServer } = await loadWebSocketLibrary()
  throwIfAborted(signal)
  const opener = new WebSocketServer(serverOptions)
  const server = httpServer(address.secure ? tls : undefined)
  server.maxConnections = maxConnections
  const pending = new PendingOpenings(clock, limits.websocket.openingTimeout)
  server.on('connection', (socket: Socket) => {
    // One that has opened is refused with a word; those that have not may hold half of what is kept back.
    if (isOnLastDescriptors(socket, limits.swarm.reservedDescriptors / 2)) socket.destroy()
    else pending.add(socket)
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const { socket } = request
    if (address.path !== undefined && request.url !== address.path) return refuse(stream, '404 Not Found')
    opener.handleUpgrade(request, stream, head, (webSocket) => {
      pending.opened(socket)
      const remote = `${socket.remoteAddress ?? 'a remote that is gone'}:${socket.remotePort ?? 0}`
      const channel = new WebSocketDuplex(clock, remote, webSocket, socket, 'server')
      onConnection(new WebSocketConnection(channel, socket, address.suffix, isOnLastDescriptors(socket)))
    })
  })
  //= WS-OPEN-1
  // What does not ask for an upgrade is told so, and that is all.
  server.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
  })
  await bound(server, address, signal)
  const found = server.address()
  // A TCP server that listens has an address object; a string is a pipe's.
  const addresses: readonly Multiaddr[] =
    found === null || typeof found === 'string'
      ? []
      : boundAddresses(found.address, found.port).map((each) => withSuffix(each, address.suffix))
  return {
    addresses,
    close: () =>
      new Promise((resolve) => {
        // The server itself tells of its end when its last connection is over; the port is free before.
        server.close()
        opener.close()
        pending.end()
        setImmediate(resolve)
      }),
  }
}

const serverOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  skipUTF8Validation: true,
  //= WS-FRAME-2
  maxPayload: limits.websocket.maxMessageBytes,
  maxFragments: limits.websocket.maxFragments,
  maxBufferedChunks: limits.websocket.maxBufferedParts,
  maxPendingAutoPongs: limits.websocket.maxPendingPongs,
  closeTimeout: limits.websocket.closeTimeout,
}

function httpServer(tls: TlsOptions | undefined): Server {
  const options = { maxHeaderSize: limits.websocket.maxHeaderBytes, keepAlive: true, keepAliveInitialDelay: 30_000 }
  return tls === undefined ? createServer(options) : createSecureServer({ ...tls, ...options })
}

function refuse(stream: Duplex, status: string): void {
  // From the upgrade on nobody else listens: a client that is gone already would end the process.
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy())
}

function bound(server: Server, { host, port }: WebSocketAddress, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      server.close()
      if (signal !== undefined) reject(abortReason(signal))
    }
    const onError = (error: Error): void => {
      signal?.removeEventListener('abort', onAbort)
      reject(fromSystemError(error, `Listening on ${host} port ${port} failed`))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    server.once('error', onError)
    server.listen({ host, port, ...ipv6Alone }, () => {
      signal?.removeEventListener('abort', onAbort)
      server.off('error', onError)
      // Errors of a running server (no file descriptors left) concern one connection that never was.
      server.on('error', () => undefined)
      resolve()
    })
  })
}
