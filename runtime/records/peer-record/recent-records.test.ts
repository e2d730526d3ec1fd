import { limits } from '@p2pspec/generated/common/limits'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import t from 'tap'
import { sealPeerRecord } from './peer-record.ts'
import { readRecordOf } from './recent-records.ts'

const { maxRemembered, maxRememberedBytes, maxAddressBytes } = limits.peerRecord
const address = Uint8Array.of(4, 192, 0, 2, 1, 6, 0x0f, 0xa1)

function sealed(addresses: readonly Uint8Array[] = [address]): {
  readonly peer: ReturnType<typeof peerIdFromPublicKey>
  readonly envelope: Uint8Array
} {
  const key = generatePrivateKey('ed25519')
  return { peer: peerIdFromPublicKey(key.publicKey), envelope: sealPeerRecord(key, { sequence: 7n, addresses }) }
}

void t.test('the very bytes that held are not verified again', async (t) => {
  const { peer, envelope } = sealed()
  const first = readRecordOf(peer, envelope)
  t.equal(first.sequence, 7n)
  t.equal(readRecordOf(peer, envelope.slice()), first)
})

void t.test('a record with any bit changed is refused although the whole one held [PREC-VERIFY-1]', async (t) => {
  const { peer, envelope } = sealed()
  readRecordOf(peer, envelope)
  for (let index = 0; index < envelope.length; index += 1) {
    const damaged = envelope.slice()
    damaged[index] = (damaged[index] ?? 0) ^ 1
    t.throws(() => readRecordOf(peer, damaged), { name: 'PeerRecordError' }, `byte ${index}`)
  }
})

void t.test('what held for one peer does not hold for another [PREC-ID-3]', async (t) => {
  const one = sealed()
  const other = sealed()
  readRecordOf(one.peer, one.envelope)
  t.throws(() => readRecordOf(other.peer, one.envelope), { code: 'wrong-peer' })
})

void t.test('what its owner does with the bytes afterwards changes nothing', async (t) => {
  const { peer, envelope } = sealed()
  const given = envelope.slice()
  readRecordOf(peer, given)
  given.fill(0)
  t.throws(() => readRecordOf(peer, given), { name: 'PeerRecordError' })
  t.same(readRecordOf(peer, envelope).addresses, [address])
})

void t.test(`the last ${maxRemembered} are remembered, and none of over ${maxRememberedBytes} bytes`, async (t) => {
  const first = sealed()
  const record = readRecordOf(first.peer, first.envelope)
  for (let count = 1; count < maxRemembered; count += 1) {
    const { peer, envelope } = sealed()
    readRecordOf(peer, envelope)
  }
  t.equal(readRecordOf(first.peer, first.envelope), record, 'it is the oldest of all')
  const last = sealed()
  readRecordOf(last.peer, last.envelope)
  t.not(readRecordOf(first.peer, first.envelope), record, 'one more has taken its place')
  const long = sealed(Array.from({ length: 5 }, () => new Uint8Array(maxAddressBytes)))
  t.not(readRecordOf(long.peer, long.envelope), readRecordOf(long.peer, long.envelope))
})
