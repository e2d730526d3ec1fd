import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { AddressSource } from '@p2pspec/generated/interfaces/peer-store'
import { addressKind } from '../dialer/address-kind.ts'
import { withoutPeer } from '../dialer/target.ts'

const { maxAddressesPerPeer, maxAddressBytes } = limits.peerStore
const { certifiedTtl, identifiedTtl, connectedTtl, hintTtl } = limits.peerStore

/** How long an address of each source is worth something, in milliseconds. */
export const lifetimes: Readonly<Record<AddressSource, number>> = {
  certified: certifiedTtl,
  identified: identifiedTtl,
  connected: connectedTtl,
  hint: hintTtl,
}

/** Times are those of the steady clock: the wall clock may jump. */
export interface HeldAddress {
  readonly address: Multiaddr
  readonly source: AddressSource
  readonly expiresAt: number
  /** Told in the public network: a name in it may not lead into a private one. */
  readonly fromPublic: boolean
}

export interface HeldRecord {
  readonly envelope: Uint8Array
  readonly sequence: bigint
  readonly expiresAt: number
  /** Its addresses in a private network are other hosts' than the peer's. */
  readonly fromPublic: boolean
}

/** How addresses were told. */
export interface Telling {
  readonly source: AddressSource
  readonly expiresAt: number
  readonly fromPublic: boolean
}

/** What came out of a file and was not looked into yet: nobody may have asked for the peer. */
export interface UnreadPeer {
  readonly envelope: Uint8Array | undefined
  readonly envelopeExpiresAt: number
  readonly envelopeFromPublic: boolean
  readonly addresses: readonly UnreadAddress[]
}

export interface UnreadAddress {
  readonly bytes: Uint8Array
  readonly source: Exclude<AddressSource, 'certified'>
  readonly expiresAt: number
  readonly fromPublic: boolean
}

/** What is known of one peer. */
export class KnownPeer {
  readonly addresses = new Map<string, HeldAddress>()
  record: HeldRecord | undefined
  unread: UnreadPeer | undefined
  #teller: string | undefined
  #isOwn = false
  #wasMet = false

  get addressCount(): number {
    return this.addresses.size + (this.unread?.addresses.length ?? 0)
  }

  get recordBytes(): number {
    return (this.record?.envelope ?? this.unread?.envelope)?.length ?? 0
  }

  /** The peer itself said or proved something, or was reached: more than what others tell of it. */
  get wasMet(): boolean {
    return (
      this.#wasMet ||
      this.unread?.envelope !== undefined ||
      this.unread?.addresses.some(({ source }) => source !== 'hint') === true
    )
  }

  /** Whose part it is counted in: of who told of it first. Undefined: this node found it out itself. */
  get teller(): string | undefined {
    return this.#teller
  }

  /** Called before what is told is put in. Undefined: this node itself. */
  toldBy(teller: string | undefined): void {
    if (teller === undefined) this.#isOwn = true
    this.#teller = this.#isOwn ? undefined : (this.#teller ?? teller)
  }

  get isEmpty(): boolean {
    return this.addressCount === 0 && this.recordBytes === 0
  }

  /** Adds what is new, and lengthens the life of what is known. */
  put(given: readonly Multiaddr[], { source, expiresAt, fromPublic }: Telling, now: number): void {
    this.expire(now)
    if (source !== 'hint') this.#wasMet = true
    for (const one of given) {
      if (one.bytes.length > maxAddressBytes) continue
      if (fromPublic && addressKind(one).reach === 'private') continue
      const address = withoutPeer(one)
      const key = address.toString()
      const held = this.addresses.get(key)
      if (held?.source === 'certified' && source !== 'certified') continue
      if (held === undefined && !this.#makeRoom(source)) continue
      const stays = held !== undefined && held.expiresAt > expiresAt && source !== 'certified'
      const mark = fromPublic && held?.fromPublic !== false
      this.addresses.set(key, stays ? { ...held, fromPublic: mark } : { address, source, expiresAt, fromPublic: mark })
    }
  }

  /** The addresses of a record that counts now, in place of those of the last one. */
  certify(record: HeldRecord, addresses: readonly Multiaddr[], now: number): void {
    for (const [key, { source }] of this.addresses) if (source === 'certified') this.addresses.delete(key)
    this.record = record
    const { expiresAt, fromPublic } = record
    if (expiresAt > now) this.put(addresses, { source: 'certified', expiresAt, fromPublic }, now)
  }

  /** The record was told again: its addresses live as long as new ones. */
  renew(expiresAt: number): void {
    if (this.record !== undefined) this.record = { ...this.record, expiresAt }
    for (const [key, held] of this.addresses) {
      if (held.source === 'certified') this.addresses.set(key, { ...held, expiresAt })
    }
  }

  expire(now: number): void {
    for (const [key, { expiresAt }] of this.addresses) if (expiresAt <= now) this.addresses.delete(key)
  }

  /** Whether one more has room, for which the least worth may have to go. */
  #makeRoom(source: AddressSource): boolean {
    if (this.addresses.size < maxAddressesPerPeer) return true
    let worst: [string, HeldAddress] | undefined
    for (const one of this.addresses) if (worst === undefined || byWorth(worst[1], one[1]) < 0) worst = one
    if (worst === undefined || (worst[1].source === 'certified' && source !== 'certified')) return false
    return this.addresses.delete(worst[0])
  }
}

/** Certified ones first, then the longest-lived. */
export function byWorth(
  left: Pick<HeldAddress, 'source' | 'expiresAt'>,
  right: Pick<HeldAddress, 'source' | 'expiresAt'>,
): number {
  const certified = Number(right.source === 'certified') - Number(left.source === 'certified')
  return certified === 0 ? right.expiresAt - left.expiresAt : certified
}
