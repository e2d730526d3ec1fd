import { readFileSync } from 'node:fs'
import { limits } from '@p2pspec/generated/common/limits'
import type { SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import { encodeExchange } from '@p2pspec/generated/protocols/plaintext/messages'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { DriverError } from '../../core/driver-error.ts'
import { pair, type MemoryDuplex, type PairOptions } from '../../core/pair.ts'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { encodeKeyMessage } from '../../crypto/key-message.ts'
import { generatePrivateKey, privateKeyFromSeed, type KeyType } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { plaintext, plaintextProtocol } from './plaintext.ts'

interface Hex {
  readonly hex: string
}
interface Vector {
  readonly id: string
  readonly input: { readonly publicKey?: Hex; readonly frame?: Hex }
  readonly expect: { readonly peer?: Hex; readonly frame?: Hex; readonly error?: string }
  readonly req: readonly string[]
}

const bytes = (value: Hex): Uint8Array => Uint8Array.from(Buffer.from(value.hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const dialler = privateKeyFromSeed(new Uint8Array(32).fill(1))
const listener = privateKeyFromSeed(new Uint8Array(32).fill(2))
const stranger = privateKeyFromSeed(new Uint8Array(32).fill(3))
const sides = ['secureOutbound', 'secureInbound'] as const
// The file is checked against its schema when it is generated from.
const { vectors } = parse(
  readFileSync(new URL('../../../spec/protocols/plaintext/vectors.yaml', import.meta.url), 'utf8'),
) as { readonly vectors: readonly Vector[] }

/** One side against bytes that the test writes. */
function against(side: (typeof sides)[number], options: PairOptions = {}) {
  const clock = new SimulatedClock()
  const [left, right] = pair({ clock, ...options })
  const result = plaintext({ privateKey: listener, clock })[side](left)
  result.catch(() => undefined)
  const heard = listen(right)
  return { clock, result, right, heard }
}

function listen(duplex: Pick<MemoryDuplex, 'consume'>): { bytes: Uint8Array; ended: boolean; error?: Error } {
  const heard: { bytes: Uint8Array; ended: boolean; error?: Error } = { bytes: new Uint8Array(0), ended: false }
  duplex.consume({
    push: (chunk) => {
      heard.bytes = Buffer.concat([heard.bytes, chunk])
    },
    end: () => {
      heard.ended = true
    },
    fail: (error) => {
      heard.error = error
    },
  })
  return heard
}

/** The outcome, a fault of the remote included. */
async function outcome(clock: SimulatedClock, result: Promise<SecureChannel>): Promise<SecureChannel | DriverError> {
  const settled = result.catch((error: unknown) => {
    if (error instanceof DriverError) return error
    throw error
  })
  await clock.settle()
  return settled
}

for (const { id, input, expect, req } of vectors) {
  void t.test(
    `the vector ${id} is read the same on both sides ${req.map((one) => `[${one}]`).join(' ')}`,
    async (t) => {
      const frame = expect.frame ?? input.frame
      if (frame === undefined) throw new Error(`${id} has no frame`)
      for (const side of sides) {
        const { clock, result, right, heard } = against(side)
        right.writeNow(bytes(frame))
        const found = await outcome(clock, result)
        if (expect.error === undefined && expect.peer !== undefined) {
          t.notOk(found instanceof DriverError, `${side}: taken`)
          if (found instanceof DriverError) continue
          t.equal(hex(found.remotePeer.bytes), expect.peer.hex)
          if (input.publicKey !== undefined) t.equal(hex(found.remotePublicKey), input.publicKey.hex)
        } else {
          t.ok(found instanceof DriverError && found.code === expect.error, `${side}: ${expect.error}`)
          t.ok(heard.error, 'the channel is gone [PLAIN-END-1]')
        }
        t.equal(clock.timerCount, 0, 'no timer is left')
      }
    },
  )
}

void t.test('the own message has the bytes of the vector and leaves before anything came [PLAIN-SEND-1]', async (t) => {
  for (const side of sides) {
    const clock = new SimulatedClock()
    const [left, right] = pair({ clock })
    const heard = listen(right)
    const { publicKey } = listener
    const id = peerIdFromPublicKey(publicKey).bytes
    const result = plaintext({ privateKey: listener, clock })[side](left)
    result.catch(() => undefined)
    await clock.settle()
    const payload = Buffer.concat([
      Uint8Array.of(0x0a, id.length),
      id,
      Uint8Array.of(0x12, publicKey.encode().length),
      publicKey.encode(),
    ])
    t.equal(hex(heard.bytes), hex(Buffer.concat([Uint8Array.of(payload.length), payload])), side)
    left.reset()
  }
})

void t.test(
  'two nodes with keys of every type meet however the bytes are cut, and what follows is raw [PLAIN-KEY-2] [PLAIN-MSG-2] [PLAIN-FRAME-2]',
  async (t) => {
    for (const type of ['ed25519', 'secp256k1', 'ecdsa', 'rsa'] as const satisfies readonly KeyType[]) {
      for (const cut of [{}, { maxChunkLength: 1, borrowed: true }, { random: new SeededRandom(7), borrowed: true }]) {
        const clock = new SimulatedClock()
        const [left, right] = pair({ clock, ...cut })
        const key = generatePrivateKey(type)
        const remotePeer = peerIdFromPublicKey(key.publicKey)
        const both = Promise.all([
          plaintext({ privateKey: dialler, clock }).secureOutbound(left, { remotePeer }),
          plaintext({ privateKey: key, clock }).secureInbound(right),
        ])
        await clock.settle()
        const [outbound, inbound] = await both
        t.ok(outbound.remotePeer.equals(remotePeer), type)
        t.equal(hex(outbound.remotePublicKey), hex(key.publicKey.encode()))
        t.ok(inbound.remotePeer.equals(peerIdFromPublicKey(dialler.publicKey)))
        t.same([outbound.muxer, inbound.muxer], [undefined, undefined])
        const heard = listen(inbound.channel)
        const before = left.writtenBytes
        outbound.channel.writeNow(Buffer.from('hello'))
        outbound.channel.closeWriteNow()
        await clock.settle()
        t.same([Buffer.from(heard.bytes).toString(), heard.ended, heard.error], ['hello', true, undefined])
        t.equal(left.writtenBytes - before, 5, 'no byte is added')
        t.equal(clock.timerCount, 0, 'no timer is left')
      }
    }
  },
)

void t.test('another peer than the expected one ends the connection on both sides [PLAIN-PEER-1]', async (t) => {
  for (const side of sides) {
    const clock = new SimulatedClock()
    const [left, right] = pair({ clock })
    const heard = listen(right)
    const result = plaintext({ privateKey: listener, clock })[side](left, {
      remotePeer: peerIdFromPublicKey(stranger.publicKey),
    })
    right.writeNow(frameOf(dialler.publicKey.encode()))
    const found = await outcome(clock, result)
    t.match(found, { code: 'wrong-peer', data: { protocol: 'plaintext', state: 'awaitExchange' } })
    t.ok(heard.error, 'the remote sees the channel end [PLAIN-END-1]')
  }
})

void t.test('a key that would burn time is refused before it is parsed [PLAIN-KEY-1] [PLAIN-LIMIT-1]', async (t) => {
  const modulus = Buffer.alloc(limits.keys.rsaMaximumBits / 8 + 2, 0xff)
  const integer = Buffer.concat([
    Uint8Array.of(0x02, 0x82, (modulus.length + 1) >> 8, (modulus.length + 1) & 255, 0),
    modulus,
  ])
  for (const [what, key, code] of [
    ['RSA of 8,208 bits', encodeKeyMessage({ type: 'rsa', data: integer }), 'bad-key'],
    ['RSA of 64 KiB', encodeKeyMessage({ type: 'rsa', data: new Uint8Array(65_536) }), 'malformed'],
    ['nothing', new Uint8Array(0), 'bad-key'],
  ] as const) {
    const { clock, result, right } = against('secureInbound')
    right.writeNow(frameOf(key, peerIdFromPublicKey(dialler.publicKey).bytes))
    t.match(await outcome(clock, result), { code }, what)
  }
})

void t.test('a remote that says nothing, or never finishes, is let go in time [PLAIN-TIME-1]', async (t) => {
  for (const side of sides) {
    for (const part of [new Uint8Array(0), frameOf(dialler.publicKey.encode()).subarray(0, 20)]) {
      const { clock, result, right, heard } = against(side)
      right.writeNow(part)
      await clock.advance(limits.plaintext.handshakeTimeout)
      t.match(await outcome(clock, result), { code: 'timeout' }, side)
      t.ok(heard.error)
    }
  }
})

void t.test('an end inside the message, or before it, is told apart from a late one', async (t) => {
  for (const [length, code] of [
    [20, 'malformed'],
    [0, 'closed'],
  ] as const) {
    const { clock, result, right } = against('secureOutbound')
    right.writeNow(frameOf(dialler.publicKey.encode()).subarray(0, length))
    right.closeWriteNow()
    t.match(await outcome(clock, result), { code })
  }
})

void t.test('an aborted exchange rejects with the reason and resets the channel', async (t) => {
  const clock = new SimulatedClock()
  const [left, right] = pair({ clock })
  const heard = listen(right)
  const controller = new AbortController()
  const result = plaintext({ privateKey: listener, clock }).secureInbound(left, { signal: controller.signal })
  const reason = new Error('no longer wanted')
  controller.abort(reason)
  await t.rejects(result, reason)
  await clock.settle()
  t.ok(heard.error)
  t.equal(clock.timerCount, 0)
})

void t.test('arbitrary bytes, however they are cut, give a typed error or a peer, and hold nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer(),
      fc.constantFrom(...sides),
      async (sent, seed, side) => {
        const { clock, result, right } = against(side, { random: new SeededRandom(seed), borrowed: true })
        right.writeNow(sent)
        right.closeWriteNow()
        await outcome(clock, result)
        return clock.timerCount === 0
      },
    ),
    { numRuns: 300 },
  )
})

