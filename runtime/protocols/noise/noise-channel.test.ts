import { createSecretKey } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { ByteSink } from '@p2pspec/generated/interfaces/stream'
import { pair } from '@p2pspec/runtime/core/pair'
import type { MemoryDuplex, PairOptions } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import fc from 'fast-check'
import t from 'tap'
import { NoiseChannel } from './noise-channel.ts'
import { NoiseError } from './noise-error.ts'
import { NonceCounter } from './nonce-counter.ts'

const keyBytes = { there: new Uint8Array(32).fill(1), back: new Uint8Array(32).fill(2) }
const there = createSecretKey(keyBytes.there)
const back = createSecretKey(keyBytes.back)
const lastNonce = 2n ** 64n - 2n

class Listener implements ByteSink {
  bytes = new Uint8Array(0)
  pushes = 0
  drains = 0
  ended = false
  error: Error | undefined

  push(chunk: Uint8Array): void {
    this.pushes += 1
    this.bytes = Buffer.concat([this.bytes, chunk])
  }

  end(): void {
    this.ended = true
  }

  fail(error: Error): void {
    this.error = error
  }

  drain(): void {
    this.drains += 1
  }
}

function channels(options: PairOptions = {}, start = { send: 0n, receive: 0n }) {
  const clock = new SimulatedClock()
  const [leftRaw, rightRaw] = pair({ clock, ...options })
  const left = new NoiseChannel(leftRaw, { send: there, receive: back }, clock, {
    send: new NonceCounter(start.send),
    receive: new NonceCounter(),
  })
  const right = new NoiseChannel(rightRaw, { send: back, receive: there }, clock, {
    send: new NonceCounter(),
    receive: new NonceCounter(start.receive),
  })
  leftRaw.consume(left)
  rightRaw.consume(right)
  const heard = new Listener()
  right.consume(heard)
  return { clock, left, right, leftRaw, rightRaw, heard }
}

/** One channel whose remote is played by hand. */
function half(options: PairOptions = {}): {
  clock: SimulatedClock
  channel: NoiseChannel
  remote: MemoryDuplex
  heard: Listener
  remoteHeard: Listener
} {
  const clock = new SimulatedClock()
  const [raw, remote] = pair({ clock, ...options })
  const channel = new NoiseChannel(raw, { send: back, receive: there }, clock)
  raw.consume(channel)
  const heard = new Listener()
  channel.consume(heard)
  const remoteHeard = new Listener()
  remote.consume(remoteHeard)
  return { clock, channel, remote, heard, remoteHeard }
}

/** A frame made by another library. */
function seal(counter: number, plaintext: Uint8Array, key = keyBytes.there): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(4, counter, true)
  const ciphertext = chacha20poly1305(key, nonce).encrypt(plaintext)
  return Uint8Array.of(ciphertext.length >> 8, ciphertext.length & 255, ...ciphertext)
}

void t.test('whatever is written comes out the same, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc.nat(140_000).map((length) => Buffer.alloc(length, length)),
        ),
        { maxLength: 6 },
      ),
      fc.nat(1000),
      fc.boolean(),
      async (chunks, seed, oneTurn) => {
        const { clock, left, heard } = channels({ random: new SeededRandom(seed), borrowed: true })
        for (const chunk of chunks) {
          left.writeNow(chunk)
          if (!oneTurn) await clock.settle()
        }
        left.closeWriteNow()
        await clock.settle()
        return heard.ended && heard.error === undefined && Buffer.compare(heard.bytes, Buffer.concat(chunks)) === 0
      },
    ),
    { numRuns: 40 },
  )
})

void t.test('every cut of two frames gives the same plaintext', async (t) => {
  const frames = Buffer.concat([
    seal(0, Buffer.from('first')),
    seal(1, new Uint8Array(0)),
    seal(2, Buffer.from('second')),
  ])
  for (let cut = 1; cut < frames.length; cut++) {
    const { clock, remote, heard } = half()
    remote.writeNow(frames.subarray(0, cut))
    await clock.settle()
    remote.writeNow(frames.subarray(cut))
    await clock.settle()
    if (Buffer.from(heard.bytes).toString() !== 'firstsecond' || heard.error !== undefined) t.fail(`cut at ${cut}`)
  }
  t.pass('and an empty frame is passed over [NOISE-FRAME-6]')
})

