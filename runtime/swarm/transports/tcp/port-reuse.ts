import { BlockList, Socket, type SocketConstructorOpts } from 'node:net'
import type { TcpAddress } from './tcp-address.ts'

/** Node's own handle of a TCP socket, as far as it is used here. */
interface TcpHandle {
  /** 0, or the number of a system error. */
  bind(host: string, port: number, flags: number): number
  bind6(host: string, port: number, flags: number): number
  close(): void
}

/** What makes a handle that several sockets may bind to one port. */
export interface TcpBinding {
  makeHandle(): TcpHandle
  readonly reusePortFlag: number
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Sockets that dial from a port that is listened on, so that a remote, or a NAT on the way, sees one port for both directions.
 * Node has no public way to bind such a socket before it connects; where its inner one is missing or refuses, dials come from any port.
 */
export class PortReuse {
  readonly #binding: TcpBinding | undefined
  readonly #listening = new Set<Omit<TcpAddress, 'isName'>>()

  constructor(binding: TcpBinding | undefined = loadBinding()) {
    this.#binding = binding
  }

  /** This node listens there; what is returned ends that. */
  add(host: string, port: number): () => void {
    const bound = { host, port, family: host.includes(':') ? 6 : 4 } as const
    this.#listening.add(bound)
    return () => this.#listening.delete(bound)
  }

  /** A socket bound to a port of this node from which the target can be reached, not connected yet; undefined where there is none. */
  socketFor(target: TcpAddress, options: SocketConstructorOpts): Socket | undefined {
    if (this.#binding === undefined || target.isName) return undefined
    const from = [...this.#listening].find((bound) => reaches(bound, target))
    if (from === undefined) return undefined
    const handle = this.#binding.makeHandle()
    const { host, port } = from
    const { reusePortFlag } = this.#binding
    const fault = from.family === 6 ? handle.bind6(host, port, reusePortFlag) : handle.bind(host, port, reusePortFlag)
    if (fault !== 0) {
      handle.close()
      return undefined
    }
    const withHandle = { ...options, manualStart: true }
    Reflect.set(withHandle, 'handle', handle)
    return new Socket(withHandle)
  }
}

function reaches(bound: Omit<TcpAddress, 'isName'>, { host, port, family }: TcpAddress): boolean {
  if (bound.family !== family) return false
  const kind = family === 6 ? 'ipv6' : 'ipv4'
  const isNear = loopback.check(host.split('%')[0] ?? host, kind)
  // A connection from a port to itself would be with this node.
  if (bound.port === port && isNear) return false
  return bound.host === '0.0.0.0' || bound.host === '::' || loopback.check(bound.host, kind) === isNear
}

/** The inner module has been deprecated for years and is looked at with care: whatever is not as it was means that there is none. */
function loadBinding(): TcpBinding | undefined {
  try {
    const binding: unknown = Reflect.apply(Reflect.get(process, 'binding'), process, ['tcp_wrap'])
    if (typeof binding !== 'object' || binding === null) return undefined
    const TCP: unknown = Reflect.get(binding, 'TCP')
    const constants: unknown = Reflect.get(binding, 'constants')
    if (typeof TCP !== 'function' || typeof constants !== 'object' || constants === null) return undefined
    const kind: unknown = Reflect.get(constants, 'SOCKET')
    const reusePortFlag: unknown = Reflect.get(constants, 'UV_TCP_REUSEPORT')
    if (typeof kind !== 'number' || typeof reusePortFlag !== 'number') return undefined
    // The functions of the handle are those of the interface in every Node that has the flag.
    return { reusePortFlag, makeHandle: () => Reflect.construct(TCP, [kind]) as TcpHandle }
  } catch {
    return undefined
  }
}
