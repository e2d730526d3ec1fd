import { Buffer } from 'node:buffer'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { AddressSource, KnownAddress, PeerStore, TellingOptions } from '@p2pspec/generated/interfaces/peer-store'
import type { Clock } from '../../core/clock.ts'
import { copyBytes } from '../../core/memory.ts'
import { PeerRecordError } from '../../records/peer-record/peer-record-error.ts'
import type { VerifiedPeerRecord } from '../../records/peer-record/peer-record.ts'
import { readRecordOf } from '../../records/peer-record/recent-records.ts'
import { byWorth, KnownPeer, lifetimes, type UnreadPeer } from './known-peer.ts'

const { maxPeers, maxAddresses, maxRecords, maxRecordBytes, maxAllRecordBytes } = limits.peerStore

/** What a store that keeps its peers somewhere wants to hear. Peers by the text of their ids. */
export interface PeerStoreObserver {
  /** Something is known of the peer that was not, or the other way round. */
  onChanged(key: string): void
  /** What was loaded of the peer does not hold. */
  onDamaged(key: string, reason: string): void
}

/** Addresses of peers, in memory. */
export class MemoryPeerStore implements PeerStore {
  readonly #clock: Clock
  readonly #observer: PeerStoreObserver | undefined
  /** Those who are not connected, in the order of their last use: the first may be forgotten first. */
  readonly #away = new Map<string, KnownPeer>()
  readonly #connected = new Map<string, KnownPeer>()
  /** Of those who are not connected. */
  #addressCount = 0
  #recordCount = 0
  #recordBytes = 0

  constructor(clock: Clock, observer?: PeerStoreObserver) {
    this.#clock = clock
    this.#observer = observer
  }

  get peerCount(): number {
    return this.#away.size + this.#connected.size
  }

