import { join } from 'node:path'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import type { IdentifyInfo } from '../protocols/identify/identify-info.ts'
import { networkOf } from '../multiformats/ip-network.ts'
import { addressKind, hostOf } from '../swarm/dialer/address-kind.ts'
import { MemoryPeerStore } from '../swarm/peer-store/memory-peer-store.ts'
import type { PeerStoreError } from '../swarm/peer-store/peer-store-error.ts'

export interface PeerStoreOptions {
  /** Where the node keeps what it learns of other peers, in `peers.sqlite`; made where it is missing. In memory alone where left out. */
  readonly dataFolder?: string
  /** In place of a store of the node's own: one that several nodes share, or that is kept elsewhere. Whoever made it closes it. */
  readonly peerStore?: PeerStore
}

export interface PeerStoreEvents {
  /** Something is wrong with the file of the peer store; the node goes on with what it has in memory. */
  'peer-store-fault': { readonly error: PeerStoreError }
}

/** The store of a node, and what ends it. */
export interface NodePeerStore {
  readonly store: PeerStore
  close(): Promise<void>
}

/** The file of a peer store in a data folder. */
export function peerFileIn(dataFolder: string): string {
  return join(dataFolder, 'peers.sqlite')
}

/** Rejects with a `PeerStoreError` where the data folder cannot be used. */
export async function peerStoreOf(
  { dataFolder, peerStore }: PeerStoreOptions,
  clock: Clock,
  events: Events<PeerStoreEvents>,
): Promise<NodePeerStore> {
  if (peerStore !== undefined) return { store: peerStore, close: async () => undefined }
  if (dataFolder === undefined) {
    const store = new MemoryPeerStore(clock)
    return { store, close: async () => await store.close() }
  }
  // Loaded where it is wanted: most nodes keep nothing.
  const { openPeerStore } = await import('../swarm/peer-store/persistent-peer-store.ts')
  // What went wrong while it was opened is told once somebody can listen: the caller of createNode has the node by the end of the turn.
  const onFault = (error: PeerStoreError): void =>
    clock.atTurnEnd({ onTurnEnd: () => events.emit('peer-store-fault', { error }) })
  const store = await openPeerStore(peerFileIn(dataFolder), { clock, onFault })
  return { store, close: async () => await store.close() }
}

/** What a peer signed counts for more than what it only says; neither sends this node into its own private network from outside. */
export function remember(store: PeerStore, { remoteAddress }: Connection, info: IdentifyInfo): void {
  const { peerId, signedPeerRecord, listenAddresses = [] } = info
  const fromPublic = addressKind(remoteAddress).reach === 'public'
  // Keys cost nothing and hosts do: whoever comes with ever new ones displaces what came from its own network.
  const telling = { fromPublic, teller: fromPublic ? tellingNetworkOf(remoteAddress) : undefined }
  if (signedPeerRecord !== undefined && store.addRecord(peerId, signedPeerRecord, telling)) return
  store.addAddresses(peerId, listenAddresses, 'identified', telling)
}

function tellingNetworkOf(address: Multiaddr): string | undefined {
  const host = hostOf(address)
  return host === undefined ? undefined : networkOf(host.text, { ip4: 24, ip6: 48 })
}
