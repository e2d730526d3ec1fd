import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import { networkOf } from '../../multiformats/ip-network.ts'

const { pushesPerMinute, networkPushesPerMinute, maxPushBudgets } = limits.identify
const minuteMs = 60_000
const networkBits = { ip4: 24, ip6: 56 }

interface Budget {
  /** Pushes that may still be read, with a fraction. */
  left: number
  at: number
}

/** What peers and networks may still push: each budget fills again with time. */
//= ID-PUSH-4
export class PushBudgets {
  /** In the order of their last use. */
  readonly #budgets = new Map<string, Budget>()

  /** Takes one push out of what the peer and its network may still send; false where one of them has used that up. */
  take({ remotePeer, remoteAddress }: Connection, now: number): boolean {
    const peer = this.#budget(remotePeer.toString(), pushesPerMinute, now)
    const network = networkOfRemote(remoteAddress)
    const shared = network === undefined ? undefined : this.#budget(network, networkPushesPerMinute, now)
    if (peer.left < 1 || (shared !== undefined && shared.left < 1)) return false
    peer.left -= 1
    if (shared !== undefined) shared.left -= 1
    return true
  }

  get size(): number {
    return this.#budgets.size
  }

  #budget(key: string, most: number, now: number): Budget {
    const budget = this.#budgets.get(key) ?? { left: most, at: now }
    this.#budgets.delete(key)
    this.#budgets.set(key, budget)
    budget.left = Math.min(most, budget.left + ((now - budget.at) * most) / minuteMs)
    budget.at = now
    if (this.#budgets.size > maxPushBudgets) {
      const [oldest] = this.#budgets.keys()
      if (oldest !== undefined) this.#budgets.delete(oldest)
    }
    return budget
  }
}

/** Undefined for what has no network, and for this machine. */
function networkOfRemote(address: Connection['remoteAddress']): string | undefined {
  const [first] = address.getComponents()
  if (first?.value === undefined || (first.name !== 'ip4' && first.name !== 'ip6')) return undefined
  if (first.value.startsWith('127.') || first.value === '::1') return undefined
  return networkOf(first.value, networkBits)
}
