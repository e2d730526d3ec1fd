import { networkInterfaces } from 'node:os'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { isHostName } from '../../host-name.ts'
import { TransportError } from '../transport-error.ts'

/** Where a socket goes. */
export interface TcpAddress {
  /** An IP address, or a name to resolve. */
  readonly host: string
  readonly port: number
  /** 0: whichever the name has. */
  readonly family: 0 | 4 | 6
  /** The host is a name. */
  readonly isName: boolean
}

const families: Readonly<Record<string, 0 | 4 | 6>> = { ip4: 4, ip6: 6, dns: 0, dns4: 4, dns6: 6 }

/** The TCP address of a multiaddr, or undefined where it is for another transport. A peer id behind it is allowed. */
export function toTcpAddress(address: Multiaddr): TcpAddress | undefined {
  const components = address.getComponents()
  let next = 0
  let zone = ''
  if (components[next]?.name === 'ip6zone') {
    zone = `%${components[next]?.value ?? ''}`
    next += 1
  }
  const host = components[next]
  const port = components[next + 1]
  const rest = components.slice(next + 2)
  const family = host === undefined ? undefined : families[host.name]
  if (family === undefined || host?.value === undefined || port?.name !== 'tcp' || port.value === undefined)
    return undefined
  if (rest.length > 1 || (rest[0] !== undefined && rest[0].name !== 'p2p')) return undefined
  const isName = host.name.startsWith('dns')
  if (isName && (zone !== '' || !isHostName(host.value))) return undefined
  return { host: host.value + zone, port: Number(port.value), family, isName }
}

export function requireTcpAddress(address: Multiaddr): TcpAddress {
  const found = toTcpAddress(address)
  if (found === undefined) {
    throw new TransportError(
      'unsupported-address',
      `${address.toString()} is no TCP address: use /ip4/…/tcp/…, /ip6/…/tcp/… or /dns…/…/tcp/…, with or without /p2p/….`,
    )
  }
  return found
}

export function fromSocketAddress(host: string | undefined, port: number | undefined): Multiaddr {
  const text = host ?? '0.0.0.0'
  if (!text.includes(':')) return ip4Address(text, port)
  // A dual-stack socket shows IPv4 remotes in their mapped form.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)
  if (mapped?.[1] !== undefined) return ip4Address(mapped[1], port)
  const [address, zone] = text.split('%')
  return multiaddr(`${zone === undefined ? '' : `/ip6zone/${zone}`}/ip6/${address ?? text}/tcp/${port ?? 0}`)
}

/** By its parts: the text would only be taken apart again. */
function ip4Address(host: string, port = 0): Multiaddr {
  return multiaddr([
    { code: 4, name: 'ip4', value: host },
    { code: 6, name: 'tcp', value: String(port) },
  ])
}

/** For every listener: what listens on IPv6 leaves the port of IPv4 to another, which may be of the same node. */
export const ipv6Alone = { ipv6Only: true } as const

/** The addresses behind a bound one: a wildcard stands for every interface. */
export function boundAddresses(host: string, port: number): Multiaddr[] {
  if (host !== '0.0.0.0' && host !== '::') return [fromSocketAddress(host, port)]
  const family = host === '::' ? 'IPv6' : 'IPv4'
  const found: Multiaddr[] = []
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family: itsFamily, scopeid } of addresses ?? []) {
      // A link-local address means nothing without its zone, which only this machine knows.
      if (itsFamily === family && (scopeid ?? 0) === 0) found.push(fromSocketAddress(address, port))
    }
  }
  return found.length > 0 ? found : [fromSocketAddress(host, port)]
}
