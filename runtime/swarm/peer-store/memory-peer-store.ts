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
import { AwayPeers } from './away-peers.ts'
import { byWorth, KnownPeer, lifetimes, type UnreadPeer } from './known-peer.ts'

const { maxRecordBytes, maxKeptPeers } = limits.peerStore

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
  readonly #away = new AwayPeers()
  /** Those who are connected or kept: they are not forgotten. */
  readonly #staying = new Map<string, KnownPeer>()
  readonly #connected = new Set<string>()
  readonly #kept = new Set<string>()

  constructor(clock: Clock, observer?: PeerStoreObserver) {
    this.#clock = clock
    this.#observer = observer
  }

  get peerCount(): number {
    return this.#away.size + this.#staying.size
  }

  get addressCount(): number {
    let count = this.#away.addressCount
    for (const known of this.#staying.values()) count += known.addressCount
    return count
  }

  addAddresses(
    peer: PeerId,
    addresses: readonly Multiaddr[],
    source: Exclude<AddressSource, 'certified'>,
    { fromPublic = false, teller }: TellingOptions = {},
  ): void {
    if (addresses.length === 0) return
    this.#use(peer, (known, key) => {
      const now = this.#clock.now()
      known.toldBy(source === 'connected' ? undefined : teller)
      known.put(addresses, { source, expiresAt: now + lifetimes[source], fromPublic }, now)
      this.#observer?.onChanged(key)
    })
  }

  addRecord(peer: PeerId, envelope: Uint8Array, { fromPublic = false, teller }: TellingOptions = {}): boolean {
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
      known.toldBy(teller)
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
    this.#mark(this.#connected, peer.toString(), connected)
  }

  setKept(peer: PeerId, kept: boolean): void {
    if (!kept || this.#kept.size < maxKeptPeers) this.#mark(this.#kept, peer.toString(), kept)
  }

  forget(peer: PeerId): void {
    const key = peer.toString()
    const stays = this.#staying.has(key)
    if (this.#take(key) === undefined) return
    if (stays) this.#staying.set(key, new KnownPeer())
    this.#observer?.onChanged(key)
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  /** Takes what was kept of a peer, unread; what is known of it already counts for more. */
  load(key: string, unread: UnreadPeer): void {
    if (this.#away.has(key) || this.#staying.has(key)) return
    const known = new KnownPeer()
    known.unread = unread
    this.#put(key, known)
  }

  keys(): Iterable<string> {
    return [...this.#away.keys(), ...this.#staying.keys()]
  }

  peek(key: string): KnownPeer | undefined {
    return this.#away.get(key) ?? this.#staying.get(key)
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

  #mark(marked: Set<string>, key: string, isMarked: boolean): void {
    if (isMarked === marked.has(key)) return
    const known = this.#take(key) ?? new KnownPeer()
    if (isMarked) marked.add(key)
    else marked.delete(key)
    this.#put(key, known)
  }

  /** Moves the peer to the end of those who may be forgotten, and counts it anew. */
  #use<Result>(peer: PeerId, action: (known: KnownPeer, key: string) => Result): Result {
    const key = peer.toString()
    const known = this.#take(key) ?? new KnownPeer()
    this.#read(peer, key, known)
    const result = action(known, key)
    this.#put(key, known)
    return result
  }

  #take(key: string): KnownPeer | undefined {
    const staying = this.#staying.get(key)
    if (staying === undefined) return this.#away.take(key)
    this.#staying.delete(key)
    return staying
  }

  #put(key: string, known: KnownPeer): void {
    if (this.#connected.has(key) || this.#kept.has(key)) this.#staying.set(key, known)
    else if (known.isEmpty) this.#observer?.onChanged(key)
    else this.#away.put(key, known, this.#onForgotten)
  }

  readonly #onForgotten = (key: string): void => this.#observer?.onChanged(key)

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
