import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { DialOptions } from '@p2pspec/generated/interfaces/transport'

/** Asks whoever dials about each IP address behind the name at the front of an address, and remembers the refusal. */
export class AllowedHosts {
  /** What the caller threw first. */
  refusal: unknown
  readonly #address: Multiaddr
  readonly #allowHost: DialOptions['allowHost']

  constructor(address: Multiaddr, allowHost: DialOptions['allowHost']) {
    this.#address = address
    this.#allowHost = allowHost
  }

  readonly isAllowed = (ip: string, family: number): boolean => {
    const [, ...behind] = this.#address.getComponents()
    const host = family === 4 ? { code: 4, name: 'ip4', value: ip } : { code: 41, name: 'ip6', value: ip }
    try {
      this.#allowHost?.(multiaddr([host, ...behind]))
      return true
    } catch (error) {
      this.refusal ??= error
      return false
    }
  }
}
