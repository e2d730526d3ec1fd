import { Buffer } from 'node:buffer'
import { limits } from '@p2pspec/generated/common/limits'
import { decodeNoiseHandshakePayload, encodeNoiseHandshakePayload } from '@p2pspec/generated/protocols/noise/messages'

const { maxCertificateHashBytes, maxCertificateHashes, maxHandshakeMessageBytes, maxMuxerNameBytes, maxMuxers } =
  limits.noise

/** What a handshake payload says, absent parts made empty. */
export interface HandshakePayload {
  readonly identityKey: Uint8Array
  readonly identitySignature: Uint8Array
  readonly muxers: readonly string[]
  readonly certificateHashes: readonly Uint8Array[]
}

export const emptyPayload: HandshakePayload = {
  identityKey: new Uint8Array(0),
  identitySignature: new Uint8Array(0),
  muxers: [],
  certificateHashes: [],
}

const decodeOptions = {
  maxBytes: maxHandshakeMessageBytes,
  maxCount: Math.max(maxMuxers, maxCertificateHashes),
  maxDepth: 2,
}

export function encodeHandshakePayload({
  identityKey,
  identitySignature,
  muxers,
  certificateHashes,
}: HandshakePayload): Uint8Array {
  //= NOISE-PAY-1, NOISE-EXT-3, NOISE-EARLY-2
  const extensions =
    muxers.length + certificateHashes.length === 0
      ? undefined
      : { streamMuxers: muxers, webtransportCerthashes: certificateHashes }
  return encodeNoiseHandshakePayload({ identityKey, identitySig: identitySignature, extensions })
}

/** Undefined where the bytes are no payload or hold more than the limits allow. Unknown fields are passed over. */
export function decodeHandshakePayload(bytes: Uint8Array): HandshakePayload | undefined {
  let message
  try {
    message = decodeNoiseHandshakePayload(bytes, decodeOptions)
  } catch {
    // Whatever is wrong with the bytes, the answer to the remote is the same.
    return undefined
  }
  const muxers = message.extensions?.streamMuxers ?? []
  const certificateHashes = message.extensions?.webtransportCerthashes ?? []
  //= NOISE-LIMIT-2
  if (muxers.length > maxMuxers || certificateHashes.length > maxCertificateHashes) return undefined
  if (
    muxers.some((name) => Buffer.byteLength(name) > maxMuxerNameBytes) ||
    certificateHashes.some((hash) => hash.length > maxCertificateHashBytes)
  )
    return undefined
  return {
    identityKey: message.identityKey ?? emptyPayload.identityKey,
    identitySignature: message.identitySig ?? emptyPayload.identitySignature,
    muxers,
    certificateHashes,
  }
}
