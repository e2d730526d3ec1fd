import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'

const { maxRememberedAgents } = limits.identify

/**
 * Agents that were seen to take the end of a stream together with its proposal. js-libp2p loses the stream's bytes then, and of others nothing is known:
 * they get the end a round trip later.
 */
const knownAgents = ['p2pspec/', 'go-libp2p/', 'rust-libp2p/']

/** The peers that take a stream's end before they have answered its negotiation: what one said last counts until it says something else. */
export class EarlyEnds {
  /** By the text of their peer ids, the oldest word first. */
  readonly #takers = new Set<string>()

  takes(peer: PeerId): boolean {
    return this.#takers.has(peer.toString())
  }

  learn(peer: PeerId, agentVersion: string | undefined): void {
    const key = peer.toString()
    this.#takers.delete(key)
    if (agentVersion === undefined || !knownAgents.some((agent) => agentVersion.startsWith(agent))) return
    this.#takers.add(key)
    const [oldest] = this.#takers.size > maxRememberedAgents ? this.#takers : []
    if (oldest !== undefined) this.#takers.delete(oldest)
  }
}
