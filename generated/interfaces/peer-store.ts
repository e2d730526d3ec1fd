// Generated from spec/interfaces/peer-store.yaml sha256:365467916ca8535acf2fa1884b28e9051d9ca621725a1d3178edf3c9d6e816f3
// Do not edit: change the spec and run `p2pspec generate`.
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from './connection.ts'

/** Who told an address: the peer by its signature, the peer in plain words, this node that reached it there, somebody else. */
export type AddressSource = 'certified' | 'identified' | 'connected' | 'hint'

/** One address of a peer. */
export interface KnownAddress {
  /** Without the peer id. */
  readonly address: Multiaddr
  readonly source: AddressSource
  /** Milliseconds since 1970, by the wall clock of now. */
  readonly expiresAt: number
  /** True: a peer in the public network told it, so that a name in it may not lead into a private one. */
  readonly fromPublic?: boolean | undefined | undefined
}

/** Where addresses were told. */
export interface TellingOptions {
  /** True: a peer in the public network told them. Those in a private network are then other hosts' than its own. */
  readonly fromPublic?: boolean | undefined
  /** Who told them, by any name that stays the same: of what one teller brings, no more than a part is kept. Left out: this node itself. */
  readonly teller?: string | undefined | undefined
}

/** Addresses of peers. Every call answers out of memory and at once; flush and close alone wait for whatever keeps them. */
export interface PeerStore {
  /**
   * Remembers addresses of a peer, for as long as their source is worth. Those that are no use are left out.
   * - STORE-CAP-1: However much is added, the addresses of one peer, the peers and the addresses of all stay within their limits; peers that were only heard of go first, and of each kind the one that was least recently used.
   * - STORE-CAP-2: A peer that is connected, or that is kept, is not forgotten to make room for others.
   * - STORE-CAP-4: However much one teller tells, it displaces no more of what others told than its own part; above that it displaces what it told itself.
   * - STORE-CERT-1: What is told without a signature neither displaces nor shortens the life of an address that the peer has signed.
   * - STORE-PUBLIC-1: An address in a private network that was told in the public one is never handed out, signed or not, nor after the store is opened again; what else was told there is handed out with that mark, until it is told within a private network.
   */
  addAddresses(peer: PeerId, addresses: readonly Multiaddr[], source: Exclude<AddressSource, 'certified'>, options?: TellingOptions): void
  /**
   * Takes the addresses of a signed peer record; false where a newer one is known or the record does not hold.
   * - STORE-CAP-3: A record that is longer than its limit is refused, and all records together stay within theirs.
   * - STORE-CERT-2: A newer record replaces all addresses of the older one, the same one again renews their life, and an older one changes nothing.
   * - STORE-CERT-3: A record that is damaged, forged or that of another peer changes nothing.
   * - STORE-PUBLIC-1: An address in a private network that was told in the public one is never handed out, signed or not, nor after the store is opened again; what else was told there is handed out with that mark, until it is told within a private network.
   */
  addRecord(peer: PeerId, envelope: Uint8Array, options?: TellingOptions): boolean
  /**
   * Addresses that have not run out, certified ones first, then the longest-lived.
   * - STORE-TTL-1: An address whose time is over is never handed out.
   * - STORE-TTL-2: A jump of the wall clock ends no address and keeps none longer than a fresh one.
   */
  addressesOf(peer: PeerId): readonly KnownAddress[]
  /** The newest signed record of the peer as it came. */
  recordOf(peer: PeerId): Uint8Array | undefined
  /**
   * Says whether a connection to the peer stands.
   * - STORE-CAP-2: A peer that is connected, or that is kept, is not forgotten to make room for others.
   */
  setConnected(peer: PeerId, connected: boolean): void
  /**
   * Says whether the peer is worth something to this node whatever happens: it is kept, protected or tagged.
   * - STORE-CAP-2: A peer that is connected, or that is kept, is not forgotten to make room for others.
   */
  setKept?(peer: PeerId, kept: boolean): void
  /** Forgets the peer. */
  forget(peer: PeerId): void
  /**
   * Resolves once all that was called before is kept. Rejects where it cannot be kept; memory has it still, and it is tried again.
   * - STORE-KEEP-1: In a store that is opened again, whether it was closed or its process killed, all is there that a flush acknowledged, and nothing that was forgotten.
   */
  flush(): Promise<void>
  /**
   * Keeps what is not kept yet, and lets go of the file. The store answers out of memory afterwards.
   * - STORE-KEEP-2: After a close, and after a second one, every call still answers, and a flush of what is new rejects.
   */
  close(): Promise<void>
}
