import { createHash, createHmac, randomBytes } from 'node:crypto'
import { ed25519, x25519 as nobleX25519 } from '@noble/curves/ed25519.js'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import fc from 'fast-check'
import t from 'tap'
import type { Framing } from '@p2pspec/generated/common/machine'
import type { Malformation } from '@p2pspec/generated/common/cases'
import { caseKeys } from './case-keys.ts'
import { decodeVarint, encodeVarint } from './varint.ts'
import { encodeFrame, malform, readFrame } from './framing.ts'
import { ed25519Identity, peerIdOf, verifySignature } from './identity.ts'
import { Inbox } from './inbox.ts'
import { NoiseHandshake } from './noise-handshake.ts'
import { buildPayload, readPayload } from './noise-payload.ts'
import type { PayloadAlteration } from './noise-payload.ts'
import { MULTISTREAM_FRAMING, multistreamMessages } from './multistream.ts'
import { oversizeRsaIdentity } from './oversize-rsa.ts'
import { bytesField, decodeFields } from './protobuf.ts'
import { decodeYamuxHeader, describeYamuxFrame, encodeYamuxFrame } from './yamux-frame.ts'

const EMPTY = new Uint8Array()
const encoder = new TextEncoder()
const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest())
const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(data).digest())

t.test('both sides of the handshake end with the same keys and know each other', (t) => {
  const dialer = caseKeys(1, 'dialer')
  const listener = caseKeys(1, 'listener')
  const initiator = new NoiseHandshake('initiator', { ephemeral: dialer.ephemeralKey, fixed: dialer.staticKey })
  const responder = new NoiseHandshake('responder', { ephemeral: listener.ephemeralKey, fixed: listener.staticKey })
  t.same(responder.readFirst(initiator.writeFirst()), EMPTY)
  t.same(initiator.readSecond(responder.writeSecond(encoder.encode('two'))), encoder.encode('two'))
  t.same(responder.readThird(initiator.writeThird(encoder.encode('three'))), encoder.encode('three'))
  t.same(initiator.remoteStatic, listener.staticKey.publicKey)
  t.same(responder.remoteStatic, dialer.staticKey.publicKey)
  const [there, back] = [initiator.split(), responder.split()]
  for (const size of [0, 1, 65519]) {
    const plain = new Uint8Array(randomBytes(size))
    t.same(back.receive.decrypt(there.send.encrypt(plain, EMPTY), EMPTY), plain)
    t.same(there.receive.decrypt(back.send.encrypt(plain, EMPTY), EMPTY), plain)
  }
  t.end()
})

t.test('the first and second message are what another library computes from the same keys', (t) => {
  const dialer = caseKeys(2, 'dialer')
  const listener = caseKeys(2, 'listener')
  const initiator = new NoiseHandshake('initiator', { ephemeral: dialer.ephemeralKey, fixed: dialer.staticKey })
  const responder = new NoiseHandshake('responder', { ephemeral: listener.ephemeralKey, fixed: listener.staticKey })
  responder.readFirst(initiator.writeFirst())
  const message = responder.writeSecond(encoder.encode('payload'))

  // The same steps by hand, on noble.
  const expand = (key: Uint8Array, secret: Uint8Array): [Uint8Array, Uint8Array] => {
    const temporary = hmac(key, secret)
    const first = hmac(temporary, Uint8Array.of(1))
    return [first, hmac(temporary, Buffer.concat([first, Uint8Array.of(2)]))]
  }
  const raw = (key: (typeof dialer)['staticKey']): Uint8Array =>
    new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32))
  const hashes: Uint8Array[] = []
  let hash: Uint8Array = encoder.encode('Noise_XX_25519_ChaChaPoly_SHA256')
  const mix = (data: Uint8Array): void => {
    hash = sha256(Buffer.concat([hash, data]))
    hashes.push(hash)
  }
  let [chain] = [hash]
  mix(EMPTY)
  mix(dialer.ephemeralKey.publicKey)
  mix(EMPTY)
  mix(listener.ephemeralKey.publicKey)
  const [chainAfterE, keyAfterE] = expand(
    chain,
    nobleX25519.getSharedSecret(raw(listener.ephemeralKey), dialer.ephemeralKey.publicKey),
  )
  chain = chainAfterE
  const sealedStatic = chacha20poly1305(keyAfterE, new Uint8Array(12), hash).encrypt(listener.staticKey.publicKey)
  mix(sealedStatic)
  const [, keyAfterS] = expand(
    chain,
    nobleX25519.getSharedSecret(raw(listener.staticKey), dialer.ephemeralKey.publicKey),
  )
  const sealedPayload = chacha20poly1305(keyAfterS, new Uint8Array(12), hash).encrypt(encoder.encode('payload'))
  t.same(Buffer.from(message), Buffer.concat([listener.ephemeralKey.publicKey, sealedStatic, sealedPayload]))
  t.end()
})