void t.test('writes of a turn leave in as few frames as possible, each within the limit', async (t) => {
  const { clock, channel, remoteHeard } = half()
  for (let index = 0; index < 1000; index++) channel.writeNow(Buffer.alloc(100, index))
  await clock.settle()
  const lengths: number[] = []
  for (let at = 0; at < remoteHeard.bytes.length;) {
    const length = ((remoteHeard.bytes[at] ?? 0) << 8) | (remoteHeard.bytes[at + 1] ?? 0)
    lengths.push(length)
    at += 2 + length
  }
  t.same(lengths, [65_535, 100_000 - 65_519 + 16], '[NOISE-FRAME-2] [NOISE-FRAME-3]')
  const nonce = new Uint8Array(12)
  t.equal(
    chacha20poly1305(keyBytes.back, nonce).decrypt(remoteHeard.bytes.subarray(2, 65_537)).length,
    65_519,
    'another library opens it [NOISE-SUITE-1] [NOISE-KEYS-1]',
  )
})

void t.test('a frame of the greatest length is read [NOISE-FRAME-2]', async (t) => {
  const { clock, remote, heard } = half({ maxChunkLength: 1400, borrowed: true })
  remote.writeNow(seal(0, Buffer.alloc(65_519, 5)))
  await clock.settle()
  t.equal(Buffer.compare(heard.bytes, Buffer.alloc(65_519, 5)), 0)
  t.ok(heard.pushes <= 20, 'in few pieces')
})

void t.test('a broken frame ends the channel, and nothing of it is handed on', async (t) => {
  const good = seal(0, Buffer.from('good'))
  const tampered = seal(1, Buffer.alloc(9000, 7))
  tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1
  const changed = seal(1, Buffer.from('text'))
  changed[3] = (changed[3] ?? 0) ^ 0x80
  const cases: readonly [string, Uint8Array][] = [
    ['a wrong tag [NOISE-FRAME-5]', tampered],
    ['a changed byte [NOISE-FRAME-5]', changed],
    ['a length of 0 [NOISE-FRAME-4]', Uint8Array.of(0, 0)],
    ['a length of 15 [NOISE-FRAME-4]', Uint8Array.of(0, 15, ...new Uint8Array(15))],
    ['a frame that came before [NOISE-KEYS-1]', good],
    ['a frame under the key of the other direction [NOISE-KEYS-1]', seal(1, Buffer.from('mirror'), keyBytes.back)],
  ]
  for (const options of [{}, { maxChunkLength: 5, borrowed: true }] satisfies PairOptions[]) {
    for (const [what, frame] of cases) {
      const { clock, channel, remote, heard, remoteHeard } = half(options)
      remote.writeNow(Buffer.concat([good, frame, seal(2, Buffer.from('after'))]))
      await clock.settle()
      t.ok(heard.error instanceof NoiseError && heard.error.code === 'bad-frame', what)
      t.equal(Buffer.from(heard.bytes).toString(), 'good')
      t.ok(remoteHeard.error, 'the remote sees a reset')
      t.throws(() => channel.writeNow(Uint8Array.of(1)), { code: 'write-closed' })
    }
  }
})

void t.test('an end between frames is an end, one inside a frame a fault', async (t) => {
  for (const cut of [0, 1, 2, 10]) {
    const { clock, remote, heard } = half()
    remote.writeNow(seal(0, Buffer.from('whole')))
    remote.writeNow(seal(1, Buffer.from('torn')).subarray(0, cut))
    remote.closeWriteNow()
    await clock.settle()
    t.equal(Buffer.from(heard.bytes).toString(), 'whole')
    t.same(
      [heard.ended, heard.error instanceof NoiseError ? heard.error.code : undefined],
      cut === 0 ? [true, undefined] : [false, 'truncated'],
      `${cut} bytes of a frame`,
    )
  }
})

void t.test('the last nonce is used and the next frame ends the channel, on either side [NOISE-NONCE-1]', async (t) => {
  const { clock, left, heard, leftRaw } = channels({}, { send: lastNonce, receive: lastNonce })
  const writer = new Listener()
  left.consume(writer)
  left.writeNow(Buffer.from('last'))
  await clock.settle()
  t.equal(Buffer.from(heard.bytes).toString(), 'last')
  left.writeNow(Buffer.from('over'))
  await clock.settle()
  t.ok(writer.error instanceof NoiseError && writer.error.code === 'nonces-exhausted')
  t.ok(heard.error)
  t.throws(() => leftRaw.writeNow(Uint8Array.of(1)), 'the carrier is reset')
  const reader = channels({}, { send: 5n, receive: lastNonce + 1n })
  reader.left.writeNow(Buffer.from('x'))
  await reader.clock.settle()
  t.ok(reader.heard.error instanceof NoiseError && reader.heard.error.code === 'nonces-exhausted')
  t.equal(Buffer.from(new NonceCounter(2n ** 32n - 1n).next()).toString('hex'), '00000000ffffffff00000000')
  const carry = new NonceCounter(2n ** 32n - 1n)
  carry.next()
  t.equal(Buffer.from(carry.next()).toString('hex'), '000000000000000001000000', 'the counter has 64 bits')
})

