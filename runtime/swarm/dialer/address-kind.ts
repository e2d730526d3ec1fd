import { BlockList } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What matters about an address when it is dialled. */
export interface AddressKind {
  /** `name`: not known before it is resolved. */
  readonly reach: 'private' | 'public' | 'name'
  readonly relay: boolean
  /** The kinds of path that it takes, each of which may lead nowhere from where this node is. */
  readonly paths: readonly Path[]
  readonly family: 4 | 6 | undefined
  /** Lower is dialled first: fewer round trips until the first byte. */
  readonly transportRank: number
}

export type Path = 'udp' | 'ip6'

/** Round trips to a secured, muxed connection grow along this list. */
const transportOrder = ['quic-v1', 'quic', 'tcp', 'webtransport', 'ws', 'wss', 'tls', 'webrtc-direct', 'webrtc']

const privateHosts = new BlockList()
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateHosts.addSubnet(network, prefix, 'ipv4')
privateHosts.addAddress('::1', 'ipv6')
privateHosts.addSubnet('fc00::', 7, 'ipv6')
privateHosts.addSubnet('fe80::', 10, 'ipv6')

export function addressKind(address: Multiaddr): AddressKind {
  const components = address.getComponents()
  const host = hostOf(address)
  const names = components.map(({ name }) => name)
  const paths: Path[] = []
  if (names.includes('udp')) paths.push('udp')
  if (host?.family === 6) paths.push('ip6')
  return {
    reach: host === undefined ? (isLocal(names) ? 'private' : 'name') : host.isPrivate ? 'private' : 'public',
    relay: names.includes('p2p-circuit'),
    paths,
    family: host?.family,
    transportRank: Math.max(-1, ...names.map((name) => transportOrder.indexOf(name))),
  }
}

export interface Host {
  readonly text: string
  readonly family: 4 | 6
  readonly isPrivate: boolean
}

/** The IP address at the front of an address. */
export function hostOf(address: Multiaddr): Host | undefined {
  const component = address.getComponents().find(({ name }) => name !== 'ip6zone')
  if (component?.value === undefined) return undefined
  const { name, value: text } = component
  if (name === 'ip4') return { text, family: 4, isPrivate: privateHosts.check(text, 'ipv4') }
  if (name === 'ip6') return { text, family: 6, isPrivate: privateHosts.check(text, 'ipv6') }
  return undefined
}

function isLocal(names: readonly string[]): boolean {
  return names[0] === 'unix' || names[0] === 'memory'
}