t.test('one changed bit anywhere in a sealed message is noticed', (t) => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 7 }), (place, bit) => {
      const dialer = caseKeys(3, 'dialer')
      const listener = caseKeys(3, 'listener')
      const initiator = new NoiseHandshake('initiator', { ephemeral: dialer.ephemeralKey, fixed: dialer.staticKey })
      const responder = new NoiseHandshake('responder', { ephemeral: listener.ephemeralKey, fixed: listener.staticKey })
      responder.readFirst(initiator.writeFirst())
      const message = responder.writeSecond(encoder.encode('payload'))
      // Bit 255 of a Curve25519 point is ignored by the exchange, but not by the hash.
      const at = place % message.length
      message[at] = (message[at] ?? 0) ^ (1 << bit)
      return initiator.readSecond(message) === null
    }),
    { numRuns: 60 },
  )
  t.end()
})

t.test(
  'an honest payload is accepted, and every alteration of key or signature is refused by an honest reader',
  (t) => {
    const keys = caseKeys(4, 'payload')
    const source = {
      identity: keys.identity,
      stranger: keys.stranger,
      oversize: oversizeRsaIdentity,
      staticKey: keys.staticKey.publicKey,
      strangerStaticKey: keys.strangerStaticKey.publicKey,
    }
    const read = (alteration: PayloadAlteration): ReturnType<typeof readPayload> =>
      readPayload(buildPayload(source, alteration), keys.staticKey.publicKey)
    const honest = read({ muxers: ['/a', '/b'] })
    if (typeof honest === 'string') return t.fail(honest)
    t.equal(honest.peerId, keys.identity.peerId)
    t.same(honest.muxers, ['/a', '/b'])
    const wrong: PayloadAlteration[] = [
      { signature: 'flipped' },
      { signature: 'empty' },
      { signature: 'absent' },
      { signature: 'other-key' },
      { signature: 'other-static' },
      { domain: 'noise-libp2p-static-key' },
      { identityKey: 'absent' },
      { identityKey: 'garbage' },
      { identityKey: 'other' },
      { raw: EMPTY },
    ]
    for (const alteration of wrong) t.type(read(alteration), 'string', `${JSON.stringify(alteration)} is refused`)
    for (const alteration of [{ unknownField: true }, { unknownExtension: true }]) t.type(read(alteration), 'object')
    t.end()
  },
)

t.test(
  'the oversize RSA identity signs what any library verifies, so that only its size can be the reason to refuse it',
  (t) => {
    const { publicKey, sign } = oversizeRsaIdentity()
    const message = encoder.encode('message')
    t.ok(verifySignature(publicKey, message, sign(message)))
    t.notOk(verifySignature(publicKey, encoder.encode('another'), sign(message)))
    t.ok((bytesField(decodeFields(publicKey) ?? [], 2)?.length ?? 0) > 1024, 'its modulus is over 8192 bits')
    t.end()
  },
)

t.test('identities sign what another library verifies, and have the peer id of their key', (t) => {
  const identity = ed25519Identity(new Uint8Array(32).fill(7))
  const raw = bytesField(decodeFields(identity.publicKey) ?? [], 2) ?? EMPTY
  t.ok(ed25519.verify(identity.sign(encoder.encode('m')), encoder.encode('m'), raw))
  // libp2p/specs peer-ids/peer-ids.md: the Ed25519 example key.
  const example = Buffer.from('080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e', 'hex')
  t.equal(peerIdOf(new Uint8Array(example)), '12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq')
  t.end()
})

t.test('the same seed gives the same keys, another case other ones', (t) => {
  t.equal(caseKeys(1, 'a').identity.peerId, caseKeys(1, 'a').identity.peerId)
  t.not(caseKeys(1, 'a').identity.peerId, caseKeys(1, 'b').identity.peerId)
  t.not(caseKeys(1, 'a').identity.peerId, caseKeys(2, 'a').identity.peerId)
  t.end()
})