  get addressCount(): number {
    let count = this.#addressCount
    for (const known of this.#connected.values()) count += known.addressCount
    return count
  }

  addAddresses(
    peer: PeerId,
    addresses: readonly Multiaddr[],
    source: Exclude<AddressSource, 'certified'>,
    { fromPublic = false }: TellingOptions = {},
  ): void {
    if (addresses.length === 0) return
    this.#use(peer, (known, key) => {
      const now = this.#clock.now()
      known.put(addresses, { source, expiresAt: now + lifetimes[source], fromPublic }, now)
      this.#observer?.onChanged(key)
    })
  }

  addRecord(peer: PeerId, envelope: Uint8Array, { fromPublic = false }: TellingOptions = {}): boolean {
    if (envelope.length > maxRecordBytes) return false
    const now = this.#clock.now()
    const expiresAt = now + lifetimes.certified
    const held = this.#known(peer)?.record
    const isSame = held !== undefined && Buffer.compare(held.envelope, envelope) === 0
    // Most peers bring the same record again and again: it has been verified.
    const mark = fromPublic && (!isSame || held.fromPublic)
    if (isSame && held.expiresAt > now && held.fromPublic === mark) {
      this.#use(peer, (known, key) => {
        known.renew(expiresAt)
        this.#observer?.onChanged(key)
      })
      return true
    }
    const record = verified(peer, envelope)
    //= PREC-SEQ-4
    if (record === undefined || (held !== undefined && !isSame && held.sequence >= record.sequence)) return false
    this.#use(peer, (known, key) => {
      // A copy: the bytes are part of a longer message.
      //= PREC-KEEP-1
      const fresh = { envelope: copyBytes(envelope), sequence: record.sequence, expiresAt, fromPublic: mark }
      known.certify(fresh, addressesIn(record), now)
      this.#observer?.onChanged(key)
    })
    return true
  }

  addressesOf(peer: PeerId): readonly KnownAddress[] {
    if (this.#known(peer) === undefined) return []
    const now = this.#clock.now()
    const toWall = this.#clock.wallTime() - now
    return this.#use(peer, (known) => {
      known.expire(now)
      return Array.from(known.addresses.values(), ({ address, source, expiresAt, fromPublic }) => {
        return { address, source, expiresAt: expiresAt + toWall, fromPublic }
      }).sort(byWorth)
    })
  }

  recordOf(peer: PeerId): Uint8Array | undefined {
    return this.#known(peer)?.record?.envelope
  }

  setConnected(peer: PeerId, connected: boolean): void {
    const key = peer.toString()
    if (connected === this.#connected.has(key)) return
    const known = this.#take(key) ?? new KnownPeer()
    if (connected) this.#connected.set(key, known)
    else this.#putAway(key, known)
  }

  forget(peer: PeerId): void {
    const key = peer.toString()
    const isConnected = this.#connected.has(key)
    if (this.#take(key) === undefined) return
    if (isConnected) this.#connected.set(key, new KnownPeer())
    this.#observer?.onChanged(key)
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  /** Takes what was kept of a peer, unread; what is known of it already counts for more. */
  load(key: string, unread: UnreadPeer): void {
    if (this.#away.has(key) || this.#connected.has(key)) return
    const known = new KnownPeer()
    known.unread = unread
    this.#putAway(key, known)
  }

  keys(): Iterable<string> {
    return [...this.#away.keys(), ...this.#connected.keys()]
  }

  peek(key: string): KnownPeer | undefined {
    return this.#away.get(key) ?? this.#connected.get(key)
  }

  /** What is known of the peer, read. */
  #known(peer: PeerId): KnownPeer | undefined {
    const key = peer.toString()
    const known = this.peek(key)
    if (known?.unread === undefined) return known
    // Reading changes what it counts for.
    this.#use(peer, () => undefined)
    return this.peek(key)
  }

  /** Moves the peer to the end of those who may be forgotten, and counts it anew. */
  #use<Result>(peer: PeerId, action: (known: KnownPeer, key: string) => Result): Result {
    const key = peer.toString()
    const isConnected = this.#connected.has(key)
    const known = this.#take(key) ?? new KnownPeer()
    this.#read(peer, key, known)
    const result = action(known, key)
    if (isConnected) this.#connected.set(key, known)
    else this.#putAway(key, known)
    return result
  }

  #take(key: string): KnownPeer | undefined {
    const away = this.#away.get(key)
    if (away === undefined) {
      const connected = this.#connected.get(key)
      this.#connected.delete(key)
      return connected
    }
    this.#away.delete(key)
    this.#count(away, -1)
    return away
  }

  #putAway(key: string, known: KnownPeer): void {
    if (known.isEmpty) return this.#observer?.onChanged(key)
    this.#away.set(key, known)
    this.#count(known, 1)
    if (!this.#isFull()) return
    for (const [oldest, forgotten] of this.#away) {
      this.#away.delete(oldest)
      this.#count(forgotten, -1)
      this.#observer?.onChanged(oldest)
      if (!this.#isFull()) return
    }
  }

  #isFull(): boolean {
    return (
      this.#away.size > maxPeers ||
      this.#addressCount > maxAddresses ||
      this.#recordCount > maxRecords ||
      this.#recordBytes > maxAllRecordBytes
    )
  }

  #count(known: KnownPeer, sign: 1 | -1): void {
    const { addressCount, recordBytes } = known
    this.#addressCount += sign * addressCount
    this.#recordBytes += sign * recordBytes
    if (recordBytes > 0) this.#recordCount += sign
  }

  /** Looks into what came out of a file as at anything from outside. */
  #read(peer: PeerId, key: string, known: KnownPeer): void {
    const { unread } = known
    if (unread === undefined) return
    known.unread = undefined
    const now = this.#clock.now()
    if (unread.envelope !== undefined) {
      //= SPEER-SIGN-1
      const record = verified(peer, unread.envelope)
      if (record === undefined) this.#observer?.onDamaged(key, 'its signed record does not hold')
      else {
        const { envelope, envelopeExpiresAt: expiresAt, envelopeFromPublic: fromPublic } = unread
        known.certify({ envelope, sequence: record.sequence, expiresAt, fromPublic }, addressesIn(record), now)
      }
    }
    for (const { bytes, source, expiresAt, fromPublic } of unread.addresses) {
      const [address] = readAddress(bytes)
      if (address === undefined) this.#observer?.onDamaged(key, 'one of its addresses is none')
      //= SPEER-ADDR-1, SPEER-PUBLIC-1
      else if (expiresAt > now) known.put([address], { source, expiresAt, fromPublic }, now)
    }
  }
}

function verified(expected: PeerId, envelope: Uint8Array): VerifiedPeerRecord | undefined {
  try {
    return readRecordOf(expected, envelope)
  } catch (error) {
    if (error instanceof PeerRecordError) return undefined
    throw error
  }
}

function addressesIn(record: VerifiedPeerRecord): Multiaddr[] {
  return record.addresses.flatMap(readAddress)
}

function readAddress(bytes: Uint8Array): Multiaddr[] {
  try {
    // The library keeps views of what it reads.
    return [multiaddr(copyBytes(bytes))]
  } catch {
    return []
  }
}
