import { limits } from '@p2pspec/generated/common/limits'
import type { AddressSource } from '@p2pspec/generated/interfaces/peer-store'
import {
  AddressSource as StoredSource,
  decodeStoredPeer,
  encodeStoredPeer,
  type StoredAddressInit,
} from '@p2pspec/generated/records/stored-peer/messages'
import { lifetimes, type KnownPeer, type UnreadAddress, type UnreadPeer } from './known-peer.ts'

const { maxEntryBytes, maxAddressesPerPeer, maxAddressBytes, maxRecordBytes } = limits.peerStore

type PlainSource = UnreadAddress['source']

const numbers: Readonly<Record<PlainSource, number>> = {
  identified: StoredSource.IDENTIFIED,
  connected: StoredSource.CONNECTED,
  hint: StoredSource.HINT,
}
const sources = new Map<number, PlainSource>([
  [StoredSource.IDENTIFIED, 'identified'],
  [StoredSource.CONNECTED, 'connected'],
  [StoredSource.HINT, 'hint'],
])

/** The two clocks at one moment. */
export interface Moment {
  readonly now: number
  readonly wallTime: number
}

/** The entry of a peer for a file. What the record proves is not written a second time. */
export function writeEntry({ unread, record, addresses }: KnownPeer, moment: Moment): Uint8Array {
  const stored: StoredAddressInit[] = []
  const store = (multiaddr: Uint8Array, { source, expiresAt, fromPublic }: Omit<UnreadAddress, 'bytes'>): void => {
    const until = toWallTime(expiresAt, moment)
    stored.push({ multiaddr, source: numbers[source], expiresAt: until, ...(fromPublic ? { fromPublic } : {}) })
  }
  for (const { address, source, expiresAt, fromPublic } of addresses.values()) {
    if (source !== 'certified' && expiresAt > moment.now) store(address.bytes, { source, expiresAt, fromPublic })
  }
  for (const one of unread?.addresses ?? []) store(one.bytes, one)
  return encodeStoredPeer({
    envelope: record?.envelope ?? unread?.envelope,
    envelopeExpiresAt: toWallTime(record?.expiresAt ?? unread?.envelopeExpiresAt ?? moment.now, moment),
    addresses: stored,
    ...((record?.fromPublic ?? unread?.envelopeFromPublic) === true ? { envelopeFromPublic: true } : {}),
  })
}

/** Reads an entry, without looking into what it holds. Throws where it is none; undefined: nothing of it is worth anything any more. */
//= SPEER-FORM-1
export function readEntry(entry: Uint8Array, moment: Moment): UnreadPeer | undefined {
  const {
    envelope,
    envelopeExpiresAt,
    envelopeFromPublic = false,
    addresses = [],
  } = decodeStoredPeer(entry, {
    maxBytes: maxEntryBytes,
    maxCount: maxAddressesPerPeer,
    maxDepth: 2,
    view: true,
  })
  if (envelope !== undefined && envelope.length > maxRecordBytes) throw new Error('its signed record is too long')
  const unread: UnreadAddress[] = []
  for (const { multiaddr, source, expiresAt, fromPublic = false } of addresses) {
    const known = sources.get(source)
    if (known === undefined) throw new Error(`nobody has the number ${source} as a source of addresses`)
    if (multiaddr.length > maxAddressBytes) throw new Error('one of its addresses is too long')
    const until = toSteadyTime(expiresAt, known, moment)
    if (until > moment.now) unread.push({ bytes: multiaddr, source: known, expiresAt: until, fromPublic })
  }
  if (envelope === undefined && unread.length === 0) return undefined
  return {
    envelope,
    envelopeExpiresAt: toSteadyTime(envelopeExpiresAt, 'certified', moment),
    envelopeFromPublic,
    addresses: unread,
  }
}

function toWallTime(expiresAt: number, { now, wallTime }: Moment): bigint {
  return BigInt(Math.max(0, Math.round(wallTime + expiresAt - now)))
}

/** A wall clock that was set back must not make an address outlive a fresh one. */
//= SPEER-TIME-1
function toSteadyTime(expiresAt: bigint, source: AddressSource, { now, wallTime }: Moment): number {
  return now + Math.min(Number(expiresAt) - wallTime, lifetimes[source])
}
