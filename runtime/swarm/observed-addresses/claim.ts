import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import { networkOf } from '../../multiformats/ip-network.ts'
import { hostOf, isSingleHost, type Host } from '../dialer/address-kind.ts'

const { publicNetworkBits4, publicNetworkBits6 } = limits.observedAddresses

/** What a peer said of an address of this node, and by which connection. */
export interface Observation {
  readonly observed: Multiaddr
  /** This node's end of the connection. */
  readonly local: Multiaddr
  /** The observer's end. */
  readonly remote: Multiaddr
}

/** An observation that may count. */
export interface Claim {
  /** What others would dial. */
  readonly address: Multiaddr
  /** Which listener would be behind it: its transport, port, and what follows. */
  readonly listener: string
  /** Who says so: hosts that one owner has by the dozen are one observer. */
  readonly observer: string
}

export type Judgement = { readonly claim: Claim } | { readonly ignored: string }

/** Whether an observation may count, or why not. Pure. */
//= ID-OBS-6
export function judgeObservation({ observed, local, remote }: Observation, listening: readonly Multiaddr[]): Judgement {
  const seen = split(observed)
  const here = split(local)
  const observer = hostOf(remote)
  if (seen === undefined) return { ignored: 'it is no IP address with a port' }
  if (here === undefined || observer === undefined) return { ignored: 'the connection has no IP addresses' }
  if (observed.getComponents().some(({ name }) => name === 'p2p-circuit')) return { ignored: 'it leads over a relay' }
  if (!isSingleHost(seen.host) || isLinkLocal(seen.host)) return { ignored: 'it is the address of no single host' }
  if (isLoopback(seen.host) || isLoopback(observer)) return { ignored: 'it was seen on this machine' }
  if (seen.host.family !== here.host.family) return { ignored: 'it is of another family than the connection' }
  if (seen.transport !== here.transport) return { ignored: 'it is of another transport than the connection' }
  if (seen.host.isPrivate !== observer.isPrivate)
    return { ignored: observer.isPrivate ? 'it is public, its observer is not' : 'it is private, its observer is not' }
  // Others reach this node only where it listens: a connection that it dialled from elsewhere says nothing of that.
  if (!listening.some((address) => isBehind(address, here)))
    return { ignored: 'the connection does not end at a listener' }
  const address = multiaddr(`/${familyName(seen.host)}/${seen.host.text}/${seen.transport}/${seen.port}${here.rest}`)
  if (listening.some((known) => known.equals(address))) return { ignored: 'this node listens there anyway' }
  const listener = `/${here.transport}/${here.port}${here.rest}`
  return { claim: { address, listener, observer: networkOfObserver(observer) } }
}

interface Split {
  readonly host: Host
  readonly transport: 'tcp' | 'udp'
  readonly port: string
  /** What follows the port, without a peer id. */
  readonly rest: string
}

function split(address: Multiaddr): Split | undefined {
  const [first, second, ...rest] = address.getComponents()
  const host = first?.name === 'ip4' || first?.name === 'ip6' ? hostOf(address) : undefined
  if (host === undefined || second?.value === undefined) return undefined
  const { name, value: port } = second
  if ((name !== 'tcp' && name !== 'udp') || port === '0') return undefined
  const named = rest.at(-1)?.name === 'p2p' ? rest.slice(0, -1) : rest
  return { host, transport: name, port, rest: named.length === 0 ? '' : multiaddr(named).toString() }
}

function isBehind(listening: Multiaddr, here: Split): boolean {
  const listener = split(listening)
  return listener?.transport === here.transport && listener.port === here.port && listener.rest === here.rest
}

/** Neighbours in a private network are told apart: they cannot be had by the dozen. */
function networkOfObserver({ text, isPrivate }: Host): string {
  const bits = isPrivate ? { ip4: 32, ip6: 128 } : { ip4: publicNetworkBits4, ip6: publicNetworkBits6 }
  return networkOf(text, bits) ?? text
}

function isLoopback({ text }: Host): boolean {
  return text.startsWith('127.') || text === '::1'
}

/** A link-local address means nothing elsewhere. */
function isLinkLocal({ text }: Host): boolean {
  return text.startsWith('169.254.') || /^fe[89ab]/i.test(text)
}

function familyName({ family }: Host): string {
  return family === 4 ? 'ip4' : 'ip6'
}
