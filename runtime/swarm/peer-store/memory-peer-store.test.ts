import { Buffer } from 'node:buffer'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { privateKeyFromSeed } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { sealPeerRecord } from '../../records/peer-record/peer-record.ts'
import { MemoryPeerStore } from './memory-peer-store.ts'

const key = privateKeyFromSeed(new Uint8Array(32).fill(1))
const peer = peerIdFromPublicKey(key.publicKey)
const self = peerIdFromPublicKey(privateKeyFromSeed(new Uint8Array(32).fill(2)).publicKey)

void t.test(
  'signed addresses come first, stay, are replaced by newer ones alone, and run out [PREC-SEQ-4]',
  async (t) => {
    const clock = new SimulatedClock()
    const book = new MemoryPeerStore(clock)
    const many = Array.from({ length: 100 }, (_, at) => multiaddr(`/ip4/192.0.2.${at}/tcp/1`))
    const signed = (sequence: bigint, address: string): Uint8Array =>
      sealPeerRecord(key, { sequence, addresses: [multiaddr(address).bytes] })
    t.ok(book.addRecord(peer, signed(2n, '/ip4/198.51.100.1/tcp/1')))
    book.addAddresses(peer, many, 'hint')
    t.equal(book.addressesOf(peer).length, limits.peerStore.maxAddressesPerPeer)
    t.equal(book.addressesOf(peer)[0]?.source, 'certified')
    t.notOk(book.addRecord(peer, signed(1n, '/ip4/198.51.100.2/tcp/1')))
    t.notOk(book.addRecord(self, signed(3n, '/ip4/198.51.100.2/tcp/1')), 'of another peer')
    const newest = signed(3n, '/ip4/198.51.100.3/tcp/1')
    t.ok(book.addRecord(peer, newest))
    t.equal(book.addressesOf(peer)[0]?.address.toString(), '/ip4/198.51.100.3/tcp/1')
    await clock.advance(limits.peerStore.certifiedTtl)
    t.same(book.addressesOf(peer), [])
    t.equal(book.addressCount, 0)
  },
)

void t.test('the envelope of a record is kept as it came, in a copy of its own [PREC-KEEP-1]', (t) => {
  const book = new MemoryPeerStore(new SimulatedClock())
  const envelope = sealPeerRecord(key, { sequence: 1n, addresses: [multiaddr('/ip4/198.51.100.1/tcp/1').bytes] })
  // As the cipher gives them: a view of this one that was sliced is a view still.
  const message = Buffer.alloc(20_000)
  message.set(envelope, 7)
  t.ok(book.addRecord(peer, message.subarray(7, 7 + envelope.length)))
  message.fill(0)
  const kept = book.recordOf(peer)
  t.same(kept, envelope)
  t.equal(kept?.buffer.byteLength, envelope.length)
  const [known] = book.addressesOf(peer)
  t.ok(
    (known?.address.getComponents()[0]?.bytes?.buffer.byteLength ?? Infinity) < 100,
    'nor does an address keep the message',
  )
  t.end()
})

void t.test(
  'a peer that signs records without end has one kept, within its limits (CVE-2023-40583, go-libp2p #3486)',
  (t) => {
    const book = new MemoryPeerStore(new SimulatedClock())
    const { maxAddressesPerPeer, maxRecordBytes } = limits.peerStore
    for (let round = 0; round < 100; round += 1) {
      const addresses = Array.from({ length: 60 }, (_, at) => multiaddr(`/ip4/10.0.${round}.${at}/tcp/1`).bytes)
      t.ok(book.addRecord(peer, sealPeerRecord(key, { sequence: BigInt(round), addresses })))
      t.ok(book.addressCount <= maxAddressesPerPeer, `${book.addressCount} addresses after ${round + 1} records`)
    }
    const long = Array.from({ length: 60 }, (_, at) => multiaddr(`/dns4/${'x'.repeat(180)}${at}/tcp/1`).bytes)
    const tooLong = sealPeerRecord(key, { sequence: 1_000n, addresses: long })
    t.ok(tooLong.length > maxRecordBytes)
    t.notOk(book.addRecord(peer, tooLong))
    t.ok((book.recordOf(peer)?.length ?? 0) <= maxRecordBytes)
    t.end()
  },
)
