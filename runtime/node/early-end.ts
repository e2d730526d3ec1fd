/**
 * Agents that were seen to take the end of a stream together with its proposal. js-libp2p loses the stream's bytes then, and of others nothing is known:
 * they get the end a round trip later.
 */
const knownAgents = ['p2pspec/', 'go-libp2p/', 'rust-libp2p/']

/** Whether a remote of this agent version takes a stream's end before it has answered the negotiation. */
export function takesEarlyEnd(agentVersion: string | undefined): boolean {
  return agentVersion !== undefined && knownAgents.some((agent) => agentVersion.startsWith(agent))
}
