import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import { networkOf } from '../../multiformats/ip-network.ts'
import { SwarmError } from '../errors.ts'
import { hostOf } from './address-kind.ts'

const { maxInboundPerAddress, maxInboundPerNetwork } = limits.dialer

/** Counts inbound connections by where they come from. A host of this machine is not counted. */
export class InboundLimits {
  readonly #counts = new Map<string, number>()

  /** Counts one more, and answers the function that gives it back; throws `too-many-from-host` where it is one too many. */
  admit(remote: Multiaddr): () => void {
    const counted = networksOf(remote)
    for (const { network, limit } of counted) {
      if ((this.#counts.get(network) ?? 0) < limit) continue
      throw new SwarmError(
        'too-many-from-host',
        `${network} holds ${limit} inbound connections already; the next was turned away`,
        {
          address: remote.toString(),
          limit,
        },
      )
    }
    for (const { network } of counted) this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      for (const { network } of counted) this.#release(network)
    }
  }

  get size(): number {
    return this.#counts.size
  }

  #release(network: string): void {
    const left = (this.#counts.get(network) ?? 1) - 1
    if (left === 0) this.#counts.delete(network)
    else this.#counts.set(network, left)
  }
}

interface Counted {
  readonly network: string
  readonly limit: number
}

function networksOf(remote: Multiaddr): readonly Counted[] {
  const host = hostOf(remote)
  if (host === undefined || host.text.startsWith('127.') || host.text === '::1') return []
  return [
    { network: networkOf(host.text, { ip4: 32, ip6: 56 }) ?? host.text, limit: maxInboundPerAddress },
    ...(host.family === 4
      ? []
      : [{ network: networkOf(host.text, { ip4: 32, ip6: 48 }) ?? host.text, limit: maxInboundPerNetwork }]),
  ]
}
