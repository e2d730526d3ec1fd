import { networkInterfaces } from 'node:os'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { TransportError } from '../transport-error.ts'
import type { QuicEnd } from './quic-library.ts'

export interface QuicAddress extends QuicEnd {
  readonly isName: boolean
}

/** The address of a QUIC version 1 listener, or undefined where it is for another transport. A peer id behind it is allowed. */
export function toQuicAddress(address: Multiaddr): QuicAddress | undefined {
  const rest: { readonly name: string; readonly value?: string | undefined }[] = [...address.getComponents()]
  const zone = rest[0]?.name === 'ip6zone' ? `%${rest.shift()?.value ?? ''}` : ''
  const [host, port, version, ...behind] = rest
  //= QUIC-ADDRESS-1, QUIC-VERSION-2
  if (host?.value === undefined || port?.name !== 'udp' || port.value === undefined || version?.name !== 'quic-v1')
    return undefined
  if (behind.length > 1 || (behind[0] !== undefined && behind[0].name !== 'p2p')) return undefined
  const isName = host.name.startsWith('dns')
  if (!isName && host.name !== 'ip4' && host.name !== 'ip6') return undefined
  return { host: host.value + zone, port: Number(port.value), isName }
}

export function requireQuicAddress(address: Multiaddr): QuicAddress {
  const found = toQuicAddress(address)
  if (found === undefined) {
    throw new TransportError(
      'unsupported-address',
      `${address.toString()} is no QUIC address: use /ip4/…/udp/…/quic-v1 or /ip6/…/udp/…/quic-v1, with or without /p2p/….`,
    )
  }
  return found
}

export function fromQuicEnd({ host, port }: QuicEnd): Multiaddr {
  const [address = host, zone] = host.split('%')
  if (!address.includes(':')) return multiaddr(`/ip4/${address}/udp/${port}/quic-v1`)
  return multiaddr(`${zone === undefined ? '' : `/ip6zone/${zone}`}/ip6/${address}/udp/${port}/quic-v1`)
}

/** The addresses behind a bound one: a wildcard stands for every interface of its family. */
export function listenedAddresses({ host, port }: QuicEnd): readonly Multiaddr[] {
  if (host !== '0.0.0.0' && host !== '::') return [fromQuicEnd({ host, port })]
  const family = host === '::' ? 'IPv6' : 'IPv4'
  const found: Multiaddr[] = []
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family: itsFamily, scopeid } of addresses ?? []) {
      // A link-local address means nothing without its zone, which only this machine knows.
      if (itsFamily === family && (scopeid ?? 0) === 0) found.push(fromQuicEnd({ host: address, port }))
    }
  }
  return found.length > 0 ? found : [fromQuicEnd({ host, port })]
}
