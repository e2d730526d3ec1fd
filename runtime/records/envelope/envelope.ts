import { Buffer } from 'node:buffer'
import { limits } from '@p2pspec/generated/common/limits'
import { decodeEnvelope, encodeEnvelope } from '@p2pspec/generated/records/envelope/messages'
import { decodePublicKey } from '@p2pspec/runtime/crypto/keys'
import type { PrivateKey, PublicKey } from '@p2pspec/runtime/crypto/keys'
import { encodeUvarint } from '@p2pspec/runtime/multiformats/uvarint'
import { EnvelopeError } from './envelope-error.ts'

/** What a signature is for: it counts nowhere else. */
export interface EnvelopePurpose {
  /** Separates the signatures of one use from all others; it does not travel. */
  readonly domain: string
  readonly payloadType: Uint8Array
}

export interface OpenedEnvelope {
  readonly publicKey: PublicKey
  readonly payload: Uint8Array
}

/** Signs the payload for the purpose and gives the envelope's bytes. */
export function sealEnvelope(
  privateKey: PrivateKey,
  { domain, payloadType }: EnvelopePurpose,
  payload: Uint8Array,
): Uint8Array {
  //= ENV-KEY-1, ENV-SIG-1
  const signature = privateKey.sign(signedBytes(domain, payloadType, payload))
  return encodeEnvelope({ publicKey: privateKey.publicKey.encode(), payloadType, payload, signature })
}

/**
 * Checks an envelope against the purposes for which it would be taken, usually one, and gives its payload and signer.
 * Throws `EnvelopeError`; nothing of the payload has been looked at then.
 */
export function openEnvelope(bytes: Uint8Array, ...purposes: readonly EnvelopePurpose[]): OpenedEnvelope {
  const envelope = decode(bytes)
  //= ENV-TYPE-2
  const purpose = purposes.find(({ payloadType }) => Buffer.compare(payloadType, envelope.payloadType) === 0)
  if (purpose === undefined) {
    throw new EnvelopeError(
      'wrong-payload-type',
      `The envelope holds another kind of payload (type ${Buffer.from(envelope.payloadType).toString('hex') || 'empty'}) than is wanted here.`,
    )
  }
  let publicKey: PublicKey
  try {
    publicKey = decodePublicKey(envelope.publicKey)
  } catch (cause) {
    throw new EnvelopeError('bad-key', 'The public key in the envelope cannot be used.', { cause })
  }
  //= ENV-SIG-2, ENV-DOMAIN-1
  if (!publicKey.verify(signedBytes(purpose.domain, envelope.payloadType, envelope.payload), envelope.signature)) {
    throw new EnvelopeError(
      'bad-signature',
      `The signature of the envelope does not fit its key and payload in the domain ${purpose.domain}.`,
    )
  }
  return { publicKey, payload: envelope.payload }
}

function decode(bytes: Uint8Array): ReturnType<typeof decodeEnvelope> {
  //= ENV-LIMIT-1
  const { maxEnvelopeBytes, maxPayloadTypeBytes } = limits.envelope
  if (bytes.length > maxEnvelopeBytes)
    throw new EnvelopeError(
      'malformed',
      `An envelope of ${bytes.length} bytes is larger than the ${maxEnvelopeBytes} that are read.`,
    )
  let envelope
  try {
    envelope = decodeEnvelope(bytes)
  } catch (cause) {
    throw new EnvelopeError('malformed', 'The bytes are no envelope.', { cause })
  }
  if (envelope.payloadType.length > maxPayloadTypeBytes) {
    throw new EnvelopeError(
      'malformed',
      `A payload type of ${envelope.payloadType.length} bytes is longer than the ${maxPayloadTypeBytes} that are read.`,
    )
  }
  return envelope
}

function signedBytes(domain: string, payloadType: Uint8Array, payload: Uint8Array): Uint8Array {
  const parts = [Buffer.from(domain, 'utf8'), payloadType, payload]
  return Buffer.concat(parts.flatMap((part) => [encodeUvarint(part.length), part]))
}
