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

/** Not in the public network: private, of this machine, of one link, of no single host, or set aside. */
const privateNetworks = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const
/** In IPv6; the first holds the unspecified address, the loopback, and IPv4 in its oldest form. */
const privateNetworks6 = [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const

const privateHosts = new BlockList()
// The list itself looks through the form ::ffff:192.0.2.1.
for (const [network, prefix] of privateNetworks) {
  privateHosts.addSubnet(network, prefix, 'ipv4')
  // Translators and tunnels lead from these to the IPv4 address inside.
  const [high, low] = groupsOf(network)
  privateHosts.addSubnet(`64:ff9b::${high}:${low}`, 96 + prefix, 'ipv6')
  privateHosts.addSubnet(`2002:${high}:${low}::`, 16 + prefix, 'ipv6')
}
for (const [network, prefix] of privateNetworks6) privateHosts.addSubnet(network, prefix, 'ipv6')

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

/** Neither unspecified, nor multicast, nor broadcast: an address that one host has. */
export function isSingleHost({ text, family }: Host): boolean {
  if (family === 6) return text !== '::' && !/^ff/i.test(text)
  const first = Number(text.split('.')[0])
  return first > 0 && first < 224
}

function groupsOf(ip4: string): readonly [string, string] {
  const [a = 0, b = 0, c = 0, d = 0] = ip4.split('.').map(Number)
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)]
}

function isLocal(names: readonly string[]): boolean {
  return names[0] === 'unix' || names[0] === 'memory'
}
