import * as fc from 'fast-check'
import t from 'tap'
import { splitLog } from './docker-log.ts'

const frame = (kind: number, payload: Uint8Array): Uint8Array => {
  const header = new Uint8Array(8)
  header[0] = kind
  new DataView(header.buffer).setUint32(4, payload.length)
  return Buffer.concat([header, payload])
}

t.test('frames go to the stream that they came from, in their order', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 20 }))), (frames) => {
      const { stdout, stderr } = splitLog(Buffer.concat(frames.map(([kind, payload]) => frame(kind, payload))))
      const of = (wanted: number): Buffer =>
        Buffer.concat(frames.filter(([kind]) => kind === wanted).map(([, payload]) => payload))
      return of(1).equals(stdout) && of(2).equals(stderr)
    }),
  )
  t.pass()
})

t.test('bytes that are no frames, or are cut, end it without an error', async (t) => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void splitLog(bytes)))
  t.strictSame(Buffer.from(splitLog(frame(1, Buffer.from('hello')).subarray(0, 10)).stdout).toString(), 'he')
})
