import { networkInterfaces } from 'node:os'

const wildcards = { IPv4: '/ip4/0.0.0.0/', IPv6: '/ip6/::/' } as const

/** Addresses of this machine, as `os.networkInterfaces` tells them. */
export interface InterfaceAddress {
  readonly family: string
  readonly address: string
  readonly internal: boolean
}

/** The one address to tell others: where a node listens on all, that of the first interface that others reach. */
export function addressToTell(
  listening: readonly string[],
  interfaces: readonly InterfaceAddress[] = Object.values(networkInterfaces()).flatMap((found) => found ?? []),
): string {
  const first = listening[0]
  if (first === undefined) throw new Error('the node listens nowhere')
  for (const family of ['IPv4', 'IPv6'] as const) {
    const wildcard = wildcards[family]
    if (!first.startsWith(wildcard)) continue
    const reached = interfaces.find((one) => one.family === family && !one.internal && !one.address.startsWith('fe80:'))
    if (reached === undefined) throw new Error(`this machine has no ${family} address that others reach`)
    return `${wildcard.slice(0, 5)}${reached.address}/${first.slice(wildcard.length)}`
  }
  return listening.find((address) => !/^\/(ip4\/127\.|ip6\/(::1|fe80:))/.test(address)) ?? first
}
