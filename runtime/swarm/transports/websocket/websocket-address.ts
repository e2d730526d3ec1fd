import type { Multiaddr } from '@multiformats/multiaddr'
import { isHostName } from '../../host-name.ts'
import { TransportError } from '../transport-error.ts'

/** Where a WebSocket goes, and how. */
export interface WebSocketAddress {
  /** An IP address, or a name to resolve. */
  readonly host: string
  readonly port: number
  /** 0: whichever the name has. */
  readonly family: 0 | 4 | 6
  /** The host is a name. */
  readonly isName: boolean
  readonly secure: boolean
  /** The name that TLS asks for, where the address says one. */
  readonly serverName: string | undefined
  /** The path of the HTTP request; undefined where the address says none. */
  readonly path: string | undefined
  /** What stands behind the port, as it was written, without a peer id. */
  readonly suffix: string
}

interface Component {
  readonly name: string
  readonly value?: string | undefined
}

const families: Readonly<Record<string, 0 | 4 | 6>> = { ip4: 4, ip6: 6, dns: 0, dns4: 4, dns6: 6 }

/** The WebSocket address of a multiaddr, or undefined where it is for another transport. A peer id behind it is allowed. */
export function toWebSocketAddress(address: Multiaddr): WebSocketAddress | undefined {
  const rest: Component[] = [...address.getComponents()]
  const take = (name: string): Component | undefined => (rest[0]?.name === name ? rest.shift() : undefined)
  const zone = take('ip6zone')?.value
  const host = rest.shift()
  const family = host === undefined ? undefined : families[host.name]
  if (family === undefined || host?.value === undefined) return undefined
  const isName = host.name.startsWith('dns')
  if (isName && (zone !== undefined || !isHostName(host.value))) return undefined
  const port = take('tcp')?.value
  const secured = take('tls') !== undefined
  //= WS-ADDRESS-3
  const serverName = secured ? take('sni')?.value : undefined
  const plain = take('ws') !== undefined
  const secure = secured || (!plain && take('wss') !== undefined)
  //= WS-ADDRESS-1
  if (!plain && (secured || !secure)) return undefined
  //= WS-ADDRESS-4
  // The multiaddr library gives it with a slash in front.
  const path = take('http-path')?.value?.replace(/^\/?/, '/')
  take('p2p')
  if (rest.length > 0) return undefined
  return {
    host: host.value + (zone === undefined ? '' : `%${zone}`),
    //= WS-ADDRESS-2
    port: port === undefined ? (secure ? 443 : 80) : Number(port),
    family,
    isName,
    secure,
    serverName,
    path,
    suffix: suffixOf(secured, serverName, plain, path),
  }
}

export function requireWebSocketAddress(address: Multiaddr): WebSocketAddress {
  const found = toWebSocketAddress(address)
  if (found === undefined) {
    throw new TransportError(
      'unsupported-address',
      `${address.toString()} is no WebSocket address: it ends in /ws, /wss, /tls/ws or /tls/sni/…/ws, with or without /p2p/….`,
    )
  }
  return found
}

/** The URL that an address means to an HTTP client. */
export function toUrl({ host, port, secure, path }: WebSocketAddress): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${secure ? 'wss' : 'ws'}://${name}:${port}${path ?? '/'}`
}

function suffixOf(secured: boolean, serverName: string | undefined, plain: boolean, path: string | undefined): string {
  const sni = serverName === undefined ? '' : `/sni/${serverName}`
  return `${secured ? '/tls' : ''}${sni}${plain ? '/ws' : '/wss'}${path === undefined ? '' : `/http-path/${encodeURIComponent(path.slice(1))}`}`
}