void t.test('a damaged message gives a typed error or the peer that it still names', async () => {
  const whole = frameOf(dialler.publicKey.encode())
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      fc.constantFrom('flip', 'cut', 'double'),
      fc.integer(),
      async (at, mask, how, seed) => {
        const damaged =
          how === 'flip'
            ? whole.map((byte, index) => (index === at ? byte ^ mask : byte))
            : how === 'cut'
              ? whole.subarray(0, at)
              : joined(whole.subarray(0, at), whole.subarray(0, 1), whole.subarray(at))
        const { clock, result, right } = against('secureInbound', { random: new SeededRandom(seed), borrowed: true })
        right.writeNow(damaged)
        right.closeWriteNow()
        const found = await outcome(clock, result)
        // A message that is taken names the peer of the key that it holds.
        return found instanceof DriverError || peerIdFromPublicKey(dialler.publicKey).equals(found.remotePeer)
      },
    ),
    { numRuns: 400 },
  )
})

void t.test(
  'bytes behind the message, in whatever pieces, are the first that the channel gives [PLAIN-FRAME-2]',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer(), async (rest, seed) => {
        const { clock, result, right } = against('secureInbound', { random: new SeededRandom(seed), borrowed: true })
        right.writeNow(joined(frameOf(dialler.publicKey.encode()), rest))
        const found = await outcome(clock, result)
        if (found instanceof DriverError) return false
        const heard = listen(found.channel)
        await clock.settle()
        return hex(heard.bytes) === hex(rest)
      }),
      { numRuns: 200 },
    )
  },
)

void t.test('the protocol has the name of version 2 [PLAIN-ID-1]', async (t) => {
  t.equal(plaintext({ privateKey: listener }).protocol, '/plaintext/2.0.0')
  t.equal(plaintextProtocol, '/plaintext/2.0.0')
})

/** The frame of a message that names this key, and the id that is its own unless another is given. */
function frameOf(pubkey: Uint8Array, id: Uint8Array = peerIdFromPublicKey(dialler.publicKey).bytes): Uint8Array {
  const payload = encodeExchange({ id, pubkey })
  const prefix: number[] = []
  for (let rest = payload.length; ; rest >>= 7) {
    prefix.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return joined(Uint8Array.from(prefix), payload)
}

/** A plain array of its own: a Buffer's `slice` would share it. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
