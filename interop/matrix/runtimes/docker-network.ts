import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { isGone, ownerLabel, type EngineNetwork, type RunEngine } from './engine.ts'

export interface DockerNetwork {
  readonly id: string
  readonly name: string
  /** The same place of every network: an address that a party keeps when it comes back. */
  addressFor(index: number): { readonly IPv4Address: string; readonly IPv6Address?: string }
  remove(): Promise<void>
}

const attempts = 20
const removePatience = 50
const removePollMs = 100

/** A network with addresses that are chosen here: only on such a one may a party ask for its address. */
export async function createNetwork(
  { engine, owner }: RunEngine,
  options: { readonly ipv6: boolean },
): Promise<DockerNetwork> {
  for (let attempt = 1; ; attempt++) {
    const prefix = `10.${randomInt(64, 250)}.${randomInt(0, 256)}`
    const prefix6 = `fd${randomBytes(5)
      .toString('hex')
      .replace(/^(..)(....)(....)$/, '$1:$2:$3')}:1`
    const name = `p2pspec-${randomUUID().slice(0, 8)}`
    try {
      const network = await engine.createNetwork({
        Name: name,
        Driver: 'bridge',
        EnableIPv6: options.ipv6,
        Labels: { [ownerLabel]: owner },
        IPAM: {
          Driver: 'default',
          Config: [{ Subnet: `${prefix}.0/24` }, ...(options.ipv6 ? [{ Subnet: `${prefix6}::/64` }] : [])],
        },
      })
      return {
        id: network.id,
        name,
        addressFor: (index) => ({
          IPv4Address: `${prefix}.${index}`,
          ...(options.ipv6 ? { IPv6Address: `${prefix6}::${index.toString(16)}` } : {}),
        }),
        remove: async () => await removeNetwork(network),
      }
    } catch (error) {
      // Another network has these addresses: others are tried.
      const overlaps = error instanceof Error && /overlaps|conflicts/i.test(error.message)
      if (!overlaps || attempt === attempts) throw error
    }
  }
}

/** A network whose last container is just being removed is in use for another moment. */
async function removeNetwork(network: EngineNetwork): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await network.remove()
      return
    } catch (error) {
      const inUse = error instanceof Error && error.message.includes('active endpoints')
      if (isGone(error) && !inUse) return
      if (!inUse || attempt === removePatience) throw error
      await new Promise((resolve) => setTimeout(resolve, removePollMs))
    }
  }
}
