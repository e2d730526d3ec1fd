import t from 'tap'
import { giveBack } from './memory.ts'

const length = 65_536

t.test('gives back the memory of an array that has its buffer for itself', (t) => {
  const bytes = new Uint8Array(length)
  giveBack(bytes)
  t.equal(bytes.byteLength, 0)
  giveBack(bytes)
  t.end()
})

t.test('leaves alone what shares its buffer, what is short, and what is shared between threads', (t) => {
  const whole = new Uint8Array(2 * length)
  for (const kept of [
    whole.subarray(0, length),
    Buffer.allocUnsafe(100),
    new Uint8Array(100),
    new Uint8Array(new SharedArrayBuffer(length)),
  ]) {
    const before = kept.byteLength
    giveBack(kept)
    t.equal(kept.byteLength, before)
  }
  t.equal(whole.byteLength, 2 * length)
  t.end()
})
