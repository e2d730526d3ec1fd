import t from 'tap'
import { caseKeys } from './case-keys.ts'
import { cryptoFrameOf, initialKeys, readLongHeader, sealInitial } from './quic-initial.ts'
import { QuicWire } from './quic-wire.ts'
import { Transcript } from './transcript.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

t.test('the keys of a first packet are those of appendix A.1 of RFC 9001', (t) => {
  const { key, iv, headerKey } = initialKeys(Buffer.from('8394c8f03e515708', 'hex'))
  t.equal(hex(key), '1f369613dd76d5467730efcbe3b1a22d')
  t.equal(hex(iv), 'fa044b2f42a3fd3b46fb255c')
  t.equal(hex(headerKey), '9f50449e04a0e810283a1e9933adedd2')
  t.end()
})

t.test('what a QUIC library sends first is read, written again and read to the same', async (t) => {
  const wire = await QuicWire.dial({ host: '127.0.0.1', port: 9 }, new Transcript())
  const packet = wire.firstFlight(caseKeys(1, 'first flight'))
  wire.destroy()
  const header = readLongHeader(packet)
  if (header === null) throw new Error('a first packet is long')
  const frames = cryptoFrameOf(packet)
  t.equal(frames[0], 6)
  t.match(Buffer.from(frames).toString('latin1'), 'libp2p', 'the application protocol stands in it')
  for (const datagramBytes of [0, 1200]) {
    const again = sealInitial({ ...header, frames, datagramBytes })
    t.equal(hex(cryptoFrameOf(again)), hex(frames))
    t.same(readLongHeader(again)?.destinationId, header.destinationId)
    if (datagramBytes > 0) t.equal(again.length, datagramBytes)
    else t.ok(again.length < 1200)
  }
})

t.test('bytes that are no long packet have no header', (t) => {
  for (const text of ['', '40', 'c000000001', 'c00000000114aabb', 'c000000001000514'])
    t.equal(readLongHeader(Buffer.from(text, 'hex')), null, text)
  t.end()
})
