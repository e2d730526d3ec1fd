import { readFileSync } from 'node:fs'
import { encodeKeyMessage } from '@p2pspec/runtime/crypto/key-message'
import { generatePrivateKey, privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import type { KeyType } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { pair } from '@p2pspec/runtime/core/pair'
import type { MemoryDuplex, PairOptions } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { encodeHandshakePayload } from './handshake-payload.ts'
import type { HandshakePayload } from './handshake-payload.ts'
import { HandshakeState } from './handshake-state.ts'
import type { NoiseSecureChannel } from './handshake.ts'
import { proveIdentity } from './identity-proof.ts'
import { NoiseError } from './noise-error.ts'
import type { NoiseErrorCode } from './noise-error.ts'
import { noise } from './noise.ts'
import { generateX25519Key, x25519KeyFromScalar } from './x25519-key.ts'

interface Hex {
  readonly hex: string
}
interface Side {
  readonly identitySeed: Hex
  readonly staticScalar: Hex
  readonly ephemeralScalar: Hex
  readonly muxers: readonly string[]
  readonly certificateHashes: readonly Hex[]
}
interface Vector {
  readonly id: string
  readonly input: {
    readonly initiator: Side
    readonly responder: Side
    readonly toResponder: readonly string[]
    readonly toInitiator: readonly string[]
  }
  readonly expect: {
    readonly messages: readonly Hex[]
    readonly handshakeHash: Hex
    readonly muxer: string
    readonly initiatorPeer: string
    readonly responderPeer: string
    readonly framesToResponder: readonly Hex[]
    readonly framesToInitiator: readonly Hex[]
  }
}

const bytes = (value: Hex): Uint8Array => Uint8Array.from(Buffer.from(value.hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const dialler = privateKeyFromSeed(new Uint8Array(32).fill(1))
const listener = privateKeyFromSeed(new Uint8Array(32).fill(2))
const listenerPeer = peerIdFromPublicKey(listener.publicKey)
const stranger = privateKeyFromSeed(new Uint8Array(32).fill(3))

/** Everything that one end was given, as its sink saw it. */
interface Heard {
  bytes: Uint8Array
  ended: boolean
  error: Error | undefined
}

function listen(duplex: Pick<MemoryDuplex, 'consume'>): Heard {
  const heard: Heard = { bytes: new Uint8Array(0), ended: false, error: undefined }
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

function wire(options: PairOptions = {}): { clock: SimulatedClock; left: MemoryDuplex; right: MemoryDuplex } {
  const clock = new SimulatedClock()
  const [left, right] = pair({ clock, ...options })
  return { clock, left, right }
}

/** Lets a handshake run to its end in simulated time. */
async function settle<Value>(clock: SimulatedClock, promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined)
  await clock.settle()
  return promise
}

async function connect(
  options: PairOptions = {},
  muxers: { readonly initiator?: readonly string[]; readonly responder?: readonly string[] } = {},
) {
  const { clock, left, right } = wire(options)
  const [initiator, responder] = await settle(
    clock,
    Promise.all([
      noise({ privateKey: dialler, clock }).secureOutbound(left, {
        remotePeer: listenerPeer,
        muxers: muxers.initiator,
      }),
      noise({ privateKey: listener, clock }).secureInbound(right, { muxers: muxers.responder }),
    ]),
  )
  return { clock, left, right, initiator, responder }
}

void t.test('a vector: the whole transcript with fixed keys, as Go computes it', async (t) => {
  // The file is checked against its schema when it is generated from.
  const { vectors } = parse(
    readFileSync(new URL('../../../spec/protocols/noise/vectors.yaml', import.meta.url), 'utf8'),
  ) as { readonly vectors: readonly Vector[] }
  for (const { id, input, expect } of vectors) {
    const { clock, left, right } = wire()
    const sent: string[][] = [[], []]
    const channels = [left, right].map((duplex, index) => {
      const write = duplex.writeNow.bind(duplex)
      duplex.writeNow = (chunk) => {
        sent[index]?.push(hex(chunk))
        return write(chunk)
      }
      return duplex
    })
    const make = (side: Side) =>
      noise({
        clock,
        privateKey: privateKeyFromSeed(bytes(side.identitySeed)),
        staticKey: x25519KeyFromScalar(bytes(side.staticScalar)),
        makeEphemeral: () => x25519KeyFromScalar(bytes(side.ephemeralScalar)),
        certificateHashes: side.certificateHashes.map(bytes),
      })
    const [initiator, responder] = await settle(
      clock,
      Promise.all([
        make(input.initiator).secureOutbound(channels[0] ?? left, { muxers: input.initiator.muxers }),
        make(input.responder).secureInbound(channels[1] ?? right, { muxers: input.responder.muxers }),
      ]),
    )
    const framed = expect.messages.map(({ hex }) => (hex.length / 2).toString(16).padStart(4, '0') + hex)
    t.same(
      sent,
      [[framed[0], framed[2]], [framed[1]]],
      `${id} [NOISE-XX-1] [NOISE-XX-2] [NOISE-NAME-1] [NOISE-SUITE-1] [NOISE-AUTH-1] [NOISE-EXT-1] [NOISE-EXT-2] [NOISE-EXT-3] [NOISE-PAY-2] [NOISE-STATIC-1]`,
    )
    t.same(
      [hex(initiator.handshakeHash), hex(responder.handshakeHash)],
      [expect.handshakeHash.hex, expect.handshakeHash.hex],
    )
    t.same(
      [initiator.muxer, responder.muxer],
      [expect.muxer, expect.muxer],
      "the initiator's order decides [NOISE-MUX-1] [NOISE-MUX-2] [NOISE-MUX-5]",
    )
    t.same(
      [responder.remotePeer.toString(), initiator.remotePeer.toString()],
      [expect.initiatorPeer, expect.responderPeer],
    )
    t.same(
      initiator.certificateHashes.map(hex),
      input.responder.certificateHashes.map(({ hex }) => hex),
      '[NOISE-CERT-1] [NOISE-EARLY-1] [NOISE-EARLY-2]',
    )
    for (const [channel, texts, frames, index] of [
      [initiator.channel, input.toResponder, expect.framesToResponder, 0],
      [responder.channel, input.toInitiator, expect.framesToInitiator, 1],
    ] as const) {
      sent[index] = []
      for (const text of texts) {
        channel.writeNow(Buffer.from(text))
        clock.endTurn()
      }
      t.equal(
        sent[index]?.join(''),
        frames.map(({ hex }) => hex).join(''),
        `${id}: frames [NOISE-FRAME-1] [NOISE-KEYS-1]`,
      )
    }
  }
})

void t.test('two nodes with keys of every type secure a channel however the bytes are cut', async (t) => {
  for (const type of ['ed25519', 'secp256k1', 'ecdsa', 'rsa'] as const satisfies readonly KeyType[]) {
    for (const cut of [{}, { maxChunkLength: 1, borrowed: true }, { random: new SeededRandom(7), borrowed: true }]) {
      const { clock, left, right } = wire(cut)
      const key = generatePrivateKey(type)
      const [outbound, inbound] = await settle(
        clock,
        Promise.all([
          noise({ privateKey: dialler, clock }).secureOutbound(left),
          noise({ privateKey: key, clock }).secureInbound(right),
        ]),
      )
      t.ok(outbound.remotePeer.equals(peerIdFromPublicKey(key.publicKey)), `${type} [NOISE-ID-1]`)
      t.equal(hex(outbound.remotePublicKey), hex(key.publicKey.encode()))
      const heard = listen(inbound.channel)
      outbound.channel.writeNow(Buffer.from('hello'))
      outbound.channel.closeWriteNow()
      await clock.settle()
      t.same([Buffer.from(heard.bytes).toString(), heard.ended, heard.error], ['hello', true, undefined])
      t.equal(clock.timerCount, 0, 'no timer is left')
    }
  }
})

void t.test('the muxer inside the handshake', async (t) => {
  const both = await connect({}, { initiator: ['/a', '/b'], responder: ['/b', '/a'] })
  t.same([both.initiator.muxer, both.responder.muxer], ['/a', '/a'], "the first of the initiator's list [NOISE-MUX-2]")
  const one = await connect({}, { initiator: ['/b'], responder: ['/a', '/b'] })
  t.same([one.initiator.muxer, one.responder.muxer], ['/b', '/b'], 'the initiator names one alone [NOISE-MUX-4]')
  for (const lists of [{ initiator: ['/a'] }, { responder: ['/a'] }, {}]) {
    const silent = await connect({}, lists)
    t.same(
      [silent.initiator.muxer, silent.responder.muxer],
      [undefined, undefined],
      'a silent side leaves the choice to later [NOISE-MUX-6]',
    )
  }
  const { clock, left, right } = wire()
  const outbound = noise({ privateKey: dialler, clock }).secureOutbound(left, { muxers: ['/a'] })
  const inbound = noise({ privateKey: listener, clock }).secureInbound(right, { muxers: ['/b'] })
  inbound.catch(() => undefined)
  await t.rejects(
    settle(clock, outbound),
    { name: 'NoiseError', code: 'no-common-muxer' },
    'nothing in common [NOISE-MUX-3]',
  )
})

/** Plays the other side by hand, to say what an honest node never would. */
async function against(
  side: 'initiator' | 'responder',
  lie: (state: HandshakeState, payload: HandshakePayload, send: (message: Uint8Array) => void) => void,
  options: Parameters<ReturnType<typeof noise>['secureInbound']>[1] = {},
) {
  const { clock, left, right } = wire()
  const subject = noise({ privateKey: listener, clock })
  const result = side === 'responder' ? subject.secureOutbound(left, options) : subject.secureInbound(left, options)
  result.catch(() => undefined)
  const proof = proveIdentity(dialler)
  const state = new HandshakeState(proof.staticKey, generateX25519Key())
  const payload = {
    identityKey: proof.identityKey,
    identitySignature: proof.signature,
    muxers: [],
    certificateHashes: [],
  }
  const heard: Heard = { bytes: new Uint8Array(0), ended: false, error: undefined }
  const send = (message: Uint8Array): void => {
    right.writeNow(Uint8Array.of(message.length >> 8, message.length & 255, ...message))
  }
  right.consume({
    push: (chunk) => {
      heard.bytes = Buffer.concat([heard.bytes, chunk])
      const message = heard.bytes.subarray(2)
      if (side === 'responder') state.readHello(message)
      else state.readResponse(message)
      lie(state, payload, send)
    },
    end: () => undefined,
    fail: (error) => {
      heard.error = error
    },
  })
  if (side === 'initiator') send(state.writeHello())
  await clock.settle()
  return { clock, result, heard }
}

void t.test('each offence ends the handshake under its own name, on both sides', async (t) => {
  const huge = encodeKeyMessage({ type: 'rsa', data: new Uint8Array(4000) })
  const longRsa = Uint8Array.from(Buffer.from(`080012a703${'00'.repeat(423)}`, 'hex'))
  const lies: readonly [string, NoiseErrorCode, (payload: HandshakePayload) => Uint8Array | HandshakePayload][] = [
    ['no payload at all [NOISE-AUTH-2]', 'bad-key', () => new Uint8Array(0)],
    ['no protobuf [NOISE-PAY-1]', 'malformed', () => Uint8Array.of(0xff)],
    ['no identity key [NOISE-AUTH-2]', 'bad-key', (payload) => ({ ...payload, identityKey: new Uint8Array(0) })],
    [
      'a key of unknown type [NOISE-AUTH-2]',
      'bad-key',
      (payload) => ({ ...payload, identityKey: Uint8Array.of(8, 9, 18, 0) }),
    ],
    ['an RSA key that is too long [NOISE-RSA-1]', 'bad-key', (payload) => ({ ...payload, identityKey: huge })],
    ['an RSA key that is no key [NOISE-RSA-1]', 'bad-key', (payload) => ({ ...payload, identityKey: longRsa })],
    [
      'no signature [NOISE-AUTH-3]',
      'bad-signature',
      (payload) => ({ ...payload, identitySignature: new Uint8Array(0) }),
    ],
    [
      "another key's signature [NOISE-AUTH-3] [NOISE-AUTH-4]",
      'bad-signature',
      (payload) => ({ ...payload, identitySignature: stranger.sign(new Uint8Array(56)) }),
    ],
    [
      'a signature of another static key [NOISE-AUTH-3]',
      'bad-signature',
      (payload) => ({ ...payload, identitySignature: proveIdentity(dialler).signature }),
    ],
    [
      'a signature without its prefix [NOISE-AUTH-1]',
      'bad-signature',
      (payload) => ({ ...payload, identitySignature: dialler.sign(new Uint8Array(32)) }),
    ],
    [
      'a foreign identity with its own signature [NOISE-AUTH-3]',
      'bad-signature',
      (payload) => ({ ...payload, identityKey: stranger.publicKey.encode() }),
    ],
    [
      '33 muxers [NOISE-LIMIT-2]',
      'malformed',
      (payload) => ({ ...payload, muxers: Array.from({ length: 33 }, () => '/a') }),
    ],
    ['a muxer of 257 bytes [NOISE-LIMIT-2]', 'malformed', (payload) => ({ ...payload, muxers: ['x'.repeat(257)] })],
    [
      '33 certificate hashes [NOISE-LIMIT-2]',
      'malformed',
      (payload) => ({ ...payload, certificateHashes: Array.from({ length: 33 }, () => new Uint8Array(2)) }),
    ],
  ]
  for (const side of ['initiator', 'responder'] as const) {
    for (const [what, code, lie] of lies) {
      const { clock, result, heard } = await against(side, (state, payload, send) => {
        const told = lie(payload)
        const encoded = told instanceof Uint8Array ? told : encodeHandshakePayload(told)
        send(side === 'responder' ? state.writeResponse(encoded) : state.writeFinish(encoded))
      })
      await t.rejects(result, { name: 'NoiseError', code }, `${side}: ${what}`)
      t.ok(heard.error, 'the channel is reset')
      t.equal(clock.timerCount, 0, 'no timer is left')
    }
  }
})

void t.test('unknown fields and extensions of a payload are passed over [NOISE-EXT-3] [NOISE-EXT-4]', async (t) => {
  for (const side of ['initiator', 'responder'] as const) {
    const { result } = await against(side, (state, payload, send) => {
      const encoded = Buffer.concat([
        encodeHandshakePayload(payload),
        Buffer.from('1a0161220582400268699a3e0161', 'hex'),
      ])
      send(side === 'responder' ? state.writeResponse(encoded) : state.writeFinish(encoded))
    })
    const secured = await result
    t.ok(secured.remotePeer.equals(peerIdFromPublicKey(dialler.publicKey)), side)
  }
})

void t.test('a changed byte anywhere in message 2 or 3 is noticed [NOISE-XX-3]', async (t) => {
  for (const side of ['initiator', 'responder'] as const) {
    for (const at of [0, 31, 32, 70, 85, -17, -1]) {
      if (side === 'initiator' && at > 60) continue
      const { result } = await against(side, (state, payload, send) => {
        const message =
          side === 'responder'
            ? state.writeResponse(encodeHandshakePayload(payload))
            : state.writeFinish(encodeHandshakePayload(payload))
        const index = at < 0 ? message.length + at : at
        message[index] = (message[index] ?? 0) ^ 1
        send(message)
      })
      await t.rejects(result, { code: 'undecryptable' }, `${side}, byte ${at}`)
    }
  }
})

void t.test('another Noise protocol name makes every tag wrong [NOISE-NAME-1]', async (t) => {
  const { clock, left, right } = wire()
  const outbound = noise({ privateKey: dialler, clock, prologue: Uint8Array.of(1) }).secureOutbound(left)
  const inbound = noise({ privateKey: listener, clock }).secureInbound(right)
  inbound.catch(() => undefined)
  await t.rejects(settle(clock, outbound), { code: 'undecryptable' }, 'a differing transcript shows in the first tag')
  await t.rejects(inbound, { code: 'closed' })
})

void t.test('another peer than the expected one is refused by either side [NOISE-AUTH-5]', async (t) => {
  const { clock, left, right } = wire()
  const expected = peerIdFromPublicKey(stranger.publicKey)
  const outbound = noise({ privateKey: dialler, clock }).secureOutbound(left, { remotePeer: expected })
  const inbound = noise({ privateKey: listener, clock }).secureInbound(right)
  inbound.catch(() => undefined)
  await t.rejects(settle(clock, outbound), { code: 'wrong-peer', message: new RegExp(expected.toString()) })
  await t.rejects(inbound, { code: 'closed' }, 'the responder learns nothing of the initiator')
  const again = wire()
  const refused = noise({ privateKey: listener, clock: again.clock }).secureInbound(again.right, {
    remotePeer: expected,
  })
  const dial = noise({ privateKey: dialler, clock: again.clock }).secureOutbound(again.left)
  await t.rejects(settle(again.clock, refused), { code: 'wrong-peer' })
  const secured = await dial
  const heard = listen(secured.channel)
  await again.clock.settle()
  t.ok(heard.error, 'the initiator, done first, sees the channel fail')
})

void t.test('hostile bytes instead of a handshake', async (t) => {
  const hello = generateX25519Key().publicBytes
  const cases: readonly [string, NoiseErrorCode, Uint8Array, boolean][] = [
    ['a length of 0 [NOISE-FRAME-1]', 'malformed', Uint8Array.of(0, 0), false],
    ['a message over 16 KiB [NOISE-LIMIT-1]', 'malformed', Uint8Array.of(0x40, 0x01), false],
    ['a hello of 31 bytes', 'malformed', Uint8Array.of(0, 31, ...hello.subarray(1)), false],
    ['an all-zero key [NOISE-DH-2]', 'weak-key', Uint8Array.of(0, 32, ...new Uint8Array(32)), false],
    ['a hello that is cut off', 'closed', Uint8Array.of(0, 32, 1, 2, 3), true],
    ['nothing', 'closed', new Uint8Array(0), true],
    ['text', 'malformed', Buffer.from('GET / HTTP/1.1\r\n\r\n'), true],
    [
      'a second hello for a finish [NOISE-XX-1]',
      'undecryptable',
      Uint8Array.of(0, 32, ...hello, 0, 32, ...hello),
      false,
    ],
  ]
  for (const [what, code, sent, ends] of cases) {
    const { clock, left, right } = wire({ random: new SeededRandom(3), borrowed: true })
    const result = noise({ privateKey: listener, clock }).secureInbound(left)
    right.writeNow(sent)
    if (ends) right.closeWriteNow()
    await t.rejects(settle(clock, result), { name: 'NoiseError', code }, what)
    t.equal(clock.timerCount, 0)
  }
})

void t.test('a hello with a payload behind it is answered', async (t) => {
  const { clock, left, right } = wire()
  const result = noise({ privateKey: listener, clock }).secureInbound(left)
  result.catch(() => undefined)
  right.writeNow(Uint8Array.of(0, 36, ...generateX25519Key().publicBytes, 1, 2, 3, 4))
  const heard = listen(right)
  await clock.settle()
  t.ok(heard.bytes.length > 100)
  left.reset()
})

void t.test('a remote that stalls is given up [NOISE-TIME-1]', async (t) => {
  for (const side of ['secureOutbound', 'secureInbound'] as const) {
    const { clock, left, right } = wire()
    const heard = listen(right)
    const result = noise({ privateKey: dialler, clock })[side](left)
    result.catch(() => undefined)
    await clock.advance(9_999)
    t.equal(heard.error, undefined)
    await clock.advance(1)
    await t.rejects(result, { code: 'timeout' }, side)
    t.ok(heard.error, 'and its channel reset')
  }
})

void t.test('an aborted handshake rejects with the reason and resets the channel', async (t) => {
  const { clock, left, right } = wire()
  const heard = listen(right)
  const controller = new AbortController()
  const result = noise({ privateKey: dialler, clock }).secureOutbound(left, { signal: controller.signal })
  result.catch(() => undefined)
  await clock.settle()
  controller.abort(new Error('enough'))
  await t.rejects(settle(clock, result), { message: 'enough' })
  t.ok(heard.error)
  t.equal(clock.timerCount, 0)
  await t.rejects(
    noise({ privateKey: dialler, clock }).secureOutbound(wire().left, {
      signal: AbortSignal.abort(new Error('before')),
    }),
    { message: 'before' },
  )
})

void t.test('arbitrary bytes never do worse than a named offence', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.boolean(),
      fc.boolean(),
      async (garbage, outbound, framed) => {
        const { clock, left, right } = wire({ random: new SeededRandom(garbage.length) })
        const subject = noise({ privateKey: listener, clock })
        const result = outbound ? subject.secureOutbound(left) : subject.secureInbound(left)
        right.writeNow(framed ? Uint8Array.of(garbage.length >> 8, garbage.length & 255, ...garbage) : garbage)
        right.closeWriteNow()
        return settle(clock, result).then(
          () => false,
          (error: unknown) => error instanceof NoiseError,
        )
      },
    ),
    { numRuns: 60 },
  )
})

void t.test('frames that come in one chunk with the last handshake message are not lost', async (t) => {
  const { clock, left, right } = wire()
  const outbound = noise({ privateKey: dialler, clock }).secureOutbound(left)
  const inbound = noise({ privateKey: listener, clock }).secureInbound(right)
  const written = outbound.then((secured: NoiseSecureChannel) => secured.channel.writeNow(Buffer.from('early')))
  const secured = await settle(clock, inbound)
  await written
  await clock.settle()
  t.equal(Buffer.from(listen(secured.channel).bytes).toString(), 'early')
})
