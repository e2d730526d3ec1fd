import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { PeerStoreChecks } from '@p2pspec/generated/interfaces/peer-store.rules'
import type { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromBytes, peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { sealPeerRecord } from '@p2pspec/runtime/records/peer-record/peer-record'

/** A store and what the checks need to know of it; made anew for each check. */
export interface PeerStoreSubject {
  readonly store: PeerStore
  /** What the store reads the time from. */
  readonly clock: SimulatedClock
  /** Opens what is kept once more, as it stands: like after the process was killed. Undefined where nothing is kept. */
  readonly reopened?: () => Promise<PeerStore>
  /** Changes bytes of what is kept, in each of the ways that the subject knows, and opens each of these. */
  readonly damaged?: () => Promise<readonly PeerStore[]>
}

const {
  maxAddressesPerPeer,
  maxPeersPerTeller,
  maxAddressesPerTeller,
  maxPeers,
  maxAddresses,
  maxRecordBytes,
  maxAllRecordBytes,
} = limits.peerStore
const { certifiedTtl, identifiedTtl, connectedTtl, hintTtl } = limits.peerStore
const day = 86_400_000

const keyOf = (number: number) => privateKeyFromSeed(new Uint8Array(32).fill(number))
const key = keyOf(1)
const peer = peerIdFromPublicKey(key.publicKey)
const otherKey = keyOf(2)
const other = peerIdFromPublicKey(otherKey.publicKey)

/** One check for each rule of the interface: throws where an implementation breaks it. */
export const peerStoreChecks: PeerStoreChecks<PeerStoreSubject> = {
  'STORE-CAP-1'({ store }) {
    store.addAddresses(peer, addresses(3 * maxAddressesPerPeer), 'identified')
    equal(store.addressesOf(peer).length, maxAddressesPerPeer, 'addresses of one peer')
    const few = addresses(4)
    for (let number = 0; number < maxPeers; number += 1) {
      if (number === 1_000) store.addressesOf(somePeer(0))
      store.addAddresses(somePeer(number), few, 'hint')
    }
    equal(store.addressesOf(peer).length, maxAddressesPerPeer, 'who spoke for itself outlives those who were heard of')
    store.addAddresses(somePeer(maxPeers), few, 'hint')
    equal(store.addressesOf(somePeer(0)).length, 4, 'who was asked for is not the oldest')
    equal(store.addressesOf(somePeer(1)).length, 0, 'the one that was least recently used is forgotten')
    const many = addresses(maxAddressesPerPeer)
    const roomFor = Math.floor(maxAddresses / maxAddressesPerPeer)
    for (let number = 0; number <= roomFor; number += 1) store.addAddresses(somePeer(number), many, 'identified')
    equal(store.addressesOf(peer).length, 0, 'the oldest is forgotten when there are too many addresses')
    equal(store.addressesOf(somePeer(0)).length, 0, 'and the next')
    equal(store.addressesOf(somePeer(maxPeers)).length, 0, 'and so are those before it')
    equal(store.addressesOf(somePeer(roomFor)).length, maxAddressesPerPeer)
  },

  'STORE-CAP-2'({ store }) {
    store.addAddresses(peer, addresses(2), 'identified')
    store.setConnected(peer, true)
    store.setConnected(other, true)
    store.addAddresses(other, addresses(1), 'hint')
    for (let number = 0; number < 2 * maxPeers; number += 1)
      store.addAddresses(somePeer(number), addresses(1), 'identified')
    equal(store.addressesOf(peer).length, 2, 'a peer that was known when it connected')
    equal(store.addressesOf(other).length, 1, 'a peer that was not')
    store.setConnected(peer, false)
    equal(store.addressesOf(peer).length, 2, 'the end of a connection forgets nobody')
    for (let number = 0; number < maxPeers; number += 1)
      store.addAddresses(somePeer(number), addresses(1), 'identified')
    equal(store.addressesOf(peer).length, 0, 'it is forgotten as any other from then on')
    if (store.setKept === undefined) return
    store.setKept(other, true)
    store.setConnected(other, false)
    for (let number = 0; number < maxPeers; number += 1)
      store.addAddresses(somePeer(number), addresses(1), 'identified')
    equal(store.addressesOf(other).length, 1, 'a peer that is kept')
    store.setKept(other, false)
    for (let number = 0; number < maxPeers; number += 1)
      store.addAddresses(somePeer(number), addresses(1), 'identified')
    equal(store.addressesOf(other).length, 0, 'it is forgotten as any other once it is kept no more')
  },

  'STORE-CAP-4'({ store }) {
    store.addAddresses(peer, addresses(2), 'hint', { teller: 'somebody' })
    for (let number = 0; number < 2 * maxPeers; number += 1)
      store.addAddresses(somePeer(number), addresses(1), 'identified', { teller: 'a flood' })
    equal(store.addressesOf(peer).length, 2, 'what somebody else told, though it was only heard of')
    const last = somePeer(2 * maxPeers - 1)
    equal(store.addressesOf(last).length, 1, 'the newest that it told')
    equal(store.addressesOf(somePeer(2 * maxPeers - 1 - maxPeersPerTeller)).length, 0, 'the oldest above its part')
    const many = addresses(maxAddressesPerPeer)
    for (let number = 0; number < maxPeersPerTeller; number += 1)
      store.addAddresses(somePeer(number), many, 'identified', { teller: 'a flood' })
    const held = Array.from({ length: maxPeersPerTeller }, (_, number) => store.addressesOf(somePeer(number)).length)
    const sum = held.reduce((left, right) => left + right, 0)
    ok(sum <= maxAddressesPerTeller, `${sum} addresses of one teller`)
  },

  'STORE-CAP-3'({ store }) {
    const long = Array.from({ length: 60 }, (_, at) => multiaddr(`/dns4/${'x'.repeat(180)}${at}/tcp/1`))
    const tooLong = record(1, long)
    ok(tooLong.length > maxRecordBytes)
    equal(store.addRecord(peer, tooLong), false, 'a record over the limit')
    equal(store.recordOf(peer), undefined)
    // A few keys sign for many peers' worth of bytes; signing is the slow part.
    const big = long.slice(0, 38)
    const roomFor = Math.ceil(maxAllRecordBytes / record(1, big).length)
    ok(roomFor > 255, 'more records than one byte of seed counts')
    const peers: PeerId[] = []
    for (let number = 0; number < roomFor + 5; number += 1) {
      const seed = new Uint8Array(32).fill(number & 0xff)
      seed[0] = number >> 8
      seed[1] = 7
      const own = privateKeyFromSeed(seed)
      const id = peerIdFromPublicKey(own.publicKey)
      peers.push(id)
      ok(store.addRecord(id, sealPeerRecord(own, { sequence: 1n, addresses: big.map(({ bytes }) => bytes) })))
    }
    const held = peers.filter((id) => store.recordOf(id) !== undefined)
    ok(held.length < roomFor, `${held.length} records are kept`)
    ok(store.recordOf(peers.at(-1) ?? peer) !== undefined, 'the newest stays')
  },

  async 'STORE-CERT-1'({ store, clock }) {
    const signed = addresses(maxAddressesPerPeer)
    ok(store.addRecord(peer, record(1, signed)))
    store.addAddresses(peer, signed.slice(0, 1), 'hint')
    store.addAddresses(peer, addresses(2 * maxAddressesPerPeer).slice(maxAddressesPerPeer), 'identified')
    await clock.advance(hintTtl + 1)
    deepEqual(texts(store, peer), signed.map(String).sort())
    ok(store.addressesOf(peer).every(({ source }) => source === 'certified'))
  },

  async 'STORE-CERT-2'({ store, clock }) {
    const [first, second, third] = addresses(3)
    ok(first && second && third)
    const old = record(5, [first])
    equal(store.addRecord(peer, old), true)
    equal(store.addRecord(peer, record(4, [second])), false, 'an older one')
    equal(store.addRecord(peer, record(5, [third])), false, 'another one of the same number')
    deepEqual(texts(store, peer), [first.toString()])
    await clock.advance(certifiedTtl - 1_000)
    equal(store.addRecord(peer, old), true, 'the same again')
    await clock.advance(certifiedTtl - 1_000)
    deepEqual(texts(store, peer), [first.toString()], 'it lives as if it were new')
    store.addAddresses(peer, [second], 'identified')
    equal(store.addRecord(peer, record(6, [third])), true)
    deepEqual(texts(store, peer), [second, third].map(String).sort())
    deepEqual(store.recordOf(peer), record(6, [third]))
    await clock.advance(2 * certifiedTtl)
    equal(store.addRecord(peer, old), false, 'an older one counts no more once all has run out')
  },

  'STORE-CERT-3'({ store }) {
    const good = record(1, addresses(2))
    equal(store.addRecord(other, good), false, 'of another peer')
    for (let at = 0; at < good.length; at += 1) {
      const damaged = good.slice()
      damaged[at] = (damaged[at] ?? 0) ^ 0x01
      store.addRecord(peer, damaged)
      store.addRecord(peer, good.subarray(0, at))
      deepEqual(texts(store, peer), [], `a bit of byte ${at} changed`)
    }
    equal(store.recordOf(peer), undefined)
    equal(store.recordOf(other), undefined)
  },

  async 'STORE-PUBLIC-1'({ store, reopened }) {
    const [near, far, named, link] = [
      '/ip4/192.168.1.1/tcp/80',
      '/ip4/203.0.113.9/tcp/1',
      '/dns4/a.test/tcp/1',
      '/ip6/fe80::1/tcp/1',
    ].map((text) => multiaddr(text)) as [Multiaddr, Multiaddr, Multiaddr, Multiaddr] // four texts
    const outside = { fromPublic: true }
    ok(store.addRecord(peer, record(1, [near, far, named]), outside))
    store.addAddresses(other, [near, link, far, named], 'identified', outside)
    await store.flush()
    const again = await reopened?.()
    for (const one of again === undefined ? [store] : [store, again]) {
      for (const who of [peer, other]) {
        deepEqual(texts(one, who), [far, named].map(String).sort())
        ok(
          one.addressesOf(who).every(({ fromPublic }) => fromPublic === true),
          'they have the mark',
        )
      }
      deepEqual(one.recordOf(peer), record(1, [near, far, named]), 'the record itself is kept whole')
      ok(one.addRecord(peer, record(1, [near, far, named])), 'the same, told by a neighbour')
      one.addAddresses(other, [far], 'identified')
      deepEqual(texts(one, peer), [near, far, named].map(String).sort())
      ok(
        one.addressesOf(peer).every(({ fromPublic }) => fromPublic !== true),
        'a neighbour takes the mark away',
      )
      ok(one.addRecord(peer, record(1, [near, far, named]), outside))
      equal(texts(one, peer).length, 3, 'who is a neighbour stays one until the next record')
      for (const { address, fromPublic } of one.addressesOf(other)) equal(fromPublic, !address.equals(far))
    }
    await again?.close()
  },

  async 'STORE-TTL-1'({ store, clock }) {
    const [first, second, third, fourth] = addresses(4)
    ok(first && second && third && fourth)
    store.addRecord(peer, record(1, [first]))
    store.addAddresses(peer, [second], 'identified')
    store.addAddresses(peer, [third], 'connected')
    store.addAddresses(peer, [fourth], 'hint')
    let passed = 0
    for (const [ttl, left] of [
      [hintTtl, [first, second, third]],
      [connectedTtl, [first, second]],
      [identifiedTtl, [first]],
      [certifiedTtl, []],
    ] as const) {
      await clock.advance(ttl - passed - 1)
      equal(texts(store, peer).length, left.length + 1)
      await clock.advance(1)
      passed = ttl
      deepEqual(texts(store, peer), left.map(String).sort())
    }
  },

  async 'STORE-TTL-2'({ store, clock, reopened }) {
    const [first, second] = addresses(2)
    ok(first && second)
    store.addRecord(peer, record(1, [first]))
    store.addAddresses(peer, [second], 'identified')
    for (const jump of [day * 365, -day * 730]) {
      clock.jumpWallTime(jump)
      equal(texts(store, peer).length, 2, 'a jump ends nothing')
    }
    await store.flush()
    const stores = reopened === undefined ? [store] : [store, await reopened()]
    if (reopened !== undefined) {
      equal(texts(stores.at(-1) ?? store, peer).length, 2, 'times are kept by the wall clock of the last write')
      clock.jumpWallTime(-day * 365)
      stores.push(await reopened())
    }
    await clock.advance(certifiedTtl)
    for (const one of stores) deepEqual(texts(one, peer), [], 'nothing outlives a fresh one')
    for (const one of stores.slice(1)) await one.close()
  },

  async 'STORE-KEEP-1'({ store, reopened }) {
    if (reopened === undefined) return await store.flush()
    const signed = record(7, addresses(3))
    store.addRecord(peer, signed)
    store.addAddresses(peer, addresses(5), 'identified')
    store.addAddresses(other, addresses(2), 'connected')
    for (let number = 0; number < 700; number += 1) store.addAddresses(somePeer(number), addresses(1), 'identified')
    await store.flush()
    store.forget(somePeer(3))
    store.addAddresses(other, addresses(3), 'connected')
    await store.flush()
    const again = await reopened()
    deepEqual(again.recordOf(peer), signed)
    deepEqual(again.addressesOf(peer).map(same), store.addressesOf(peer).map(same))
    deepEqual(again.addressesOf(other).map(same), store.addressesOf(other).map(same))
    equal(texts(again, somePeer(3)).length, 0, 'forgotten')
    equal(texts(again, somePeer(699)).length, 1)
    await again.close()
    await store.close()
    const closed = await reopened()
    deepEqual(closed.recordOf(peer), signed)
    await closed.close()
  },

  async 'STORE-KEEP-2'({ store, reopened }) {
    store.addAddresses(peer, addresses(1), 'identified')
    await store.close()
    await store.close()
    store.addAddresses(peer, addresses(2), 'identified')
    equal(store.addressesOf(peer).length, 2)
    store.forget(peer)
    deepEqual(store.addressesOf(peer), [])
    if (reopened === undefined) return
    await rejects(store.flush())
    const again = await reopened()
    equal(again.addressesOf(peer).length, 1, 'what was not kept when it closed is kept')
    await again.close()
  },

  async 'STORE-BAD-1'({ store, damaged }) {
    const signed = addresses(3)
    store.addRecord(peer, record(7, signed))
    for (let number = 0; number < 50; number += 1) store.addAddresses(somePeer(number), addresses(2), 'identified')
    await store.flush()
    const stores = (await damaged?.()) ?? []
    const proven = new Set(signed.map(String))
    for (const one of stores) {
      let served = texts(one, peer).length === 0 ? 0 : 1
      for (const { source, address } of one.addressesOf(peer))
        ok(source !== 'certified' || proven.has(address.toString()), 'what is certified is what was signed')
      ok(one.recordOf(peer) === undefined || texts(one, peer).length > 0)
      for (let number = 0; number < 50; number += 1) served += texts(one, somePeer(number)).length === 2 ? 1 : 0
      one.addAddresses(other, addresses(1), 'identified')
      await one.flush()
      ok(served > 0 || one.addressesOf(other).length === 1, 'the store works')
      await one.close()
    }
  },
}

/** Distinct addresses, the same ones at each call. */
function addresses(count: number): readonly Multiaddr[] {
  for (let at = made.length; at < count; at += 1) made.push(multiaddr(`/ip4/192.0.${at >> 8}.${at & 0xff}/tcp/4001`))
  return made.slice(0, count)
}

const made: Multiaddr[] = []

function somePeer(number: number): PeerId {
  const bytes = new Uint8Array(38).fill(9)
  bytes[0] = 0
  bytes[1] = 36
  new DataView(bytes.buffer).setUint32(2, number)
  return peerIdFromBytes(bytes)
}

function record(sequence: number, addresses: readonly Multiaddr[]): Uint8Array {
  return sealPeerRecord(key, { sequence: BigInt(sequence), addresses: addresses.map(({ bytes }) => bytes) })
}

function texts(store: PeerStore, of: PeerId): readonly string[] {
  return store
    .addressesOf(of)
    .map(({ address }) => address.toString())
    .sort()
}

function same({ address, source, expiresAt }: ReturnType<PeerStore['addressesOf']>[number]): string {
  return `${address} ${source} ${Math.round(expiresAt)}`
}