void t.test('a slow reader holds the writer back, and draining is announced once', async (t) => {
  const { clock, left, right, heard } = channels({ highWaterBytes: 100_000 })
  const writer = new Listener()
  left.consume(writer)
  right.pause()
  let accepted = 0
  while (left.writeNow(Buffer.alloc(50_000)) && accepted < 100) {
    accepted += 1
    await clock.settle()
  }
  t.ok(accepted < 100, 'writing is refused in the end')
  t.equal(writer.drains, 0)
  t.equal(heard.bytes.length, 0, 'a paused reader is given nothing')
  right.resume()
  await clock.settle()
  t.equal(heard.bytes.length, (accepted + 1) * 50_000)
  t.equal(writer.drains, 1)
})

void t.test('a reader that comes late, pauses inside a push or hands bytes back misses nothing', async (t) => {
  const clock = new SimulatedClock()
  const [leftRaw, rightRaw] = pair({ clock })
  const left = new NoiseChannel(leftRaw, { send: there, receive: back }, clock)
  const right = new NoiseChannel(rightRaw, { send: back, receive: there }, clock)
  leftRaw.consume(left)
  rightRaw.consume(right)
  for (let index = 0; index < 20; index++) {
    left.writeNow(Buffer.alloc(65_519, index))
    await clock.settle()
  }
  const late = new Listener()
  const first: Uint8Array[] = []
  right.consume({
    push: (chunk) => {
      first.push(chunk.subarray(0, 10))
      right.unshift(chunk.subarray(10))
      queueMicrotask(() => {
        right.consume(late)
      })
    },
    end: () => undefined,
    fail: () => undefined,
  })
  await clock.settle()
  left.closeWriteNow()
  await clock.settle()
  t.equal(first.length, 1, 'a sink that handed bytes back gets no more')
  t.equal(late.bytes.length, 20 * 65_519 - 10)
  t.ok(late.ended)
  t.equal(late.bytes.at(-1), 19)
})

void t.test('reset ends both directions once, and what was queued is dropped', async (t) => {
  const { clock, left, heard } = channels()
  const writer = new Listener()
  left.consume(writer)
  left.writeNow(Buffer.from('queued'))
  left.reset()
  left.reset(new Error('again'))
  await clock.settle()
  t.equal(heard.bytes.length, 0)
  t.ok(heard.error)
  t.ok(writer.error instanceof NoiseError && writer.error.code === 'reset-locally')
  t.throws(() => left.writeNow(Uint8Array.of(1)), { code: 'write-closed' })
  left.closeWriteNow()
})

void t.test('arbitrary bytes in place of frames end in bad-frame or truncated', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (garbage) => {
      const { clock, remote, heard } = half({ random: new SeededRandom(garbage.length) })
      remote.writeNow(garbage)
      remote.closeWriteNow()
      await clock.settle()
      return (
        heard.bytes.length === 0 &&
        heard.error instanceof NoiseError &&
        (heard.error.code === 'bad-frame' || heard.error.code === 'truncated')
      )
    }),
    { numRuns: 60 },
  )
})

t.test('plaintext that its sink is done with gives its memory back, and what a sink keeps stays whole', async (t) => {
  const { clock, left, right } = channels()
  const kept: Uint8Array[] = []
  const passed: Uint8Array[] = []
  let passedBytes = 0
  right.consume({
    push: (chunk) => {
      if ((chunk[0] ?? 0) % 2 === 1) return kept.push(chunk)
      passed.push(chunk)
      passedBytes += chunk.filter((value) => value % 2 === 0).byteLength
      return 'done'
    },
    end: () => {},
    fail: () => {},
  })
  for (const value of [1, 2, 3, 4]) {
    left.writeNow(new Uint8Array(30_000).fill(value))
    await clock.settle()
  }
  t.equal(passedBytes, 60_000, 'the bytes are there while they are pushed')
  t.ok(passed.length > 0 && passed.every(({ byteLength }) => byteLength === 0), 'and gone afterwards')
  t.equal(Buffer.concat(kept).equals(Buffer.concat([Buffer.alloc(30_000, 1), Buffer.alloc(30_000, 3)])), true)
})
