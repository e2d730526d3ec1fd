import { Buffer } from 'node:buffer'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { copyBytes } from '../../core/memory.ts'
import { verifyPeerRecord, type VerifiedPeerRecord } from './peer-record.ts'

const { maxRemembered, maxRememberedBytes } = limits.peerRecord

interface Remembered {
  readonly envelope: Uint8Array
  readonly record: VerifiedPeerRecord
}

/** By the text of their peers, the oldest first. One table for all nodes of the process: what holds for one holds for all. */
const recent = new Map<string, Remembered>()

/**
 * The record of that peer in either form; throws `PeerRecordError`. A signature that held once holds for good, so the very bytes that held
 * lately are not verified again; anything else is, whatever it resembles.
 */
export function readRecordOf(expected: PeerId, envelope: Uint8Array): VerifiedPeerRecord {
  const key = expected.toString()
  const held = recent.get(key)
  if (held !== undefined && Buffer.compare(held.envelope, envelope) === 0) return held.record
  // rust signs the older form; its signature proves as much.
  const options = { expected, acceptLegacy: true }
  if (envelope.length > maxRememberedBytes) return verifyPeerRecord(envelope, options)
  // A copy: the bytes are part of a longer message, and stay their owner's.
  const own = copyBytes(envelope)
  const record = verifyPeerRecord(own, options)
  recent.delete(key)
  recent.set(key, { envelope: own, record })
  const [oldest] = recent.size > maxRemembered ? recent.keys() : []
  if (oldest !== undefined) recent.delete(oldest)
  return record
}
