import { isMultiaddr, multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { DialTarget } from '@p2pspec/generated/interfaces/libp2p'
import { peerIdFromString } from '../../crypto/peer-id.ts'
import { SwarmError } from '../errors.ts'

/** Whom a call wants, read once. */
export interface ReadTarget {
  readonly peer: PeerId | undefined
  /** Given by the caller, without the peer id at the end. */
  readonly addresses: readonly Multiaddr[]
  /** What is dialled in one go: the peer, or addresses of nobody in particular. */
  readonly key: string
}

/** Reads a peer id, an address, or several; throws `bad-target` or `different-peers`. */
export function readTarget(target: DialTarget): ReadTarget {
  const given = Array.isArray(target) ? target : [target]
  if (given.length > limits.dialer.maxAddressesPerDial)
    throw new SwarmError(
      'bad-target',
      `${given.length} addresses are more than the ${limits.dialer.maxAddressesPerDial} that one dial tries; give fewer`,
      { limit: limits.dialer.maxAddressesPerDial },
    )
  let peer: PeerId | undefined
  const addresses = new Map<string, Multiaddr>()
  for (const item of given) {
    const read = readOne(item)
    if (read.peer !== undefined && peer !== undefined && !read.peer.equals(peer))
      throw new SwarmError(
        'different-peers',
        `the addresses are those of ${peer} and of ${read.peer}; dial one peer at a time`,
      )
    peer ??= read.peer
    if (read.address !== undefined) addresses.set(read.address.toString(), read.address)
  }
  if (peer === undefined && addresses.size === 0)
    throw new SwarmError('bad-target', 'there is nothing to dial in an empty list; give a peer id or an address')
  return { peer, addresses: [...addresses.values()], key: peer?.toString() ?? [...addresses.keys()].sort().join(' ') }
}

/** The identity that the address ends in, if it does. */
export function peerOf(address: Multiaddr): PeerId | undefined {
  const last = address.getComponents().at(-1)
  return last?.name === 'p2p' && last.value !== undefined ? peerIdFromString(last.value) : undefined
}

/** The address without the peer id at its end. One over a relay keeps the relay's. */
export function withoutPeer(address: Multiaddr): Multiaddr {
  const components = address.getComponents()
  return components.at(-1)?.name === 'p2p' ? multiaddr(components.slice(0, -1)) : address
}

/** The address as gaters and limits know it: an IPv4 address in IPv6 clothes is that IPv4 address. */
export function plainAddress(address: Multiaddr): Multiaddr {
  const [host, ...rest] = address.getComponents()
  const [, high, low] = (host?.name === 'ip6' && /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(host.value ?? '')) || []
  if (high === undefined || low === undefined) return address
  const bytes = [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff])
  return multiaddr([{ code: 4, name: 'ip4', value: bytes.join('.') }, ...rest])
}

interface ReadItem {
  readonly peer: PeerId | undefined
  readonly address: Multiaddr | undefined
}

function readOne(item: string | Multiaddr | PeerId): ReadItem {
  try {
    if (typeof item === 'string' && !item.startsWith('/')) return { peer: peerIdFromString(item), address: undefined }
    if (typeof item !== 'string' && !isMultiaddr(item)) return { peer: item, address: undefined }
    const address = multiaddr(item)
    const bare = withoutPeer(address)
    return { peer: peerOf(address), address: bare.getComponents().length === 0 ? undefined : bare }
  } catch (cause) {
    throw new SwarmError(
      'bad-target',
      `"${item.toString()}" is neither a peer id nor a multiaddr: ${cause instanceof Error ? cause.message : String(cause)}`,
      { address: item.toString() },
      { cause },
    )
  }
}
