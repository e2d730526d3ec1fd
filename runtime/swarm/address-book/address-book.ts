import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { AddressSource, KnownAddress, PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { Clock } from '../../core/clock.ts'
import { PeerRecordError } from '../../records/peer-record/peer-record-error.ts'
import { verifyPeerRecord, type VerifiedPeerRecord } from '../../records/peer-record/peer-record.ts'
import { withoutPeer } from '../dialer/target.ts'

const { maxAddressesPerPeer, maxPeers, maxAddresses, maxAddressBytes } = limits.addressBook
const { certifiedTtl, identifiedTtl, connectedTtl, hintTtl } = limits.addressBook

const lifetimes: Readonly<Record<AddressSource, number>> = {
  certified: certifiedTtl,
  identified: identifiedTtl,
  connected: connectedTtl,
  hint: hintTtl,
}

interface KnownPeer {
  readonly addresses: Map<string, KnownAddress>
  record: { readonly envelope: Uint8Array; readonly sequence: bigint } | undefined
}

/** Addresses of peers, in memory. */
export class AddressBook implements PeerStore {
  readonly #clock: Clock
  /** In the order of their last use. */
  readonly #peers = new Map<string, KnownPeer>()
  #addressCount = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get peerCount(): number {
    return this.#peers.size
  }

  get addressCount(): number {
    return this.#addressCount
  }

  addAddresses(peer: PeerId, addresses: readonly Multiaddr[], source: Exclude<AddressSource, 'certified'>): void {
    if (addresses.length === 0) return
    this.#put(this.#use(peer), addresses, source)
    this.#trim()
  }

  addRecord(peer: PeerId, envelope: Uint8Array): boolean {
    const record = verified(peer, envelope)
    if (record === undefined) return false
    const known = this.#use(peer)
    if (known.record !== undefined && known.record.sequence >= record.sequence) return false
    for (const [key, { source }] of known.addresses) if (source === 'certified') this.#drop(known, key)
    // A copy: the bytes are part of a longer message.
    known.record = { envelope: envelope.slice(), sequence: record.sequence }
    this.#put(known, record.addresses.flatMap(readAddress), 'certified')
    this.#trim()
    return true
  }

  addressesOf(peer: PeerId): readonly KnownAddress[] {
    const known = this.#peers.get(peer.toString())
    if (known === undefined) return []
    this.#expire(known)
    this.#use(peer)
    return [...known.addresses.values()].sort(byWorth)
  }

  recordOf(peer: PeerId): Uint8Array | undefined {
    return this.#peers.get(peer.toString())?.record?.envelope
  }

  forget(peer: PeerId): void {
    this.#remove(peer.toString())
  }

  /** Moves the peer to the end of those who may be forgotten. */
  #use(peer: PeerId): KnownPeer {
    const key = peer.toString()
    const known = this.#peers.get(key) ?? { addresses: new Map<string, KnownAddress>(), record: undefined }
    this.#peers.delete(key)
    this.#peers.set(key, known)
    return known
  }

  #put(known: KnownPeer, addresses: readonly Multiaddr[], source: AddressSource): void {
    this.#expire(known)
    const expiresAt = this.#clock.wallTime() + lifetimes[source]
    for (const given of addresses) {
      if (given.bytes.length > maxAddressBytes) continue
      const address = withoutPeer(given)
      const key = address.toString()
      const held = known.addresses.get(key)
      if (held?.source === 'certified' && source !== 'certified') continue
      if (held === undefined && known.addresses.size >= maxAddressesPerPeer) {
        const worst = [...known.addresses].sort(([, left], [, right]) => byWorth(right, left))[0]
        if (worst === undefined || (worst[1].source === 'certified' && source !== 'certified')) continue
        this.#drop(known, worst[0])
      }
      if (held === undefined) this.#addressCount += 1
      const better = held !== undefined && held.expiresAt > expiresAt && source !== 'certified' ? held : undefined
      known.addresses.set(key, better ?? { address, source, expiresAt })
    }
  }

  #expire(known: KnownPeer): void {
    const now = this.#clock.wallTime()
    for (const [key, { expiresAt }] of known.addresses) if (expiresAt <= now) this.#drop(known, key)
  }

  #drop(known: KnownPeer, key: string): void {
    if (known.addresses.delete(key)) this.#addressCount -= 1
  }

  /** The peers that were least recently used go first. */
  #trim(): void {
    for (const key of this.#peers.keys()) {
      if (this.#peers.size <= maxPeers && this.#addressCount <= maxAddresses) return
      this.#remove(key)
    }
  }

  #remove(key: string): void {
    this.#addressCount -= this.#peers.get(key)?.addresses.size ?? 0
    this.#peers.delete(key)
  }
}

function verified(expected: PeerId, envelope: Uint8Array): VerifiedPeerRecord | undefined {
  try {
    return verifyPeerRecord(envelope, { expected, acceptLegacy: true })
  } catch (error) {
    if (error instanceof PeerRecordError) return undefined
    throw error
  }
}

function readAddress(bytes: Uint8Array): Multiaddr[] {
  try {
    return [multiaddr(bytes)]
  } catch {
    return []
  }
}

/** Certified ones first, then the longest-lived. */
function byWorth(left: KnownAddress, right: KnownAddress): number {
  const certified = Number(right.source === 'certified') - Number(left.source === 'certified')
  return certified === 0 ? right.expiresAt - left.expiresAt : certified
}
