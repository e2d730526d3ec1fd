import { Buffer } from 'node:buffer'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { decodeBase58, encodeBase58 } from '@p2pspec/runtime/multiformats/base58'
import { decodeCid, encodeCid, libp2pKeyCode } from '@p2pspec/runtime/multiformats/cid'
import {
  decodeMultihash,
  identityCode,
  identityMultihash,
  sha256Code,
  sha256Multihash,
} from '@p2pspec/runtime/multiformats/multihash'
import { copyBytes } from '../core/memory.ts'
import { CryptoError } from './crypto-error.ts'
import { decodePublicKey } from './keys.ts'
import type { PublicKey } from './keys.ts'

/** One connection asks for the peer id of its key several times, and for its text. */
const peerIds = new WeakMap<PublicKey, PeerId>()

/** The peer id of a key: short key messages stand in it whole, long ones are hashed. Made once for each key object. */
export function peerIdFromPublicKey(key: PublicKey): PeerId {
  let peerId = peerIds.get(key)
  if (peerId === undefined) {
    const encoded = key.encode()
    //= PID-HASH-1, PID-HASH-2
    peerId = new HashedPeerId(
      encoded.length <= limits.peerId.maxInlineKeyBytes ? identityMultihash(encoded) : sha256Multihash(encoded),
    )
    peerIds.set(key, peerId)
  }
  return peerId
}

/** Reads the binary form; throws `bad-peer-id`. The bytes are copied. */
export function peerIdFromBytes(bytes: Uint8Array): PeerId {
  //= PID-BIN-1
  if (bytes.length > limits.peerId.maxInlineKeyBytes + 2)
    throw new CryptoError(
      'bad-peer-id',
      `a peer id has at most ${limits.peerId.maxInlineKeyBytes + 2} bytes, this one ${bytes.length}`,
    )
  let multihash
  try {
    multihash = decodeMultihash(bytes)
  } catch (cause) {
    throw new CryptoError('bad-peer-id', 'the bytes of the peer id are no multihash', { cause })
  }
  const { code, digest } = multihash
  if (code === sha256Code ? digest.length !== 32 : code !== identityCode || digest.length === 0) {
    throw new CryptoError(
      'bad-peer-id',
      `a peer id is an identity or a SHA-256 multihash, not code ${code} with ${digest.length} bytes`,
    )
  }
  return new HashedPeerId(copyBytes(bytes))
}

/** Reads base58btc text (`12D3…`, `Qm…`) or a CIDv1 (`bafz…`, `k51…`); throws `bad-peer-id`. */
export function peerIdFromString(text: string): PeerId {
  //= PID-TEXT-1
  if (text.length > limits.peerId.maxTextLength)
    throw new CryptoError(
      'bad-peer-id',
      `the text of a peer id has at most ${limits.peerId.maxTextLength} characters, this one ${text.length}`,
    )
  try {
    //= PID-TEXT-3
    return peerIdFromBytes(text.startsWith('1') || text.startsWith('Qm') ? decodeBase58(text) : keyHashOfCid(text))
  } catch (cause) {
    throw new CryptoError(
      'bad-peer-id',
      `"${text}" is no peer id: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

/** The CIDv1 text (`bafz…`) of a peer id, for places that know no upper case. */
export function peerIdToCid(peerId: PeerId): string {
  //= PID-CID-1, PID-CID-2, PID-CID-4
  return encodeCid({ codec: libp2pKeyCode, multihash: peerId.bytes })
}

/** The key that the peer id holds, or undefined where it holds a hash alone; throws `CryptoError` where it holds no key. */
export function publicKeyOfPeerId(peerId: PeerId): PublicKey | undefined {
  const { code, digest } = decodeMultihash(peerId.bytes)
  return code === identityCode ? decodePublicKey(digest) : undefined
}

function keyHashOfCid(text: string): Uint8Array {
  const { codec, multihash } = decodeCid(text)
  //= PID-CID-1, PID-CID-3
  if (codec !== libp2pKeyCode)
    throw new CryptoError('bad-peer-id', `its codec is 0x${codec.toString(16)}, not libp2p-key (0x72)`)
  return multihash
}

class HashedPeerId implements PeerId {
  readonly bytes: Uint8Array
  #text: string | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  equals(other: PeerId): boolean {
    return other === this || Buffer.compare(this.bytes, other.bytes) === 0
  }

  toString(): string {
    //= PID-TEXT-2
    return (this.#text ??= encodeBase58(this.bytes))
  }

  toJSON(): string {
    return this.toString()
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `PeerId(${this.toString()})`
  }
}
