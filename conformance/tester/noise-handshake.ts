import { createHash, createHmac } from 'node:crypto'
import { NoiseCipher, TAG_LENGTH } from './noise-cipher.ts'
import { x25519 } from './x25519.ts'
import type { X25519KeyPair } from './x25519.ts'

const PROTOCOL_NAME = 'Noise_XX_25519_ChaChaPoly_SHA256'
const KEY_LENGTH = 32
const EMPTY = new Uint8Array()

export interface HandshakeKeys {
  readonly ephemeral: X25519KeyPair
  readonly fixed: X25519KeyPair
}

export interface SessionCiphers {
  readonly send: NoiseCipher
  readonly receive: NoiseCipher
}

/**
 * The XX handshake, one message at a time, so that a script can change anything between the steps.
 * Every `read` gives null where the message cannot be authenticated.
 */
export class NoiseHandshake {
  readonly #initiator: boolean
  readonly #keys: HandshakeKeys
  #hash: Uint8Array
  #chainingKey: Uint8Array
  #cipher: NoiseCipher | null = null
  #remoteEphemeral: Uint8Array = EMPTY
  #remoteStatic: Uint8Array = EMPTY

  constructor(side: 'initiator' | 'responder', keys: HandshakeKeys) {
    this.#initiator = side === 'initiator'
    this.#keys = keys
    // The name has exactly the length of the hash, so it is the hash.
    this.#hash = new TextEncoder().encode(PROTOCOL_NAME)
    this.#chainingKey = this.#hash
    this.#mixHash(EMPTY)
  }

  /** Known once the message that carries it was read. */
  get remoteStatic(): Uint8Array {
    return this.#remoteStatic
  }

  /** `ephemeral` replaces the public key on the wire, for points that no honest peer sends. */
  writeFirst(payload: Uint8Array = EMPTY, ephemeral: Uint8Array = this.#keys.ephemeral.publicKey): Uint8Array {
    this.#mixHash(ephemeral)
    return join(ephemeral, this.#encryptAndHash(payload))
  }

  readFirst(message: Uint8Array): Uint8Array | null {
    if (message.length < KEY_LENGTH) return null
    this.#remoteEphemeral = message.subarray(0, KEY_LENGTH)
    this.#mixHash(this.#remoteEphemeral)
    return this.#decryptAndHash(message.subarray(KEY_LENGTH))
  }

  writeSecond(payload: Uint8Array, ephemeral: Uint8Array = this.#keys.ephemeral.publicKey): Uint8Array {
    this.#mixHash(ephemeral)
    this.#mixKey(x25519(this.#keys.ephemeral, this.#remoteEphemeral))
    const fixed = this.#encryptAndHash(this.#keys.fixed.publicKey)
    this.#mixKey(x25519(this.#keys.fixed, this.#remoteEphemeral))
    return join(ephemeral, fixed, this.#encryptAndHash(payload))
  }

  readSecond(message: Uint8Array): Uint8Array | null {
    const sealedLength = KEY_LENGTH + TAG_LENGTH
    if (message.length < KEY_LENGTH + sealedLength) return null
    this.#remoteEphemeral = message.subarray(0, KEY_LENGTH)
    this.#mixHash(this.#remoteEphemeral)
    this.#mixKey(x25519(this.#keys.ephemeral, this.#remoteEphemeral))
    const fixed = this.#decryptAndHash(message.subarray(KEY_LENGTH, KEY_LENGTH + sealedLength))
    if (fixed === null) return null
    this.#remoteStatic = fixed
    this.#mixKey(x25519(this.#keys.ephemeral, fixed))
    return this.#decryptAndHash(message.subarray(KEY_LENGTH + sealedLength))
  }

  writeThird(payload: Uint8Array): Uint8Array {
    const fixed = this.#encryptAndHash(this.#keys.fixed.publicKey)
    this.#mixKey(x25519(this.#keys.fixed, this.#remoteEphemeral))
    return join(fixed, this.#encryptAndHash(payload))
  }

  readThird(message: Uint8Array): Uint8Array | null {
    const sealedLength = KEY_LENGTH + TAG_LENGTH
    if (message.length < sealedLength) return null
    const fixed = this.#decryptAndHash(message.subarray(0, sealedLength))
    if (fixed === null) return null
    this.#remoteStatic = fixed
    this.#mixKey(x25519(this.#keys.ephemeral, fixed))
    return this.#decryptAndHash(message.subarray(sealedLength))
  }

  split(): SessionCiphers {
    const [first, second] = expand(this.#chainingKey, EMPTY)
    const toResponder = new NoiseCipher(first)
    const toInitiator = new NoiseCipher(second)
    return this.#initiator ? { send: toResponder, receive: toInitiator } : { send: toInitiator, receive: toResponder }
  }

  #mixHash(data: Uint8Array): void {
    this.#hash = new Uint8Array(createHash('sha256').update(this.#hash).update(data).digest())
  }

  #mixKey(secret: Uint8Array): void {
    const [chainingKey, key] = expand(this.#chainingKey, secret)
    this.#chainingKey = chainingKey
    this.#cipher = new NoiseCipher(key)
  }

  #encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher === null ? plaintext : this.#cipher.encrypt(plaintext, this.#hash)
    this.#mixHash(ciphertext)
    return ciphertext
  }

  #decryptAndHash(ciphertext: Uint8Array): Uint8Array | null {
    const plaintext = this.#cipher === null ? ciphertext : this.#cipher.decrypt(ciphertext, this.#hash)
    this.#mixHash(ciphertext)
    return plaintext
  }
}

/** Noise's two-output HKDF. */
function expand(chainingKey: Uint8Array, secret: Uint8Array): [Uint8Array, Uint8Array] {
  const temporary = createHmac('sha256', chainingKey).update(secret).digest()
  const first = createHmac('sha256', temporary).update(Uint8Array.of(1)).digest()
  const second = createHmac('sha256', temporary).update(first).update(Uint8Array.of(2)).digest()
  return [new Uint8Array(first), new Uint8Array(second)]
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
