import { createCipheriv, createHmac } from 'node:crypto'

const FIXED_BIT = 0x40
const NUMBER_BYTES = 4
const TAG_BYTES = 16
const MASK_BYTES = 5

/** How packets behind the handshake are sealed (RFC 9001, sections 5.3 and 5.4); the secret's length tells SHA-256 from SHA-384. */
const suites = [
  { secretBytes: 32, hash: 'sha256', seal: 'aes-128-gcm', keyBytes: 16, mask: 'aes-128-ecb' },
  { secretBytes: 32, hash: 'sha256', seal: 'chacha20-poly1305', keyBytes: 32, mask: 'chacha20' },
  { secretBytes: 48, hash: 'sha384', seal: 'aes-256-gcm', keyBytes: 32, mask: 'aes-256-ecb' },
] as const

export interface ShortParts {
  /** The secret of this side, of which the keys are made. */
  readonly secret: Uint8Array
  readonly destinationId: Uint8Array
  readonly number: number
  readonly frames: Uint8Array
}

/** A packet behind the handshake, once for every cipher that the secret may be for: whoever gets them opens one, and drops the others. */
export function sealShort(parts: ShortParts): readonly Uint8Array[] {
  return suites.filter(({ secretBytes }) => secretBytes === parts.secret.length).map((suite) => sealBy(suite, parts))
}

function sealBy(suite: (typeof suites)[number], { secret, destinationId, number, frames }: ShortParts): Uint8Array {
  const keyOf = (label: string, length: number): Buffer => expand(suite.hash, secret, label, length)
  const packetNumber = Buffer.alloc(NUMBER_BYTES)
  packetNumber.writeUInt32BE(number)
  const head = Buffer.concat([Uint8Array.of(FIXED_BIT | (NUMBER_BYTES - 1)), destinationId, packetNumber])
  const nonce = keyOf('quic iv', 12)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ number) >>> 0, 8)
  const options = { authTagLength: TAG_BYTES }
  // The names differ in type alone: each is an authenticated cipher.
  const cipher =
    suite.seal === 'chacha20-poly1305'
      ? createCipheriv(suite.seal, keyOf('quic key', suite.keyBytes), nonce, options)
      : createCipheriv(suite.seal, keyOf('quic key', suite.keyBytes), nonce, options)
  cipher.setAAD(head, { plaintextLength: frames.length })
  const sealed = Buffer.concat([cipher.update(frames), cipher.final(), cipher.getAuthTag()])
  // With a number of four bytes the sample begins with what is sealed.
  const mask = maskOf(suite.mask, keyOf('quic hp', suite.keyBytes), sealed.subarray(0, 16))
  head.writeUInt8(head.readUInt8(0) ^ (mask.readUInt8(0) & 0x1f), 0)
  const numberAt = head.length - NUMBER_BYTES
  for (let at = 0; at < NUMBER_BYTES; at++)
    head.writeUInt8(head.readUInt8(numberAt + at) ^ mask.readUInt8(1 + at), numberAt + at)
  return Buffer.concat([head, sealed])
}

function maskOf(cipher: (typeof suites)[number]['mask'], key: Uint8Array, sample: Uint8Array): Buffer {
  return cipher === 'chacha20'
    ? createCipheriv(cipher, key, sample).update(Buffer.alloc(MASK_BYTES))
    : createCipheriv(cipher, key, null).update(sample)
}

function expand(hash: string, secret: Uint8Array, label: string, length: number): Buffer {
  const full = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Uint8Array.of(0, length, full.length), full, Uint8Array.of(0, 1)])
  // No key is longer than one block of the hash.
  return createHmac(hash, secret).update(info).digest().subarray(0, length)
}
