import fc from 'fast-check'
import t from 'tap'
import { parameterFaults, withFault } from '../runner/quic-parameters.ts'
import { caseKeys } from './case-keys.ts'
import { number, readParameters, withParameters, writeParameters } from './quic-hello.ts'
import { cryptoFrameOf, initialKeys, openInitial, readLongHeader, readNumber, sealInitial } from './quic-initial.ts'
import { answerOf } from './quic-refusal.ts'
import { QuicWire } from './quic-wire.ts'
import { Transcript } from './transcript.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

t.test('a number is read as it was written, in as few bytes as hold it', (t) => {
  fc.assert(
    fc.property(
      fc.maxSafeNat().filter((value) => value < 2 ** 53),
      (value) => {
        const bytes = number(value)
        const read = readNumber(Buffer.from(bytes), 0)
        return read.value === value && read.end === bytes.length
      },
    ),
  )
  t.end()
})

t.test('a hello with its own parameters is the same hello; one with a fault differs from it', async (t) => {
  const frame = await honestFrame()
  t.equal(hex(withParameters(frame, writeParameters)), hex(frame))
  for (const fault of parameterFaults) t.not(hex(withFault(frame, fault)), hex(frame), fault)
  withParameters(frame, (parameters) => {
    t.ok(
      parameters.some(({ id }) => id === 0x0f),
      'the connection id stands in it',
    )
    return writeParameters(parameters)
  })
})

t.test('parameters are read as they were written', (t) => {
  const parameter = fc.record({ id: fc.nat(2 ** 30), value: fc.uint8Array({ maxLength: 80 }) })
  fc.assert(
    fc.property(fc.array(parameter), (parameters) => {
      const again = readParameters(Buffer.from(writeParameters(parameters)))
      return hex(writeParameters(again)) === hex(writeParameters(parameters))
    }),
  )
  t.end()
})

t.test('an answer is read as what it says: the handshake goes on, or ends with a code', async (t) => {
  const id = Buffer.from('8394c8f03e515708', 'hex')
  const answer = (frames: string): ReturnType<typeof answerOf> => answerOf([sealed(id, frames)], id)
  t.same(answer('0600021234'), { accepted: true, closeCode: null })
  t.same(answer('02000000001c08000000'), { accepted: false, closeCode: 8 })
  t.same(answer('0301000100000001020306000212341c0a0000'), { accepted: true, closeCode: 10 })
  t.same(answer('1c41280000'), { accepted: false, closeCode: 0x128 })
  t.same(answer('1d08'), { accepted: false, closeCode: null }, 'a frame that has no place in a first packet')
  t.same(answerOf([Buffer.from('c0'), new Uint8Array()], id), { accepted: false, closeCode: null })
})

t.test('whatever comes for an answer, it is read without a fault', (t) => {
  const id = Buffer.from('8394c8f03e515708', 'hex')
  const keys = initialKeys(id, 'server')
  const honest = sealed(id, '0600021234')
  t.equal(openInitial(honest, keys)?.[0], 6)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (frames) => answerOf([sealed(id, hex(frames))], id) !== null))
  fc.assert(
    fc.property(fc.nat(honest.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = honest.map((byte, index) => (index === at ? byte ^ change : byte))
      return openInitial(damaged, keys) === null && openInitial(honest.subarray(0, at), keys) === null
    }),
  )
  t.end()
})

function sealed(id: Uint8Array, frames: string): Uint8Array {
  const keys = initialKeys(id, 'server')
  return sealInitial({
    destinationId: new Uint8Array(8),
    sourceId: id,
    frames: Buffer.from(frames, 'hex'),
    datagramBytes: 1200,
    keys,
  })
}

async function honestFrame(): Promise<Uint8Array> {
  const wire = await QuicWire.dial({ host: '127.0.0.1', port: 9 }, new Transcript())
  const packet = wire.firstFlight(caseKeys(1, 'first flight'))
  wire.destroy()
  if (readLongHeader(packet) === null) throw new Error('a first packet is long')
  return cryptoFrameOf(packet)
}
