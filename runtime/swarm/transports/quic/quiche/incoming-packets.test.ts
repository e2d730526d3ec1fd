import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { eachPacket } from './incoming-packets.ts'

const { maxJoinedPackets } = limits.quic

function packetsOf(datagram: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = []
  eachPacket(datagram, (packet) => packets.push(packet))
  return packets
}

const bytes = (most: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: most })
/** A number below 16,384 in two bytes. */
const number = (value: number): Uint8Array => Uint8Array.of(0x40 | (value >> 8), value & 0xff)

/** A packet with a length: of the first ones, with early data, or of the handshake. */
const longPacket = fc
  .record({
    type: fc.constantFrom(0x00, 0x10, 0x20),
    low: fc.nat(15),
    ids: fc.tuple(bytes(20), bytes(20)),
    token: bytes(40),
    body: bytes(300),
  })
  .map(({ type, low, ids: [to, from], token, body }) =>
    Buffer.concat([
      Uint8Array.of(0xc0 | type | low, 0, 0, 0, 1),
      Uint8Array.of(to.length),
      to,
      Uint8Array.of(from.length),
      from,
      ...(type === 0 ? [number(token.length), token] : []),
      number(body.length),
      body,
    ]),
  )
const shortPacket = bytes(300).map((body) => Buffer.concat([Uint8Array.of(0x40), body]))

t.test('each of the packets in a datagram is handed on by itself, whatever is inside', (t) => {
  fc.assert(
    fc.property(
      fc.array(longPacket, { maxLength: maxJoinedPackets - 1 }),
      fc.oneof(longPacket, shortPacket),
      (before, last) => {
        const packets = [...before, last]
        t.same(packetsOf(Buffer.concat(packets)), packets)
      },
    ),
  )
  t.end()
})

t.test('of any bytes nothing is lost, and no more packets are made than there are kinds of keys', (t) => {
  const damaged = fc
    .tuple(fc.array(longPacket, { maxLength: 8 }), fc.array(fc.tuple(fc.nat(2_000), fc.nat(255))), fc.nat(2_000))
    .map(([packets, damages, length]) => {
      const datagram = Buffer.concat(packets)
      for (const [at, value] of damages) if (at < datagram.length) datagram[at] = value
      return datagram.subarray(0, length)
    })
  fc.assert(
    fc.property(fc.oneof(bytes(1_500), damaged), (datagram) => {
      const packets = packetsOf(datagram)
      t.ok(packets.length >= 1 && packets.length <= maxJoinedPackets)
      t.equal(Buffer.compare(Buffer.concat(packets), datagram), 0)
    }),
  )
  t.end()
})

t.test('a length beyond the end, another version and a retry leave the rest in one piece', (t) => {
  const joined = [0x20, 0, 0, 0, 1, 0, 0]
  const behind = [0x40, 1, 2, 3]
  const count = (first: number, head: readonly number[], length: number): number =>
    packetsOf(Uint8Array.from([first | 0xc0, ...head.slice(1), length, ...behind])).length
  t.equal(count(0x20, joined, 0), 2)
  t.equal(count(0x20, joined, 5), 1)
  t.equal(count(0x20, [0, 0, 0, 0, 2, 0, 0], 0), 1)
  t.equal(count(0x30, joined, 0), 1)
  t.end()
})
