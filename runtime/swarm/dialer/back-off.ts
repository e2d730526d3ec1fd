import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'

interface Failures {
  readonly count: number
  readonly until: number
}

const { backOffBase, backOffGrowth, maxBackOff, backOffJitter, maxBackOffs } = limits.dialer

/** How long addresses that failed are left alone: longer after each failure, up to a cap. */
export class BackOffs {
  readonly #clock: Clock
  readonly #random: Random
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** With a peer it failed at proving to be that peer: who else is there is none the worse for it. */
  failed(address: Multiaddr, peer?: PeerId): void {
    const key = keyOf(address, peer)
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    const waitMs = Math.min(maxBackOff, backOffBase + backOffGrowth * (count - 1) ** 2)
    const jitterMs = waitMs * backOffJitter * (this.#random.uint32() / 2 ** 32)
    // Taken out first, so that the map stays in the order of the last failures.
    this.#failures.delete(key)
    this.#failures.set(key, { count, until: this.#clock.now() + Math.min(maxBackOff, waitMs + jitterMs) })
    if (this.#failures.size <= maxBackOffs) return
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined) this.#failures.delete(oldest)
  }

  succeeded(address: Multiaddr, peer: PeerId | undefined): void {
    this.#failures.delete(keyOf(address, undefined))
    this.#failures.delete(keyOf(address, peer))
  }

  /** Milliseconds that the peer's address is still left alone; 0: not at all. */
  waitMs(address: Multiaddr, peer: PeerId | undefined): number {
    const until = [undefined, peer].map((whom) => this.#failures.get(keyOf(address, whom))?.until ?? 0)
    return Math.max(0, Math.max(...until) - this.#clock.now())
  }

  get size(): number {
    return this.#failures.size
  }
}

function keyOf(address: Multiaddr, peer: PeerId | undefined): string {
  return peer === undefined ? address.toString() : `${address} ${peer}`
}
