// Generated from spec/interfaces/peer-store.yaml sha256:fe3a533e561e4ba67a620ebbfa568073d83b633d3995da0cab6f02cd8576416e
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
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Addresses of peers. */
export interface PeerStore {
  /**
   * Remembers addresses of a peer, for as long as their source is worth. Those that are no use are left out.
   * - STORE-CAP-1: However much is added, the addresses of one peer, the peers and the addresses of all stay within their limits; the peer that was least recently used goes first.
   * - STORE-CERT-1: What is told without a signature neither displaces nor shortens the life of an address that the peer has signed.
   */
  addAddresses(peer: PeerId, addresses: readonly Multiaddr[], source: Exclude<AddressSource, 'certified'>): void
  /**
   * Takes the addresses of a signed peer record; false where a newer one is known or the record does not hold.
   * - STORE-CERT-2: A newer record replaces all addresses of the older one; an older record changes nothing.
   */
  addRecord(peer: PeerId, envelope: Uint8Array): boolean
  /**
   * Addresses that have not run out, certified ones first, then the longest-lived.
   * - STORE-TTL-1: An address whose time is over is never handed out.
   */
  addressesOf(peer: PeerId): readonly KnownAddress[]
  /** The newest signed record of the peer as it came. */
  recordOf(peer: PeerId): Uint8Array | undefined
  /** Forgets the peer. */
  forget(peer: PeerId): void
}
