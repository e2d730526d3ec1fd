// Generated from spec/common/limits.yaml#peer-record sha256:fcea7711201e3eefc5ab11561055e599ce645884971e188144d0935e901bed9e
// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/records/peer-record/peer-record.proto sha256:3fb23dd599a8a8d43da0960168eb95a8419d129ba54c186e1a65baad76101d8d
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

/** Where a peer can be reached, said by itself; sealed into an envelope. */
export interface PeerRecord {
  /** The peer's id in binary form. */
  readonly peerId: Uint8Array
  /** Higher is newer. Not a time, even where its maker took it from a clock. */
  readonly seq: bigint
  readonly addresses?: readonly AddressInfo[] | undefined
}

/** What `encodePeerRecord` takes: a field that has its default may be left out. */
export interface PeerRecordInit {
  /** The peer's id in binary form. */
  readonly peerId?: Uint8Array | undefined
  /** Higher is newer. Not a time, even where its maker took it from a clock. */
  readonly seq?: bigint | undefined
  readonly addresses?: readonly AddressInfoInit[] | undefined
}

/** One address, with room for facts about it. */
export interface AddressInfo {
  /** A binary multiaddr. */
  readonly multiaddr: Uint8Array
}

/** What `encodeAddressInfo` takes: a field that has its default may be left out. */
export interface AddressInfoInit {
  /** A binary multiaddr. */
  readonly multiaddr?: Uint8Array | undefined
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 4194304, maxCount: 1024, maxDepth: 8 }

export function encodePeerRecord(message: PeerRecordInit): Uint8Array {
  sharedWriter.begin()
  writePeerRecord(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no PeerRecord or are over a limit. */
export function decodePeerRecord(bytes: Uint8Array, options: DecodeOptions = decodeLimits): PeerRecord {
  return readPeerRecord(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergePeerRecord(into: PeerRecord, from: PeerRecord): PeerRecord {
  return {
    peerId: from.peerId.length === 0 ? into.peerId : from.peerId,
    seq: from.seq === 0n ? into.seq : from.seq,
    addresses: join(into.addresses, from.addresses),
  }
}

export function encodeAddressInfo(message: AddressInfoInit): Uint8Array {
  sharedWriter.begin()
  writeAddressInfo(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no AddressInfo or are over a limit. */
export function decodeAddressInfo(bytes: Uint8Array, options: DecodeOptions = decodeLimits): AddressInfo {
  return readAddressInfo(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeAddressInfo(into: AddressInfo, from: AddressInfo): AddressInfo {
  return {
    multiaddr: from.multiaddr.length === 0 ? into.multiaddr : from.multiaddr,
  }
}

function readPeerRecord(reader: WireReader): PeerRecord {
  let peerId: Uint8Array = reader.noBytes
  let seq: bigint = 0n
  let addresses: AddressInfo[] | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        peerId = reader.bytes()
        break
      case 16:
        seq = reader.uint64()
        break
      case 26: {
        addresses ??= []
        reader.count(addresses)
        const outer = reader.enter()
        addresses.push(readAddressInfo(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return { peerId, seq, addresses }
}

function writePeerRecord(writer: WireWriter, message: PeerRecordInit): void {
  if (message.addresses !== undefined) {
    for (let index = message.addresses.length - 1; index >= 0; index--) {
      const value = message.addresses[index]
      if (value === undefined) continue
      const addressesEnd = writer.mark()
      writeAddressInfo(writer, value)
      writer.lengthSince(addressesEnd)
      writer.byte(26)
    }
  }
  if (message.seq !== undefined && message.seq !== 0n) {
    writer.uint64(message.seq)
    writer.byte(16)
  }
  if (message.peerId !== undefined && message.peerId.length !== 0) {
    writer.bytes(message.peerId)
    writer.byte(10)
  }
}

function readAddressInfo(reader: WireReader): AddressInfo {
  let multiaddr: Uint8Array = reader.noBytes
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        multiaddr = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return { multiaddr }
}

function writeAddressInfo(writer: WireWriter, message: AddressInfoInit): void {
  if (message.multiaddr !== undefined && message.multiaddr.length !== 0) {
    writer.bytes(message.multiaddr)
    writer.byte(10)
  }
}

function join<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined {
  return first === undefined ? second : second === undefined ? first : [...first, ...second]
}
