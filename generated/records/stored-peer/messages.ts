// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/records/stored-peer/stored-peer.proto sha256:907663ad67dd3e247a4f01defc59452aa0a17fb3e1725ae30c97a2bb2f9d1f32
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

/** Who told an address. */
export const AddressSource = {
  UNKNOWN: 0,
  /** The peer in plain words. */
  IDENTIFIED: 1,
  /** This node, which reached the peer there. */
  CONNECTED: 2,
  /** Somebody else. */
  HINT: 3,
} as const
/** A number of `AddressSource`, or one that a newer sender knows. */
export type AddressSource = (typeof AddressSource)[keyof typeof AddressSource] | (number & {})

/** What a peer store keeps of one peer in its file. It never travels. */
export interface StoredPeer {
  /** The newest signed record of the peer, in its envelope as it came. */
  readonly envelope?: Uint8Array | undefined
  /** When the addresses of the record run out: milliseconds since 1970. */
  readonly envelopeExpiresAt: bigint
  readonly addresses?: readonly StoredAddress[] | undefined
  /** The record came from a peer in the public network. */
  readonly envelopeFromPublic?: boolean | undefined
}

/** What `encodeStoredPeer` takes: a field that has its default may be left out. */
export interface StoredPeerInit {
  /** The newest signed record of the peer, in its envelope as it came. */
  readonly envelope?: Uint8Array | undefined
  /** When the addresses of the record run out: milliseconds since 1970. */
  readonly envelopeExpiresAt?: bigint | undefined
  readonly addresses?: readonly StoredAddressInit[] | undefined
  /** The record came from a peer in the public network. */
  readonly envelopeFromPublic?: boolean | undefined
}

/** An address that the peer has not signed. */
export interface StoredAddress {
  /** A binary multiaddr, without the peer id. */
  readonly multiaddr: Uint8Array
  readonly source: AddressSource
  /** Milliseconds since 1970. */
  readonly expiresAt: bigint
  /** It was told by a peer in the public network. */
  readonly fromPublic?: boolean | undefined
}

/** What `encodeStoredAddress` takes: a field that has its default may be left out. */
export interface StoredAddressInit {
  /** A binary multiaddr, without the peer id. */
  readonly multiaddr?: Uint8Array | undefined
  readonly source?: AddressSource | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt?: bigint | undefined
  /** It was told by a peer in the public network. */
  readonly fromPublic?: boolean | undefined
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 4194304, maxCount: 1024, maxDepth: 8 }

export function encodeStoredPeer(message: StoredPeerInit): Uint8Array {
  sharedWriter.begin()
  writeStoredPeer(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no StoredPeer or are over a limit. */
export function decodeStoredPeer(bytes: Uint8Array, options: DecodeOptions = decodeLimits): StoredPeer {
  return readStoredPeer(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeStoredPeer(into: StoredPeer, from: StoredPeer): StoredPeer {
  return {
    envelope: from.envelope ?? into.envelope,
    envelopeExpiresAt: from.envelopeExpiresAt === 0n ? into.envelopeExpiresAt : from.envelopeExpiresAt,
    addresses: join(into.addresses, from.addresses),
    envelopeFromPublic: from.envelopeFromPublic ?? into.envelopeFromPublic,
  }
}

export function encodeStoredAddress(message: StoredAddressInit): Uint8Array {
  sharedWriter.begin()
  writeStoredAddress(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no StoredAddress or are over a limit. */
export function decodeStoredAddress(bytes: Uint8Array, options: DecodeOptions = decodeLimits): StoredAddress {
  return readStoredAddress(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeStoredAddress(into: StoredAddress, from: StoredAddress): StoredAddress {
  return {
    multiaddr: from.multiaddr.length === 0 ? into.multiaddr : from.multiaddr,
    source: from.source === 0 ? into.source : from.source,
    expiresAt: from.expiresAt === 0n ? into.expiresAt : from.expiresAt,
    fromPublic: from.fromPublic ?? into.fromPublic,
  }
}

function readStoredPeer(reader: WireReader): StoredPeer {
  let envelope: Uint8Array | undefined
  let envelopeExpiresAt: bigint = 0n
  let addresses: StoredAddress[] | undefined
  let envelopeFromPublic: boolean | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        envelope = reader.bytes()
        break
      case 16:
        envelopeExpiresAt = reader.uint64()
        break
      case 26: {
        addresses ??= []
        reader.count(addresses)
        const outer = reader.enter()
        addresses.push(readStoredAddress(reader))
        reader.leave(outer)
        break
      }
      case 32:
        envelopeFromPublic = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return { envelope, envelopeExpiresAt, addresses, envelopeFromPublic }
}

function writeStoredPeer(writer: WireWriter, message: StoredPeerInit): void {
  if (message.envelopeFromPublic !== undefined) {
    writer.bool(message.envelopeFromPublic)
    writer.byte(32)
  }
  if (message.addresses !== undefined) {
    for (let index = message.addresses.length - 1; index >= 0; index--) {
      const value = message.addresses[index]
      if (value === undefined) continue
      const addressesEnd = writer.mark()
      writeStoredAddress(writer, value)
      writer.lengthSince(addressesEnd)
      writer.byte(26)
    }
  }
  if (message.envelopeExpiresAt !== undefined && message.envelopeExpiresAt !== 0n) {
    writer.uint64(message.envelopeExpiresAt)
    writer.byte(16)
  }
  if (message.envelope !== undefined) {
    writer.bytes(message.envelope)
    writer.byte(10)
  }
}

function readStoredAddress(reader: WireReader): StoredAddress {
  let multiaddr: Uint8Array = reader.noBytes
  let source: AddressSource = 0
  let expiresAt: bigint = 0n
  let fromPublic: boolean | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        multiaddr = reader.bytes()
        break
      case 16:
        source = reader.int32()
        break
      case 24:
        expiresAt = reader.uint64()
        break
      case 32:
        fromPublic = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return { multiaddr, source, expiresAt, fromPublic }
}

function writeStoredAddress(writer: WireWriter, message: StoredAddressInit): void {
  if (message.fromPublic !== undefined) {
    writer.bool(message.fromPublic)
    writer.byte(32)
  }
  if (message.expiresAt !== undefined && message.expiresAt !== 0n) {
    writer.uint64(message.expiresAt)
    writer.byte(24)
  }
  if (message.source !== undefined && message.source !== 0) {
    writer.int32(message.source)
    writer.byte(16)
  }
  if (message.multiaddr !== undefined && message.multiaddr.length !== 0) {
    writer.bytes(message.multiaddr)
    writer.byte(10)
  }
}

function join<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined {
  return first === undefined ? second : second === undefined ? first : [...first, ...second]
}
