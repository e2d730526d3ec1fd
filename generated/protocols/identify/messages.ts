// Generated from spec/common/limits.yaml#identify sha256:a56371a17644d33b3810d758c77a5b6f40ba8e0c71fbd46a9e16604473ba86e6
// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/protocols/identify/identify.proto sha256:5a64163a9a638c82321ffaa49b18133b920edf2c58b67566ffb0982343f89267
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

/** What a node says of itself. An absent field means "unchanged" in a push. */
export interface Identify {
  /** The node's public key in its protobuf encoding. */
  readonly publicKey?: Uint8Array | undefined
  /** Addresses on which the node listens, each a binary multiaddr. */
  readonly listenAddrs?: readonly Uint8Array[] | undefined
  /** Protocols for which the node accepts streams. */
  readonly protocols?: readonly string[] | undefined
  /** The reader's address as the writer sees it, a binary multiaddr. */
  readonly observedAddr?: Uint8Array | undefined
  /** The family of protocols (network) that the node belongs to. */
  readonly protocolVersion?: string | undefined
  /** Name and version of the program. */
  readonly agentVersion?: string | undefined
  /** A signed envelope that holds the node's peer record. */
  readonly signedPeerRecord?: Uint8Array | undefined
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 8192, maxCount: 4096, maxDepth: 8 }

export function encodeIdentify(message: Identify): Uint8Array {
  sharedWriter.begin()
  writeIdentify(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no Identify or are over a limit. */
export function decodeIdentify(bytes: Uint8Array, options: DecodeOptions = decodeLimits): Identify {
  return readIdentify(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeIdentify(into: Identify, from: Identify): Identify {
  return {
    publicKey: from.publicKey ?? into.publicKey,
    listenAddrs: join(into.listenAddrs, from.listenAddrs),
    protocols: join(into.protocols, from.protocols),
    observedAddr: from.observedAddr ?? into.observedAddr,
    protocolVersion: from.protocolVersion ?? into.protocolVersion,
    agentVersion: from.agentVersion ?? into.agentVersion,
    signedPeerRecord: from.signedPeerRecord ?? into.signedPeerRecord,
  }
}

function readIdentify(reader: WireReader): Identify {
  let publicKey: Uint8Array | undefined
  let listenAddrs: Uint8Array[] | undefined
  let protocols: string[] | undefined
  let observedAddr: Uint8Array | undefined
  let protocolVersion: string | undefined
  let agentVersion: string | undefined
  let signedPeerRecord: Uint8Array | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        publicKey = reader.bytes()
        break
      case 18:
        listenAddrs ??= []
        reader.count(listenAddrs)
        listenAddrs.push(reader.bytes())
        break
      case 26:
        protocols ??= []
        reader.count(protocols)
        protocols.push(reader.string())
        break
      case 34:
        observedAddr = reader.bytes()
        break
      case 42:
        protocolVersion = reader.string()
        break
      case 50:
        agentVersion = reader.string()
        break
      case 66:
        signedPeerRecord = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return { publicKey, listenAddrs, protocols, observedAddr, protocolVersion, agentVersion, signedPeerRecord }
}

function writeIdentify(writer: WireWriter, message: Identify): void {
  if (message.signedPeerRecord !== undefined) {
    writer.bytes(message.signedPeerRecord)
    writer.byte(66)
  }
  if (message.agentVersion !== undefined) {
    writer.string(message.agentVersion)
    writer.byte(50)
  }
  if (message.protocolVersion !== undefined) {
    writer.string(message.protocolVersion)
    writer.byte(42)
  }
  if (message.observedAddr !== undefined) {
    writer.bytes(message.observedAddr)
    writer.byte(34)
  }
  if (message.protocols !== undefined) {
    for (let index = message.protocols.length - 1; index >= 0; index--) {
      const value = message.protocols[index]
      if (value === undefined) continue
      writer.string(value)
      writer.byte(26)
    }
  }
  if (message.listenAddrs !== undefined) {
    for (let index = message.listenAddrs.length - 1; index >= 0; index--) {
      const value = message.listenAddrs[index]
      if (value === undefined) continue
      writer.bytes(value)
      writer.byte(18)
    }
  }
  if (message.publicKey !== undefined) {
    writer.bytes(message.publicKey)
    writer.byte(10)
  }
}

function join<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined {
  return first === undefined ? second : second === undefined ? first : [...first, ...second]
}
