import { Buffer } from 'node:buffer'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { decodePeerRecord, encodePeerRecord } from '@p2pspec/generated/records/peer-record/messages'
import type { PrivateKey, PublicKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { openEnvelope, sealEnvelope } from '@p2pspec/runtime/records/envelope/envelope'
import type { EnvelopePurpose } from '@p2pspec/runtime/records/envelope/envelope'
import { PeerRecordError } from './peer-record-error.ts'

/** Addresses of one peer, said by itself. */
export interface PeerRecord {
  readonly peerId: PeerId
  /** Higher is newer; not a time. */
  readonly sequence: bigint
  /** Binary multiaddrs, not looked into. */
  readonly addresses: readonly Uint8Array[]
}

export interface VerifiedPeerRecord extends PeerRecord {
  readonly publicKey: PublicKey
}

export interface VerifyPeerRecordOptions {
  /** The peer whom the record must be about: that of the connection it came from. */
  readonly expected?: PeerId | undefined
  /** Take the form of the RFC too, which rust-libp2p signs by default. */
  readonly acceptLegacy?: boolean | undefined
}

/** What go and js sign and accept. The two bytes are 0x0301 in big-endian order, not as a varint. */
//= PREC-DOMAIN-2, PREC-TYPE-2
const purpose: EnvelopePurpose = { domain: 'libp2p-peer-record', payloadType: Uint8Array.of(0x03, 0x01) }
/** What the RFC says and rust signs. */
//= PREC-DOMAIN-1, PREC-TYPE-1
const legacyPurpose: EnvelopePurpose = {
  domain: 'libp2p-routing-state',
  payloadType: Buffer.from('/libp2p/routing-state-record', 'utf8'),
}

/** The record of this key's peer, in an envelope signed by it. */
export function sealPeerRecord(
  privateKey: PrivateKey,
  { sequence, addresses }: Omit<PeerRecord, 'peerId'>,
): Uint8Array {
  //= PREC-KEY-1
  const peerId = peerIdFromPublicKey(privateKey.publicKey).bytes
  const record = encodePeerRecord({ peerId, seq: sequence, addresses: addresses.map((multiaddr) => ({ multiaddr })) })
  return sealEnvelope(privateKey, purpose, record)
}

/** Checks envelope, limits and identity, in this order, and gives the record; throws `PeerRecordError`. */
export function verifyPeerRecord(
  envelope: Uint8Array,
  { expected, acceptLegacy = false }: VerifyPeerRecordOptions = {},
): VerifiedPeerRecord {
  let opened
  try {
    //= PREC-VERIFY-1, PREC-VERIFY-2
    opened = acceptLegacy ? openEnvelope(envelope, purpose, legacyPurpose) : openEnvelope(envelope, purpose)
  } catch (cause) {
    throw new PeerRecordError(
      'bad-envelope',
      `The envelope around the peer record is not valid: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
  const record = decode(opened.payload)
  const peerId = peerIdFromPublicKey(opened.publicKey)
  //= PREC-ID-1, PREC-ID-2
  if (Buffer.compare(record.peerId, peerId.bytes) !== 0) {
    throw new PeerRecordError(
      'foreign-key',
      `The peer record speaks of another peer than ${peerId.toString()}, who signed it.`,
    )
  }
  //= PREC-ID-3
  if (expected !== undefined && !expected.equals(peerId)) {
    throw new PeerRecordError(
      'wrong-peer',
      `The peer record is that of ${peerId.toString()}, not of ${expected.toString()}, from whom it came.`,
    )
  }
  return {
    peerId,
    sequence: record.seq,
    addresses: (record.addresses ?? []).map(({ multiaddr }) => multiaddr),
    publicKey: opened.publicKey,
  }
}

function decode(payload: Uint8Array): ReturnType<typeof decodePeerRecord> {
  //= PREC-LIMIT-1
  const { maxAddresses, maxAddressBytes } = limits.peerRecord
  let record
  try {
    record = decodePeerRecord(payload)
  } catch (cause) {
    throw new PeerRecordError('malformed', 'The payload of the envelope is no peer record.', { cause })
  }
  const addresses = record.addresses ?? []
  if (addresses.length > maxAddresses)
    throw new PeerRecordError(
      'malformed',
      `The peer record names ${addresses.length} addresses; ${maxAddresses} are read at most.`,
    )
  if (addresses.some(({ multiaddr }) => multiaddr.length > maxAddressBytes))
    throw new PeerRecordError('malformed', `The peer record has an address over ${maxAddressBytes} bytes.`)
  return record
}
