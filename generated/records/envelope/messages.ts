// Generated from spec/common/limits.yaml#envelope sha256:33cfa39150c2ef7956e383e75d541ffb6ed3fab0837b41d0156f013a1f4ba326
// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/records/envelope/envelope.proto sha256:a3143ec50741d32fa96fe232933e91608ff61be3ed3e3c03a06247a849981eef
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

/** A payload with the proof of who signed it, and for which purpose. */
export interface Envelope {
  /** The signer's PublicKey message, kept as bytes: the same on the wire, and its one encoding can be checked. */
  readonly publicKey: Uint8Array
  /** A multicodec, perhaps with a path, that says how to read the payload. */
  readonly payloadType: Uint8Array
  readonly payload: Uint8Array
  /** Over domain, payload type and payload, each behind its length. Field 4 is not used. */
  readonly signature: Uint8Array
}

/** What `encodeEnvelope` takes: a field that has its default may be left out. */
export interface EnvelopeInit {
  /** The signer's PublicKey message, kept as bytes: the same on the wire, and its one encoding can be checked. */
  readonly publicKey?: Uint8Array | undefined
  /** A multicodec, perhaps with a path, that says how to read the payload. */
  readonly payloadType?: Uint8Array | undefined
  readonly payload?: Uint8Array | undefined
  /** Over domain, payload type and payload, each behind its length. Field 4 is not used. */
  readonly signature?: Uint8Array | undefined
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 4194304, maxCount: 1024, maxDepth: 8 }

export function encodeEnvelope(message: EnvelopeInit): Uint8Array {
  sharedWriter.begin()
  writeEnvelope(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no Envelope or are over a limit. */
export function decodeEnvelope(bytes: Uint8Array, options: DecodeOptions = decodeLimits): Envelope {
  return readEnvelope(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeEnvelope(into: Envelope, from: Envelope): Envelope {
  return {
    publicKey: from.publicKey.length === 0 ? into.publicKey : from.publicKey,
    payloadType: from.payloadType.length === 0 ? into.payloadType : from.payloadType,
    payload: from.payload.length === 0 ? into.payload : from.payload,
    signature: from.signature.length === 0 ? into.signature : from.signature,
  }
}

function readEnvelope(reader: WireReader): Envelope {
  let publicKey: Uint8Array = reader.noBytes
  let payloadType: Uint8Array = reader.noBytes
  let payload: Uint8Array = reader.noBytes
  let signature: Uint8Array = reader.noBytes
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        publicKey = reader.bytes()
        break
      case 18:
        payloadType = reader.bytes()
        break
      case 26:
        payload = reader.bytes()
        break
      case 42:
        signature = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return { publicKey, payloadType, payload, signature }
}

function writeEnvelope(writer: WireWriter, message: EnvelopeInit): void {
  if (message.signature !== undefined && message.signature.length !== 0) {
    writer.bytes(message.signature)
    writer.byte(42)
  }
  if (message.payload !== undefined && message.payload.length !== 0) {
    writer.bytes(message.payload)
    writer.byte(26)
  }
  if (message.payloadType !== undefined && message.payloadType.length !== 0) {
    writer.bytes(message.payloadType)
    writer.byte(18)
  }
  if (message.publicKey !== undefined && message.publicKey.length !== 0) {
    writer.bytes(message.publicKey)
    writer.byte(10)
  }
}
