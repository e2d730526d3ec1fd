import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { AddressSource, KnownAddress, PeerStore, TellingOptions } from '@p2pspec/generated/interfaces/peer-store'
import { systemClock, type Clock } from '../../core/clock.ts'
import { MemoryPeerStore } from './memory-peer-store.ts'
import { PeerFileClient } from './peer-file-client.ts'
import { PeerStoreError } from './peer-store-error.ts'
import { readEntry } from './stored-entry.ts'
import { WriteQueue } from './write-queue.ts'

export interface PeerStoreOptions {
  readonly clock?: Clock | undefined
  /** Told of what went wrong with the file while the store goes on: `damaged-entry`, `damaged-file`, `disk-full`, `write-failed`. */
  readonly onFault?: ((fault: PeerStoreError) => void) | undefined
  /** Largest file, in bytes. */
  readonly maxFileBytes?: number | undefined
}

/**
 * Opens the file, or makes it, and reads all that it holds. Rejects with a `PeerStoreError`: `in-use`, `newer-version`, `not-a-store`, `unreachable`, `disk-full`.
 * A damaged file is moved aside to `<path>.damaged`, and what could be read of it is kept.
 *
 * @example
 * const peerStore = await openPeerStore('/var/lib/my-node/peers.sqlite')
 * const node = await createNode({ peerStore })
 */
export async function openPeerStore(path: string, options: PeerStoreOptions = {}): Promise<PersistentPeerStore> {
  const { clock = systemClock, onFault = () => undefined, maxFileBytes } = options
  const store = new PersistentPeerStore(path, clock, onFault, maxFileBytes)
  await store.opened
  return store
}

/** Addresses of peers in memory, and in a file behind it. */
export class PersistentPeerStore implements PeerStore {
  /** Resolves when all that the file holds is loaded. */
  readonly opened: Promise<void>
  readonly #path: string
  readonly #clock: Clock
  readonly #onFault: (fault: PeerStoreError) => void
  readonly #memory: MemoryPeerStore
  readonly #file: PeerFileClient
  readonly #queue: WriteQueue

  constructor(path: string, clock: Clock, onFault: (fault: PeerStoreError) => void, maxFileBytes?: number) {
    this.#path = path
    this.#clock = clock
    this.#onFault = onFault
    this.#memory = new MemoryPeerStore(clock, {
      onChanged: (key) => this.#queue.changed(key),
      onDamaged: (key, reason) => this.#damaged(key, reason),
    })
    this.#file = new PeerFileClient({ path, maxBytes: maxFileBytes }, (id, entry) => this.#load(id, entry))
    this.#queue = new WriteQueue({ clock, memory: this.#memory, file: this.#file, onFault })
    this.opened = this.#open()
  }

  get peerCount(): number {
    return this.#memory.peerCount
  }

  get addressCount(): number {
    return this.#memory.addressCount
  }

  addAddresses(
    peer: PeerId,
    addresses: readonly Multiaddr[],
    source: Exclude<AddressSource, 'certified'>,
    options?: TellingOptions,
  ): void {
    this.#memory.addAddresses(peer, addresses, source, options)
  }

  addRecord(peer: PeerId, envelope: Uint8Array, options?: TellingOptions): boolean {
    return this.#memory.addRecord(peer, envelope, options)
  }

  addressesOf(peer: PeerId): readonly KnownAddress[] {
    return this.#memory.addressesOf(peer)
  }

  recordOf(peer: PeerId): Uint8Array | undefined {
    return this.#memory.recordOf(peer)
  }

  setConnected(peer: PeerId, connected: boolean): void {
    this.#memory.setConnected(peer, connected)
  }

  setKept(peer: PeerId, kept: boolean): void {
    this.#memory.setKept(peer, kept)
  }

  forget(peer: PeerId): void {
    this.#memory.forget(peer)
  }

  async flush(): Promise<void> {
    await this.#queue.flush()
  }

  async close(): Promise<void> {
    await this.#queue.close()
  }

  async #open(): Promise<void> {
    const { damagedIds, damage } = await this.#file.opened()
    if (damage !== undefined) {
      const message = `${damage}; it has been moved to ${this.#path}.damaged, and ${this.#memory.peerCount} peers could be read of it`
      this.#onFault(new PeerStoreError('damaged-file', message))
      for (const key of this.#memory.keys()) this.#queue.changed(key)
    }
    for (const id of damagedIds) this.#damaged(id, 'its checksum does not fit')
  }

  #load(id: string, entry: Uint8Array): void {
    try {
      const unread = readEntry(entry, { now: this.#clock.now(), wallTime: this.#clock.wallTime() })
      if (unread === undefined) this.#queue.changed(id)
      else this.#memory.load(id, unread)
    } catch (error) {
      this.#damaged(id, error instanceof Error ? error.message : String(error))
    }
  }

  #damaged(id: string, reason: string): void {
    // What is left of the peer, if anything, takes the place of the entry.
    this.#queue.changed(id)
    const message = `${this.#path}: the entry of peer ${id} is damaged (${reason}) and was left out`
    this.#onFault(new PeerStoreError('damaged-entry', message))
  }
}
