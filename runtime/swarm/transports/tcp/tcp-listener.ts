import { createServer, Socket, type ListenOptions, type Server, type SocketConstructorOpts } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RawConnection, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { abortReason, throwIfAborted } from '../../../core/abort.ts'
import type { Clock } from '../../../core/clock.ts'
import type { PortReuse } from './port-reuse.ts'
import { TransportError } from '../transport-error.ts'
import { isOnLastDescriptors } from './descriptors.ts'
import { readBuffer, SocketDuplex } from './socket-duplex.ts'
import { fromSystemError } from './system-error.ts'
import { boundAddresses, ipv6Alone, type TcpAddress } from './tcp-address.ts'
import { TcpConnection } from './tcp-connection.ts'

export interface TcpListenerOptions {
  readonly clock: Clock
  readonly maxConnections: number
  readonly backlog: number
  /** Dials are to come from the port too. */
  readonly portReuse: PortReuse | undefined
  readonly signal: AbortSignal | undefined
}

/** Listens; each connection is handed on in the turn in which it was accepted. */
export async function listenTcp(
  { host, port }: TcpAddress,
  onConnection: (connection: RawConnection) => void,
  { clock, maxConnections, backlog, portReuse, signal }: TcpListenerOptions,
): Promise<TransportListener> {
  throwIfAborted(signal)
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true })
  server.maxConnections = maxConnections
  server.on('connection', (accepted: Socket) => {
    const channel = new SocketDuplex(
      clock,
      `${accepted.remoteAddress ?? 'a remote that is gone'}:${accepted.remotePort ?? 0}`,
    )
    const isOnLast = isOnLastDescriptors(accepted)
    const socket = withSharedBuffer(accepted, channel)
    channel.attach(socket)
    onConnection(new TcpConnection(channel, socket, isOnLast))
  })
  await boundWithReuse(server, { host, port, backlog, ...ipv6Alone }, portReuse !== undefined, signal)
  const address = server.address()
  // A TCP server that listens has an address object; a string is a pipe's.
  const addresses: readonly Multiaddr[] =
    address === null || typeof address === 'string' ? [] : boundAddresses(address.address, address.port)
  const leave =
    address === null || typeof address === 'string' ? undefined : portReuse?.add(address.address, address.port)
  return {
    addresses,
    close: () =>
      new Promise((resolve) => {
        leave?.()
        // The server itself tells of its end when its last connection is over; the port is free before.
        server.close()
        setImmediate(resolve)
      }),
  }
}

/** A system that cannot share a port still listens on it. */
async function boundWithReuse(
  server: Server,
  where: ListenOptions,
  reusePort: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!reusePort) return await bound(server, where, signal)
  try {
    await bound(server, { ...where, reusePort }, signal)
  } catch (error) {
    if (!(error instanceof TransportError) || error.code !== 'system') throw error
    await bound(server, where, signal)
  }
}

function bound(server: Server, where: ListenOptions, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      server.close()
      reject(signal === undefined ? new Error('aborted') : abortReason(signal))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    server.once('error', (error) => {
      signal?.removeEventListener('abort', onAbort)
      reject(fromSystemError(error, `Listening on ${where.host} port ${where.port} failed`))
    })
    server.listen(where, () => {
      signal?.removeEventListener('abort', onAbort)
      server.removeAllListeners('error')
      // Errors of a running server concern one connection that never was.
      server.on('error', () => undefined)
      resolve()
    })
  })
}

/**
 * Node gives accepted sockets no `onread`. A second socket around the same handle has it; the first one, which never read, lets go.
 * Where the handle is not what it is in the Nodes of today, chunks come as events, at one allocation each.
 */
function withSharedBuffer(accepted: Socket, channel: SocketDuplex): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle')
  const server: unknown = Reflect.get(accepted, '_server')
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle) || server === undefined) {
    accepted.on('data', (chunk: Uint8Array) => {
      if (!channel.onRead(chunk.byteLength, chunk)) accepted.pause()
    })
    return accepted
  }
  Reflect.set(accepted, '_handle', null)
  Reflect.set(accepted, '_server', null)
  const options: SocketConstructorOpts = {
    allowHalfOpen: true,
    onread: { buffer: readBuffer, callback: channel.onRead },
  }
  Reflect.set(options, 'handle', handle)
  const socket = new Socket(options)
  // The server counts its connections by this link.
  Reflect.set(socket, '_server', server)
  Reflect.set(socket, 'server', server)
  socket.read(0)
  return socket
}
