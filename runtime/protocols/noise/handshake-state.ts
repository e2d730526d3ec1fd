import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import type { ChannelKeys } from './noise-channel.ts'
import { noBytes, SymmetricState } from './symmetric-state.ts'
import { agree, importX25519Key, keyBytes } from './x25519-key.ts'
import type { X25519Key } from './x25519-key.ts'
import { tagBytes } from './frame.ts'

/** What a second or third message held once its tags were found right. */
export interface OpenedMessage {
  readonly staticKey: Uint8Array
  readonly payload: Uint8Array
}

/** The XX pattern: three messages, each side's part of the arithmetic. The order of calls is the machine's business. */
export class HandshakeState {
  readonly #symmetric: SymmetricState
  readonly #staticKey: X25519Key
  readonly #ephemeral: X25519Key
  /** Undefined until the remote's first message has been read. */
  #remoteEphemeral: KeyObject | undefined
  #sharedEphemeral: Uint8Array | undefined

  constructor(staticKey: X25519Key, ephemeral: X25519Key, prologue: Uint8Array = noBytes) {
    this.#symmetric = new SymmetricState(prologue)
    this.#staticKey = staticKey
    this.#ephemeral = ephemeral
  }

  get handshakeHash(): Uint8Array {
    return this.#symmetric.handshakeHash
  }

  /** → e */
  writeHello(): Uint8Array {
    this.#symmetric.mixHash(this.#ephemeral.publicBytes)
    this.#symmetric.encryptAndHash(noBytes)
    return this.#ephemeral.publicBytes
  }

  /** ← e: undefined where the message is too short; `usable` is false for a key that gives no secret. */
  readHello(
    message: Uint8Array,
  ): { readonly ephemeral: Uint8Array; readonly usable: boolean; readonly payload: Uint8Array } | undefined {
    if (message.length < keyBytes) return undefined
    const ephemeral = message.slice(0, keyBytes)
    this.#symmetric.mixHash(ephemeral)
    const payload = message.subarray(keyBytes)
    this.#symmetric.encryptAndHash(payload)
    this.#remoteEphemeral = importX25519Key(ephemeral)
    this.#sharedEphemeral = agree(this.#ephemeral, this.#remoteEphemeral)
    return { ephemeral, usable: this.#sharedEphemeral !== undefined, payload }
  }

  /** → e, ee, s, es with a payload. Only after a usable hello. */
  writeResponse(payload: Uint8Array): Uint8Array {
    const symmetric = this.#symmetric
    symmetric.mixHash(this.#ephemeral.publicBytes)
    symmetric.mixKey(this.#sharedEphemeral ?? noBytes)
    const staticKey = symmetric.encryptAndHash(this.#staticKey.publicBytes)
    symmetric.mixKey(this.#staticSecret() ?? noBytes)
    return Buffer.concat([this.#ephemeral.publicBytes, staticKey, symmetric.encryptAndHash(payload)])
  }

  /** ← e, ee, s, es: undefined where it is too short, a key gives no secret or a tag is wrong. */
  readResponse(message: Uint8Array): OpenedMessage | undefined {
    if (message.length < keyBytes + keyBytes + tagBytes + tagBytes) return undefined
    const symmetric = this.#symmetric
    const ephemeral = message.slice(0, keyBytes)
    symmetric.mixHash(ephemeral)
    this.#remoteEphemeral = importX25519Key(ephemeral)
    const ephemeralSecret = agree(this.#ephemeral, this.#remoteEphemeral)
    if (ephemeralSecret === undefined) return undefined
    symmetric.mixKey(ephemeralSecret)
    const payloadOffset = 2 * keyBytes + tagBytes
    const staticKey = symmetric.decryptAndHash(message.subarray(keyBytes, payloadOffset))
    if (staticKey === undefined) return undefined
    const staticSecret = agree(this.#ephemeral, importX25519Key(staticKey))
    if (staticSecret === undefined) return undefined
    symmetric.mixKey(staticSecret)
    const payload = symmetric.decryptAndHash(message.subarray(payloadOffset))
    return payload === undefined ? undefined : { staticKey, payload }
  }

  /** → s, se with a payload. */
  writeFinish(payload: Uint8Array): Uint8Array {
    const symmetric = this.#symmetric
    const staticKey = symmetric.encryptAndHash(this.#staticKey.publicBytes)
    symmetric.mixKey(this.#staticSecret() ?? noBytes)
    return Buffer.concat([staticKey, symmetric.encryptAndHash(payload)])
  }

  /** ← s, se: undefined where it is too short, the key gives no secret or a tag is wrong. */
  readFinish(message: Uint8Array): OpenedMessage | undefined {
    const payloadOffset = keyBytes + tagBytes
    if (message.length < payloadOffset + tagBytes) return undefined
    const symmetric = this.#symmetric
    const staticKey = symmetric.decryptAndHash(message.subarray(0, payloadOffset))
    if (staticKey === undefined) return undefined
    const secret = agree(this.#ephemeral, importX25519Key(staticKey))
    if (secret === undefined) return undefined
    symmetric.mixKey(secret)
    const payload = symmetric.decryptAndHash(message.subarray(payloadOffset))
    return payload === undefined ? undefined : { staticKey, payload }
  }

  #staticSecret(): Uint8Array | undefined {
    return this.#remoteEphemeral === undefined ? undefined : agree(this.#staticKey, this.#remoteEphemeral)
  }

  /** Keys of the frames that follow. */
  channelKeys(side: 'initiator' | 'responder'): ChannelKeys {
    //= NOISE-KEYS-1
    const { toResponder, toInitiator } = this.#symmetric.split()
    return side === 'initiator'
      ? { send: toResponder, receive: toInitiator }
      : { send: toInitiator, receive: toResponder }
  }
}
