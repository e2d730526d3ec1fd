import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import fc from 'fast-check'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { peerIdFromBytes } from '../../crypto/peer-id.ts'
import { MemoryPeerStore } from './memory-peer-store.ts'

const { maxPeers, maxAddresses, maxAddressesPerPeer, maxPeersPerTeller, maxAddressesPerTeller } = limits.peerStore

const many = Array.from({ length: maxAddressesPerPeer }, (_, at) => multiaddr(`/ip4/198.51.100.7/tcp/${at + 1}`))

t.test(
  'a flood of new keys out of twenty networks and of hearsay displaces nobody whom others brought or this node reached',
  (t) => {
    const store = new MemoryPeerStore(new SimulatedClock())
    let last = 0
    const fresh = (): PeerId => numberedPeer(++last)
    const brought = Array.from({ length: 2_000 }, fresh)
    const reached = Array.from({ length: 500 }, fresh)
    const protectedPeer = fresh()
    for (const [at, peer] of brought.entries())
      store.addAddresses(peer, many.slice(0, 3), 'identified', { teller: `net ${at}` })
    for (const peer of reached) store.addAddresses(peer, many.slice(0, 1), 'connected')
    store.setKept(protectedPeer, true)
    store.addAddresses(protectedPeer, many.slice(0, 1), 'hint')
    const flooders = Array.from({ length: 20 }, (_, at) => `flooding net ${at}`)
    for (let round = 0; round < 600; round += 1)
      for (const teller of flooders) {
        store.addAddresses(fresh(), many, 'identified', { teller })
        store.addAddresses(fresh(), many.slice(0, 1), 'hint', { teller: `peer of ${teller}` })
      }
    for (const peer of [...brought, ...reached, protectedPeer])
      if (store.addressesOf(peer).length === 0) t.fail(`${peer} was forgotten`)
    t.ok(store.peerCount <= brought.length + reached.length + 1 + 2 * flooders.length * maxPeersPerTeller)
    t.ok(store.addressCount <= maxAddresses)
    t.end()
  },
)

t.test('who was only heard of goes before whoever was met, though it was told later', (t) => {
  const store = new MemoryPeerStore(new SimulatedClock())
  const met = numberedPeer(1)
  store.addAddresses(met, many.slice(0, 1), 'identified')
  for (let number = 2; number < 2 * maxPeers; number += 1)
    store.addAddresses(numberedPeer(number), many.slice(0, 1), 'hint')
  t.equal(store.addressesOf(met).length, 1)
  t.equal(store.peerCount, maxPeers)
  t.end()
})

t.test('whatever is told by whomever, all limits hold, and who stays is never forgotten', (t) => {
  const step = fc.record({
    kind: fc.constantFrom('tell', 'tell', 'tell', 'connect', 'part', 'keep', 'let go', 'ask', 'forget'),
    peer: fc.nat(40),
    count: fc.integer({ min: 1, max: maxAddressesPerPeer }),
    source: fc.constantFrom('identified' as const, 'connected' as const, 'hint' as const),
    teller: fc.constantFrom(undefined, 'left', 'right'),
    /** So many peers that nobody asks for, in one go. */
    others: fc.constantFrom(0, 0, 0, 300),
  })
  let next = 1_000
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new MemoryPeerStore(new SimulatedClock())
      const connected = new Set<number>()
      const kept = new Set<number>()
      const known = new Map<number, number>()
      const toldBy = new Map<string, number[]>()
      for (const { kind, peer: number, count, source, teller, others } of steps) {
        const peer = numberedPeer(number)
        if (kind === 'connect' || kind === 'part') {
          store.setConnected(peer, kind === 'connect')
          if (kind === 'connect') connected.add(number)
          else connected.delete(number)
        } else if (kind === 'keep' || kind === 'let go') {
          store.setKept(peer, kind === 'keep')
          if (kind === 'keep') kept.add(number)
          else kept.delete(number)
        } else if (kind === 'ask') store.addressesOf(peer)
        else if (kind === 'forget') store.forget(peer)
        else store.addAddresses(peer, many.slice(0, count), source, { teller })
        for (let at = 0; at < others; at += 1) {
          next += 1
          store.addAddresses(numberedPeer(next), many.slice(0, 1), source, { teller })
          if (teller !== undefined && source !== 'connected') toldBy.set(teller, [...(toldBy.get(teller) ?? []), next])
        }
        for (const stays of [...connected, ...kept]) {
          const held = store.addressesOf(numberedPeer(stays)).length
          const before = known.get(stays) ?? 0
          if (stays !== number && held < before) throw new Error(`${stays} had ${before} addresses and has ${held}`)
          known.set(stays, held)
        }
        for (const gone of known.keys()) if (!connected.has(gone) && !kept.has(gone)) known.delete(gone)
        if (store.addressCount > maxAddresses + 41 * maxAddressesPerPeer)
          throw new Error(`${store.addressCount} addresses`)
      }
      for (const [teller, numbers] of toldBy) {
        const held = numbers.map((number) => store.addressesOf(numberedPeer(number)).length).filter((held) => held > 0)
        const sum = held.reduce((left, right) => left + right, 0)
        if (held.length > maxPeersPerTeller || sum > maxAddressesPerTeller)
          throw new Error(`${teller} holds ${held.length} peers and ${sum} addresses`)
      }
    }),
    { numRuns: 100 },
  )
  t.end()
})

function numberedPeer(number: number): PeerId {
  const bytes = new Uint8Array(38)
  bytes[1] = 36
  new DataView(bytes.buffer).setUint32(2, number)
  return peerIdFromBytes(bytes)
}
