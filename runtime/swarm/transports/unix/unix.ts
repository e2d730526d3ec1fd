import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { RawConnection, Transport, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { abortReason, throwIfAborted } from '../../../core/abort.ts'
import { systemClock, type Clock } from '../../../core/clock.ts'
import { isOnLastDescriptors } from '../tcp/descriptors.ts'
import { readBuffer, SocketDuplex } from '../tcp/socket-duplex.ts'
import { fromSystemError } from '../tcp/system-error.ts'
import { TransportError } from '../transport-error.ts'

export interface UnixOptions {
  readonly clock?: Clock | undefined
  /** Connections that one listener holds at once; more are closed on arrival. */
  readonly maxConnections?: number | undefined
}

/** Sockets in the file system, on addresses such as /unix/%2Frun%2Fnode.sock. Both ends of a connection have the listener's address. */
export function unix(options: UnixOptions = {}): Transport<RawConnection> {
  const { clock = systemClock, maxConnections = 10_000 } = options
  return {
    name: 'unix',
    canDial: (address) => toPath(address) !== undefined,
    canListen: (address) => toPath(address) !== undefined,
    dial: async (address, dialOptions) => await dialUnix(address, clock, dialOptions?.signal),
    listen: async (address, onConnection, listenOptions): Promise<TransportListener> => {
      const path = requirePath(address)
      throwIfAborted(listenOptions?.signal)
      const local = toAddress(path)
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        const channel = new SocketDuplex(clock, address.toString())
        socket.on('data', (chunk: Uint8Array) => {
          if (!channel.onRead(chunk.byteLength, chunk)) socket.pause()
        })
        const isOnLast = isOnLastDescriptors(socket)
        channel.attach(socket)
        onConnection(asConnection(channel, local, isOnLast))
      })
      server.maxConnections = maxConnections
      await bound(server, path, address)
      // Whoever gave up meanwhile gets no listener; the socket is gone again.
      if (listenOptions?.signal?.aborted === true) server.close()
      throwIfAborted(listenOptions?.signal)
      return {
        addresses: [local],
        close: () =>
          new Promise((resolve) => {
            // The server itself tells of its end when its last connection is over; the path is free before.
            server.close()
            setImmediate(resolve)
          }),
      }
    },
  }
}

async function dialUnix(address: Multiaddr, clock: Clock, signal: AbortSignal | undefined): Promise<RawConnection> {
  const path = requirePath(address)
  throwIfAborted(signal)
  const channel = new SocketDuplex(clock, address.toString())
  const options: NetConnectOpts = {
    path,
    allowHalfOpen: true,
    onread: { buffer: readBuffer, callback: channel.onRead },
  }
  const socket = connect(options)
  await connected(socket, address, signal)
  channel.attach(socket)
  return asConnection(channel, toAddress(path))
}

function asConnection(channel: SocketDuplex, address: Multiaddr, isOnLast = false): RawConnection {
  return {
    channel,
    isOnLastDescriptors: isOnLast,
    localAddress: address,
    remoteAddress: address,
    get closed() {
      return channel.closed
    },
  }
}

/** The operating system answers at once whether somebody listens. */
function connected(socket: Socket, address: Multiaddr, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy()
      if (signal !== undefined) reject(abortReason(signal))
    }
    const onError = (error: Error): void => {
      signal?.removeEventListener('abort', onAbort)
      reject(fromSystemError(error, `Connecting to ${address.toString()} failed`))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.once('error', onError)
    socket.once('connect', () => {
      signal?.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      resolve()
    })
  })
}

function bound(server: Server, path: string, address: Multiaddr): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(fromSystemError(error, `Listening on ${address.toString()} failed`))
    }
    server.once('error', onError)
    server.listen({ path }, () => {
      server.off('error', onError)
      // Errors of a running server (no file descriptors left) concern one connection that never was.
      server.on('error', () => undefined)
      resolve()
    })
  })
}

function toPath(address: Multiaddr): string | undefined {
  const [first, second, ...rest] = address.getComponents()
  if (first?.name !== 'unix' || rest.length > 0 || (second !== undefined && second.name !== 'p2p')) return undefined
  return first.value
}

function requirePath(address: Multiaddr): string {
  const path = toPath(address)
  if (path !== undefined) return path
  throw new TransportError('unsupported-address', `${address.toString()} is no unix address: use /unix/%2Fpath.`)
}

function toAddress(path: string): Multiaddr {
  return multiaddr(`/unix/${encodeURIComponent(path)}`)
}