t.test('varints survive the way there and back, and none is longer than ten bytes', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const bytes = encodeVarint(value)
      const read = decodeVarint(bytes)
      return read !== null && read !== 'malformed' && read.value === value && read.length === bytes.length
    }),
  )
  t.equal(decodeVarint(new Uint8Array(11).fill(0xff)), 'malformed')
  t.equal(decodeVarint(Uint8Array.of(0x80)), null)
  t.end()
})

t.test('frames are read whole however they are cut', async () => {
  const texts = ['/multistream/1.0.0', 'na', '/ipfs/ping/1.0.0']
  const bytes = multistreamMessages(...texts)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 60 }), async (cuts) => {
      const inbox = new Inbox()
      let at = 0
      for (const cut of [...cuts, bytes.length]) {
        inbox.push(bytes.slice(at, at + cut))
        at += cut
      }
      for (const text of texts) {
        const read = await readFrame(MULTISTREAM_FRAMING, inbox, 0)
        if (read.kind !== 'frame' || new TextDecoder().decode(read.payload) !== text) return false
      }
      return inbox.length === 0
    }),
  )
})

t.test('a malformed frame breaks exactly the rule that it names', async (t) => {
  const payload = encoder.encode('/ipfs/ping/1.0.0')
  const read = async (
    how: Malformation,
  ): Promise<{ kind: string; payload?: Uint8Array; cutShort: boolean; bytes: Uint8Array }> => {
    const broken = malform(MULTISTREAM_FRAMING, how, payload)
    if (broken === null) throw new Error(`${how} cannot be made`)
    const inbox = new Inbox()
    inbox.push(broken.bytes)
    if (broken.cutShort) inbox.end()
    return { ...(await readFrame(MULTISTREAM_FRAMING, inbox, 0)), cutShort: broken.cutShort, bytes: broken.bytes }
  }
  t.same((await read('zero-length')).bytes, Uint8Array.of(0))
  t.equal((await read('no-suffix')).kind, 'malformed')
  t.equal((await read('truncated')).kind, 'malformed')
  t.equal((await read('length-too-long')).kind, 'malformed')
  t.equal((await read('huge-length')).kind, 'malformed')
  t.equal((await read('over-limit')).payload?.length, 1024, 'one byte over the limit with its newline')
  t.same((await read('non-minimal-length')).payload, payload, 'a lenient reader takes it')
  t.throws(() =>
    new TextDecoder('utf-8', { fatal: true }).decode(malform(MULTISTREAM_FRAMING, 'bad-utf8', payload)?.bytes),
  )
  t.equal(malform({ kind: 'fixed', length: 32 }, 'over-limit', payload), null)
})

t.test('every framing reads back what it wrote', async (t) => {
  const framings: Framing[] = [
    MULTISTREAM_FRAMING,
    { kind: 'u16be-prefixed', limit: 65535 },
    { kind: 'fixed', length: 5 },
  ]
  for (const framing of framings) {
    const inbox = new Inbox()
    inbox.push(encodeFrame(framing, encoder.encode('hello')))
    const read = await readFrame(framing, inbox, 0)
    t.equal(read.kind === 'frame' && new TextDecoder().decode(read.payload), 'hello', framing.kind)
  }
})

t.test('a yamux header survives the way there and back, illegal ones too', (t) => {
  const u32 = fc.integer({ min: 0, max: 0xffffffff })
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), fc.nat(65535), u32, u32, (version, type, flags, streamId, length) => {
      const frame = { version, type, flags, streamId, length, body: EMPTY }
      return JSON.stringify(decodeYamuxHeader(encodeYamuxFrame(frame))) === JSON.stringify(frame)
    }),
  )
  t.equal(
    describeYamuxFrame({ version: 0, type: 0, flags: 3, streamId: 3, length: 12, body: EMPTY }),
    'data syn,ack stream 3 length 12',
  )
  t.end()
})

t.test('an inbox tells the end of a channel from time running out', async (t) => {
  const inbox = new Inbox()
  t.equal(await inbox.has(1, 0), false)
  const waiting = inbox.has(3, 60_000)
  inbox.push(Uint8Array.of(1, 2))
  inbox.end()
  t.equal(await waiting, false)
  t.equal(inbox.state, 'ended')
  inbox.reset()
  t.equal(inbox.state, 'ended', 'a reset after the end says nothing new')
  t.same(inbox.takeAll(), Uint8Array.of(1, 2))
  t.ok(inbox.over)
})
