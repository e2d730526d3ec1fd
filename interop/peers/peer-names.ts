/** The implementations that are met: three foreign ones, and ours. */
export const peerNames = ['p2pspec', 'js', 'go', 'rust'] as const
export type PeerName = (typeof peerNames)[number]

/** The foreign ones are built from a package registry; ours runs from its sources. */
export const foreignPeers = ['js', 'go', 'rust'] as const satisfies readonly PeerName[]
export type ForeignPeer = (typeof foreignPeers)[number]

export function isPeerName(text: string): text is PeerName {
  return peerNames.some((name) => name === text)
}

export function isForeignPeer(text: string): text is ForeignPeer {
  return foreignPeers.some((name) => name === text)
}
