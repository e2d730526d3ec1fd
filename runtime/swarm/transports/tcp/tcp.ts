import { Socket, type SocketConstructorOpts } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { DialOptions, RawConnection, Transport, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { abortReason, throwIfAborted } from '../../../core/abort.ts'
import { systemClock, type Clock } from '../../../core/clock.ts'
import { AllowedHosts } from '../../allowed-hosts.ts'
import { socketLookup } from '../../socket-lookup.ts'
import { TransportError } from '../transport-error.ts'
import { PortReuse } from './port-reuse.ts'
import { readBuffer, SocketDuplex } from './socket-duplex.ts'
import { fromSystemError } from './system-error.ts'
import { requireTcpAddress, toTcpAddress } from './tcp-address.ts'
import { TcpConnection } from './tcp-connection.ts'
import { listenTcp } from './tcp-listener.ts'

export interface TcpOptions {
  readonly clock?: Clock | undefined
  /** Time for one connect, names included. */
  readonly connectTimeoutMs?: number | undefined
  /** Connections that one listener holds at once; more are closed on arrival. */
  readonly maxConnections?: number | undefined
  /** Connections that the operating system keeps for a listener that is busy. */
  readonly backlog?: number | undefined
  /**
   * Dials come from a port that this transport listens on, where the system and Node can; else from any port. The price: another
   * program of the same user may then listen on that port too, and is given a part of what comes in.
   */
  readonly reusePort?: boolean | undefined
}

/** TCP over Node's sockets. */
export function tcp(options: TcpOptions = {}): Transport<RawConnection> {
  const { clock = systemClock, connectTimeoutMs = 5_000, maxConnections = 10_000, backlog = 1_024 } = options
  const portReuse = options.reusePort === true ? new PortReuse() : undefined
  return {
    name: 'tcp',
    canDial: (address) => toTcpAddress(address) !== undefined,
    canListen: (address) => {
      const found = toTcpAddress(address)
      return found?.isName === false
    },
    dial: (address, dialOptions) => dialTcp(address, { clock, timeoutMs: connectTimeoutMs, portReuse }, dialOptions),
    listen: (address, onConnection, listenOptions): Promise<TransportListener> =>
      listenTcp(requireTcpAddress(address), onConnection, {
        clock,
        maxConnections,
        backlog,
        portReuse,
        signal: listenOptions?.signal,
      }),
  }
}

interface Dialling {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly portReuse: PortReuse | undefined
}

async function dialTcp(address: Multiaddr, dialling: Dialling, options: DialOptions = {}): Promise<RawConnection> {
  try {
    return await dialOnce(address, dialling, options)
  } catch (error) {
    // From that port there is a connection with the remote already, or there was one a moment ago.
    const taken = error instanceof TransportError && error.code === 'address-in-use'
    if (!taken || dialling.portReuse === undefined) throw error
    return await dialOnce(address, { ...dialling, portReuse: undefined }, options)
  }
}

async function dialOnce(
  address: Multiaddr,
  { clock, timeoutMs, portReuse }: Dialling,
  { signal, allowHost, lookUp }: DialOptions,
): Promise<RawConnection> {
  const target = requireTcpAddress(address)
  const { host, port, family } = target
  throwIfAborted(signal)
  const hosts = new AllowedHosts(address, allowHost)
  const channel = new SocketDuplex(clock, address.toString())
  const socketOptions: SocketConstructorOpts = {
    allowHalfOpen: true,
    onread: { buffer: readBuffer, callback: channel.onRead },
  }
  const socket = portReuse?.socketFor(target, socketOptions) ?? new Socket(socketOptions)
  socket.connect({
    host,
    port,
    lookup: socketLookup(lookUp, hosts),
    ...(family === 0 ? {} : { family }),
  })
  try {
    await connected(socket, address, clock, timeoutMs, signal)
  } catch (error) {
    throw hosts.refusal ?? error
  }
  channel.attach(socket)
  return new TcpConnection(channel, socket)
}

function connected(
  socket: Socket,
  address: Multiaddr,
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined): void => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect)
      if (error === undefined) {
        socket.off('error', onError)
        resolve()
        return
      }
      // A destroyed socket may still report an error of its own: the listener stays for it.
      socket.destroy()
      reject(error)
    }
    const onConnect = (): void => {
      settle(undefined)
    }
    const onError = (error: Error): void => {
      settle(fromSystemError(error, `Connecting to ${address.toString()} failed`))
    }
    const onAbort = (): void => {
      settle(signal === undefined ? undefined : abortReason(signal))
    }
    const timer = clock.startTimer(timeoutMs, () => {
      settle(new TransportError('timeout', `Connecting to ${address.toString()} took longer than ${timeoutMs} ms.`))
    })
    socket.on('error', onError)
    socket.once('connect', onConnect)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
