import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { Identify } from '@p2pspec/generated/protocols/identify/messages'
import { copyBytes } from '../../core/memory.ts'
import { PeerRecordError, type PeerRecordErrorCode } from '../../records/peer-record/peer-record-error.ts'
import { readRecordOf } from '../../records/peer-record/recent-records.ts'
import { isUsableProtocol, presentable } from './identify-text.ts'

/** What a peer says of itself. What it left out is undefined: unknown, or after a push unchanged. */
export interface IdentifyInfo {
  readonly peerId: PeerId
  /** Safe to show. */
  readonly protocolVersion: string | undefined
  /** Safe to show. */
  readonly agentVersion: string | undefined
  /** In its protobuf encoding; it is the key of `peerId`. */
  readonly publicKey: Uint8Array | undefined
  /** Where the peer listens: out of its signed record where there is a good one. */
  readonly listenAddresses: readonly Multiaddr[] | undefined
  /** This node's address as the peer sees it. Anybody may say anything here. */
  readonly observedAddress: Multiaddr | undefined
  readonly protocols: readonly string[] | undefined
  /** The signed envelope as received, where it is good; other peers can verify it too. */
  readonly signedPeerRecord: Uint8Array | undefined
  /** Of the signed record: higher is newer. */
  readonly recordSequence: bigint | undefined
  /** Why a signed record was ignored. */
  readonly recordError: PeerRecordErrorCode | undefined
}

/** Parses a message that the reader accepted. What is over a limit or no address is left out; nothing throws. */
//= ID-READ-3
export function readInfo(message: Identify, peerId: PeerId): IdentifyInfo {
  const record = readRecord(message.signedPeerRecord, peerId)
  return {
    peerId,
    protocolVersion: message.protocolVersion === undefined ? undefined : presentable(message.protocolVersion),
    agentVersion: message.agentVersion === undefined ? undefined : presentable(message.agentVersion),
    publicKey: message.publicKey === undefined ? undefined : copyBytes(message.publicKey),
    //= ID-REC-2
    listenAddresses: readAddresses(record.addresses ?? message.listenAddrs),
    observedAddress: message.observedAddr === undefined ? undefined : readAddress(message.observedAddr),
    protocols: message.protocols?.filter(isUsableProtocol).slice(0, limits.identify.maxProtocols),
    signedPeerRecord:
      record.addresses === undefined || message.signedPeerRecord === undefined
        ? undefined
        : copyBytes(message.signedPeerRecord),
    recordSequence: record.sequence,
    recordError: record.error,
  }
}

/** What is known of a peer after a push: what the push leaves out stays. */
//= ID-PUSH-3
export function applyPush(known: IdentifyInfo, pushed: IdentifyInfo): IdentifyInfo {
  return {
    peerId: known.peerId,
    protocolVersion: pushed.protocolVersion ?? known.protocolVersion,
    agentVersion: pushed.agentVersion ?? known.agentVersion,
    publicKey: pushed.publicKey ?? known.publicKey,
    listenAddresses: pushed.listenAddresses ?? known.listenAddresses,
    observedAddress: pushed.observedAddress ?? known.observedAddress,
    protocols: pushed.protocols ?? known.protocols,
    signedPeerRecord: pushed.signedPeerRecord ?? known.signedPeerRecord,
    recordSequence: pushed.recordSequence ?? known.recordSequence,
    recordError: pushed.recordError,
  }
}

interface ReadRecord {
  readonly addresses?: readonly Uint8Array[]
  readonly sequence?: bigint
  readonly error?: PeerRecordErrorCode
}

/** A record that does not hold is no reason to lose the rest of the message. */
//= ID-REC-3
function readRecord(envelope: Uint8Array | undefined, expected: PeerId): ReadRecord {
  if (envelope === undefined) return {}
  try {
    const { addresses, sequence } = readRecordOf(expected, envelope)
    return { addresses, sequence }
  } catch (error) {
    if (error instanceof PeerRecordError) return { error: error.code }
    throw error
  }
}

function readAddresses(list: readonly Uint8Array[] | undefined): Multiaddr[] | undefined {
  if (list === undefined) return undefined
  const addresses: Multiaddr[] = []
  for (const bytes of list.slice(0, limits.identify.maxAddresses)) {
    const address = readAddress(bytes)
    if (address !== undefined) addresses.push(address)
  }
  return addresses
}

function readAddress(bytes: Uint8Array): Multiaddr | undefined {
  if (bytes.byteLength === 0 || bytes.byteLength > limits.identify.maxAddressBytes) return undefined
  try {
    // The library keeps views of what it reads.
    return multiaddr(copyBytes(bytes))
  } catch {
    return undefined
  }
}
