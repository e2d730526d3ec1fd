import type { Identity } from './identity.ts'
import { peerIdOf, verifySignature } from './identity.ts'
import { bytesField, decodeFields, encodeFields } from './protobuf.ts'
import type { WireField } from './protobuf.ts'

/** What the signature in the payload covers, before the static key. */
export const SIGNATURE_DOMAIN = 'noise-libp2p-static-key:'

/** An RSA identity larger than any peer should touch, with a signature that would hold. */
export interface OversizeIdentity {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/** What to get wrong in our own payload; nothing set gives an honest one. */
export interface PayloadAlteration {
  readonly signature?: 'flipped' | 'empty' | 'absent' | 'other-key' | 'other-static'
  readonly domain?: string
  readonly identityKey?: 'absent' | 'empty' | 'garbage' | 'other' | 'rsa-oversize'
  readonly raw?: Uint8Array
  readonly muxers?: readonly string[]
  readonly unknownField?: boolean
  readonly unknownExtension?: boolean
  readonly fieldsTwice?: boolean
}

export interface PayloadKeys {
  readonly identity: Identity
  /** A second identity, for signatures and keys that do not belong. */
  readonly stranger: Identity
  readonly oversize: () => OversizeIdentity
  readonly staticKey: Uint8Array
  readonly strangerStaticKey: Uint8Array
}

export function buildPayload(keys: PayloadKeys, alteration: PayloadAlteration = {}): Uint8Array {
  if (alteration.raw !== undefined) return alteration.raw
  const fields: WireField[] = []
  const identityKey = identityKeyOf(keys, alteration)
  if (identityKey !== undefined) fields.push({ number: 1, value: identityKey })
  const signature = signatureOf(keys, alteration)
  if (signature !== undefined) fields.push({ number: 2, value: signature })
  if (alteration.fieldsTwice === true) fields.push(...fields)
  const extensions = extensionsOf(alteration)
  if (extensions.length > 0) fields.push({ number: 4, value: encodeFields(extensions) })
  if (alteration.unknownField === true) fields.push({ number: 99, value: Uint8Array.of(1, 2, 3) })
  return encodeFields(fields)
}

/** The extensions of a payload (field 4): the muxers in field 2 of it. */
function extensionsOf(alteration: PayloadAlteration): WireField[] {
  const extensions = (alteration.muxers ?? []).map((muxer): WireField => ({
    number: 2,
    value: new TextEncoder().encode(muxer),
  }))
  if (alteration.unknownExtension === true) extensions.push({ number: 1025, value: Uint8Array.of(1, 2, 3) })
  return extensions
}

function identityKeyOf(keys: PayloadKeys, { identityKey }: PayloadAlteration): Uint8Array | undefined {
  switch (identityKey) {
    case undefined:
      return keys.identity.publicKey
    case 'absent':
      return undefined
    case 'empty':
      return new Uint8Array()
    case 'garbage':
      return new Uint8Array(40).fill(0xff)
    case 'other':
      return keys.stranger.publicKey
    case 'rsa-oversize':
      return keys.oversize().publicKey
  }
}

function signatureOf(keys: PayloadKeys, alteration: PayloadAlteration): Uint8Array | undefined {
  if (alteration.signature === 'absent') return undefined
  if (alteration.signature === 'empty') return new Uint8Array()
  const staticKey = alteration.signature === 'other-static' ? keys.strangerStaticKey : keys.staticKey
  const message = new Uint8Array(
    Buffer.concat([new TextEncoder().encode(alteration.domain ?? SIGNATURE_DOMAIN), staticKey]),
  )
  const signer =
    alteration.signature === 'other-key'
      ? keys.stranger
      : alteration.identityKey === 'rsa-oversize'
        ? keys.oversize()
        : keys.identity
  const signature = signer.sign(message)
  if (alteration.signature === 'flipped') signature[0] = (signature[0] ?? 0) ^ 1
  return signature
}

/** What a subject said of itself inside the handshake. */
export interface SubjectPayload {
  readonly peerId: string
  /** In its protobuf encoding. */
  readonly identityKey: Uint8Array
  /** Null where it sent no list. */
  readonly muxers: readonly string[] | null
}

/** Checks the subject's payload: a text where something is wrong with it. */
export function readPayload(payload: Uint8Array, remoteStatic: Uint8Array): SubjectPayload | string {
  const fields = decodeFields(payload)
  if (fields === null) return 'its handshake payload is no protobuf message'
  const identityKey = bytesField(fields, 1)
  const signature = bytesField(fields, 2)
  if (identityKey === undefined || signature === undefined)
    return 'its handshake payload lacks the key or the signature'
  const message = new Uint8Array(Buffer.concat([new TextEncoder().encode(SIGNATURE_DOMAIN), remoteStatic]))
  if (!verifySignature(identityKey, message, signature)) return 'the signature over its static key does not hold'
  const extensions = bytesField(fields, 4)
  const list = extensions === undefined ? [] : (decodeFields(extensions) ?? [])
  const muxers = list.flatMap((field) =>
    field.number === 2 && typeof field.value !== 'bigint' ? [new TextDecoder().decode(field.value)] : [],
  )
  return { peerId: peerIdOf(identityKey), identityKey, muxers: muxers.length === 0 ? null : muxers }
}
