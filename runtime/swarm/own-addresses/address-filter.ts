import { BlockList } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import { hostOf } from '../dialer/address-kind.ts'
import { withoutPeer } from '../dialer/target.ts'

/** Answers false for the addresses that are named, and for those in a network that is. */
export function addressFilter(unwanted: readonly Multiaddr[]): (address: Multiaddr) => boolean {
  const networks = new BlockList()
  const exact = new Set<string>()
  for (const address of unwanted) {
    const [first, second, ...rest] = address.getComponents()
    const host = hostOf(address)
    const isNetwork = first !== undefined && second?.name === 'ipcidr' && rest.length === 0
    if (isNetwork && host !== undefined) networks.addSubnet(host.text, Number(second.value), `ipv${host.family}`)
    else exact.add(withoutPeer(address).toString())
  }
  return (address) => {
    const host = hostOf(address)
    if (host !== undefined && networks.check(host.text, `ipv${host.family}`)) return false
    return !exact.has(withoutPeer(address).toString())
  }
}
