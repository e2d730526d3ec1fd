import { limits } from '@p2pspec/generated/common/limits'
import type { KnownPeer } from './known-peer.ts'

const { maxPeers, maxAddresses, maxRecords, maxAllRecordBytes } = limits.peerStore
const { maxPeersPerTeller, maxAddressesPerTeller } = limits.peerStore

/** What one teller has brought, the one least recently used first. */
interface Told {
  readonly keys: Set<string>
  addressCount: number
}

/** Those who may be forgotten, within their limits: first who was only heard of, then who was met, of each the one least recently used. */
export class AwayPeers {
  readonly #heard = new Map<string, KnownPeer>()
  readonly #met = new Map<string, KnownPeer>()
  readonly #tellers = new Map<string, Told>()
  #addressCount = 0
  #recordCount = 0
  #recordBytes = 0

  get size(): number {
    return this.#heard.size + this.#met.size
  }

  get addressCount(): number {
    return this.#addressCount
  }

  /** Tellers that are counted. */
  get tellerCount(): number {
    return this.#tellers.size
  }

  get(key: string): KnownPeer | undefined {
    return this.#met.get(key) ?? this.#heard.get(key)
  }

  has(key: string): boolean {
    return this.#met.has(key) || this.#heard.has(key)
  }

  keys(): readonly string[] {
    return [...this.#heard.keys(), ...this.#met.keys()]
  }

  /** Takes it out, to be changed and put back. */
  take(key: string): KnownPeer | undefined {
    const known = this.get(key)
    if (known === undefined) return undefined
    if (!this.#met.delete(key)) this.#heard.delete(key)
    this.#count(key, known, -1)
    return known
  }

  /** The last to be forgotten of its kind. `onForgotten`: who had to go for it. */
  put(key: string, known: KnownPeer, onForgotten: (key: string) => void): void {
    if (known.wasMet) this.#met.set(key, known)
    else this.#heard.set(key, known)
    this.#count(key, known, 1)
    for (let next = this.#next(known); next !== undefined; next = this.#next(known)) {
      this.take(next)
      onForgotten(next)
    }
  }

  /** Who goes next; undefined: all has room. */
  #next({ teller }: KnownPeer): string | undefined {
    const told = teller === undefined ? undefined : this.#tellers.get(teller)
    if (told !== undefined && (told.keys.size > maxPeersPerTeller || told.addressCount > maxAddressesPerTeller))
      return first(told.keys)
    if (this.size > maxPeers || this.#addressCount > maxAddresses)
      return first(this.#heard.keys()) ?? first(this.#met.keys())
    // Records are of those who were met.
    const isFull = this.#recordCount > maxRecords || this.#recordBytes > maxAllRecordBytes
    return isFull ? first(this.#met.keys()) : undefined
  }

  #count(key: string, known: KnownPeer, sign: 1 | -1): void {
    const { addressCount, recordBytes, teller } = known
    this.#addressCount += sign * addressCount
    this.#recordBytes += sign * recordBytes
    if (recordBytes > 0) this.#recordCount += sign
    if (teller !== undefined) this.#countTold(teller, key, sign, addressCount)
  }

  #countTold(teller: string, key: string, sign: 1 | -1, addressCount: number): void {
    let told = this.#tellers.get(teller)
    if (told === undefined) this.#tellers.set(teller, (told = { keys: new Set(), addressCount: 0 }))
    told.addressCount += sign * addressCount
    if (sign === 1) told.keys.add(key)
    else told.keys.delete(key)
    if (told.keys.size === 0) this.#tellers.delete(teller)
  }
}

function first(keys: Iterable<string>): string | undefined {
  for (const key of keys) return key
  return undefined
}
