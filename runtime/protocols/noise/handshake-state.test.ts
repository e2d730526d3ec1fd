import { createHash, hkdfSync } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import fc from 'fast-check'
import t from 'tap'
import { HandshakeState } from './handshake-state.ts'
import { x25519KeyFromScalar } from './x25519-key.ts'

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))

const sha256 = (data: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(data).digest())
const derive = (material: Uint8Array, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', material, salt, new Uint8Array(0), 64))

/** Noise XX once more, from the text of the Noise framework and other people's primitives. Shares no line with the runtime. */
class Oracle {
  hash: Uint8Array = Uint8Array.from(Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256'))
  chain = this.hash
  key: Uint8Array | undefined
  counter = 0
  remote: Uint8Array = new Uint8Array(0)
  readonly fixed: Uint8Array
  readonly fresh: Uint8Array

  constructor(fixed: Uint8Array, fresh: Uint8Array, prologue: Uint8Array) {
    this.fixed = fixed
    this.fresh = fresh
    this.mix(prologue)
  }

  mix(data: Uint8Array): void {
    this.hash = sha256(joined(this.hash, data))
  }

  agree(own: Uint8Array, other: Uint8Array): void {
    const okm = derive(x25519.getSharedSecret(own, other), this.chain)
    this.chain = okm.slice(0, 32)
    this.key = okm.slice(32)
    this.counter = 0
  }

  cipher(): ReturnType<typeof chacha20poly1305> | undefined {
    if (this.key === undefined) return undefined
    const nonce = new Uint8Array(12)
    nonce[4] = this.counter
    this.counter += 1
    return chacha20poly1305(this.key, nonce, this.hash)
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.cipher()?.encrypt(plaintext) ?? plaintext
    this.mix(ciphertext)
    return ciphertext
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    const plaintext = this.cipher()?.decrypt(ciphertext) ?? ciphertext
    this.mix(ciphertext)
    return plaintext
  }

  hello(): Uint8Array {
    const ephemeral = x25519.getPublicKey(this.fresh)
    this.mix(ephemeral)
    return joined(ephemeral, this.encrypt(new Uint8Array(0)))
  }

  hear(message: Uint8Array): void {
    this.remote = message.slice(0, 32)
    this.mix(this.remote)
    this.decrypt(message.slice(32))
  }

  respond(payload: Uint8Array): Uint8Array {
    const ephemeral = x25519.getPublicKey(this.fresh)
    this.mix(ephemeral)
    this.agree(this.fresh, this.remote)
    const sealed = this.encrypt(x25519.getPublicKey(this.fixed))
    this.agree(this.fixed, this.remote)
    return joined(ephemeral, sealed, this.encrypt(payload))
  }

  hearResponse(message: Uint8Array): Uint8Array {
    this.remote = message.slice(0, 32)
    this.mix(this.remote)
    this.agree(this.fresh, this.remote)
    this.agree(this.fresh, this.decrypt(message.slice(32, 80)))
    return this.decrypt(message.slice(80))
  }

  finish(payload: Uint8Array): Uint8Array {
    const sealed = this.encrypt(x25519.getPublicKey(this.fixed))
    this.agree(this.fixed, this.remote)
    return joined(sealed, this.encrypt(payload))
  }

  hearFinish(message: Uint8Array): Uint8Array {
    this.agree(this.fresh, this.decrypt(message.slice(0, 48)))
    return this.decrypt(message.slice(48))
  }

  split(): readonly [Uint8Array, Uint8Array] {
    const okm = derive(new Uint8Array(0), this.chain)
    return [okm.slice(0, 32), okm.slice(32)]
  }
}

void t.test(
  'any handshake agrees with one made of independent parts, as either side [NOISE-XX-1] [NOISE-SUITE-1]',
  async () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 40 }),
        (seed, first, second, prologue) => {
          const random = new SeededRandom(seed)
          const [a, b, c, d] = [random.bytes(32), random.bytes(32), random.bytes(32), random.bytes(32)]
          const ours = {
            initiator: new HandshakeState(x25519KeyFromScalar(a), x25519KeyFromScalar(b), prologue),
            responder: new HandshakeState(x25519KeyFromScalar(c), x25519KeyFromScalar(d), prologue),
          }
          const theirs = { initiator: new Oracle(a, b, prologue), responder: new Oracle(c, d, prologue) }

          // Our initiator with their responder, and the other way round: the bytes must be the same, too.
          const hello = ours.initiator.writeHello()
          theirs.responder.hear(hello)
          const helloToo = theirs.initiator.hello()
          ours.responder.readHello(helloToo)
          const response = theirs.responder.respond(first)
          const opened = ours.initiator.readResponse(response)
          const responseToo = ours.responder.writeResponse(first)
          const openedToo = theirs.initiator.hearResponse(responseToo)
          const finish = ours.initiator.writeFinish(second)
          const heard = theirs.responder.hearFinish(finish)
          const finishToo = theirs.initiator.finish(second)
          const heardToo = ours.responder.readFinish(finishToo)

          const [toResponder, toInitiator] = theirs.initiator.split()
          const keys = ours.initiator.channelKeys('initiator')
          const mirrored = ours.responder.channelKeys('responder')
          return (
            hex(hello) === hex(helloToo) &&
            hex(response) === hex(responseToo) &&
            hex(finish) === hex(finishToo) &&
            opened !== undefined &&
            heardToo !== undefined &&
            [opened.payload, openedToo].every((payload) => hex(payload) === hex(first)) &&
            [heard, heardToo.payload].every((payload) => hex(payload) === hex(second)) &&
            hex(opened.staticKey) === hex(x25519.getPublicKey(c)) &&
            hex(heardToo.staticKey) === hex(x25519.getPublicKey(a)) &&
            [ours.initiator.handshakeHash, ours.responder.handshakeHash, theirs.responder.hash].every(
              (hash) => hex(hash) === hex(theirs.initiator.hash),
            ) &&
            hex(keys.send.export()) === hex(toResponder) &&
            hex(keys.receive.export()) === hex(toInitiator) &&
            hex(mirrored.send.export()) === hex(toInitiator) &&
            hex(mirrored.receive.export()) === hex(toResponder)
          )
        },
      ),
      { numRuns: 25 },
    )
  },
)

void t.test('a message that is cut short is refused, whatever it lacks', async (t) => {
  const key = (fill: number) => x25519KeyFromScalar(new Uint8Array(32).fill(fill))
  const response = (() => {
    const responder = new HandshakeState(key(3), key(4))
    responder.readHello(new HandshakeState(key(1), key(2)).writeHello())
    return responder.writeResponse(Uint8Array.of(1, 2, 3))
  })()
  for (let length = 0; length < response.length; length++) {
    const initiator = new HandshakeState(key(1), key(2))
    initiator.writeHello()
    if (initiator.readResponse(response.subarray(0, length)) !== undefined) t.fail(`${length} bytes`)
  }
  const initiator = new HandshakeState(key(1), key(2))
  initiator.writeHello()
  t.same(initiator.readResponse(response)?.payload, Uint8Array.of(1, 2, 3), 'and the whole one is read [NOISE-XX-3]')
  t.equal(new HandshakeState(key(1), key(2)).readHello(new Uint8Array(31)), undefined)
})
