import { limits } from '@p2pspec/generated/common/limits'
import { SwarmError } from '../errors.ts'

export interface TagOptions {
  /** The value halves each time so many milliseconds have passed; without it, it stays. */
  readonly halfLifeMs?: number | undefined
}

interface Tag {
  readonly value: number
  readonly setAt: number
  readonly halfLifeMs: number
}

const { maxTagsPerPeer } = limits.connectionManager

/** What peers are worth to this node. Decay is worked out when a value is asked for: tags need no timers. */
export class PeerTags {
  readonly #peers = new Map<string, Map<string, Tag>>()

  set(peer: string, name: string, value: number, now: number, options: TagOptions = {}): void {
    let tags = this.#peers.get(peer)
    if (tags === undefined) this.#peers.set(peer, (tags = new Map()))
    if (!tags.has(name) && tags.size >= maxTagsPerPeer) {
      throw new SwarmError(
        'too-many-tags',
        `${peer} has ${tags.size} tags already: remove one before tagging it ${name}`,
        {
          limit: maxTagsPerPeer,
        },
      )
    }
    tags.set(name, { value, setAt: now, halfLifeMs: options.halfLifeMs ?? Infinity })
  }

  remove(peer: string, name: string): void {
    const tags = this.#peers.get(peer)
    tags?.delete(name)
    if (tags?.size === 0) this.#peers.delete(peer)
  }

  has(peer: string): boolean {
    return this.#peers.has(peer)
  }

  /** The sum of the peer's tags, as far as they have not decayed. */
  value(peer: string, now: number): number {
    let sum = 0
    for (const { value, setAt, halfLifeMs } of this.#peers.get(peer)?.values() ?? []) {
      sum += value * 2 ** (-(now - setAt) / halfLifeMs)
    }
    return sum
  }
}
