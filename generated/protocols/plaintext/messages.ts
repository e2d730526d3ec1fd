// Generated from spec/common/limits.yaml#plaintext sha256:efc9a082ba03ab41d614159e17e6053443f35f7e72ca85fad0c2d8cde27c6938
// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/protocols/plaintext/plaintext.proto sha256:fcc104ab37bc1c1c8656d50132be503334e2c832b080fd86d38c0cb7bca17165
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

/** Who a side says it is. Nothing in it is signed. */
export interface Exchange {
  /** The sender's peer id in its binary form, a multihash. */
  readonly id?: Uint8Array | undefined
  /** The sender's public key, as a PublicKey message; read by the code that reads every key. */
  readonly pubkey?: Uint8Array | undefined
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 1152, maxCount: 1024, maxDepth: 8 }

export function encodeExchange(message: Exchange): Uint8Array {
  sharedWriter.begin()
  writeExchange(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no Exchange or are over a limit. */
export function decodeExchange(bytes: Uint8Array, options: DecodeOptions = decodeLimits): Exchange {
  return readExchange(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeExchange(into: Exchange, from: Exchange): Exchange {
  return {
    id: from.id ?? into.id,
    pubkey: from.pubkey ?? into.pubkey,
  }
}

function readExchange(reader: WireReader): Exchange {
  let id: Uint8Array | undefined
  let pubkey: Uint8Array | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        id = reader.bytes()
        break
      case 18:
        pubkey = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return { id, pubkey }
}

function writeExchange(writer: WireWriter, message: Exchange): void {
  if (message.pubkey !== undefined) {
    writer.bytes(message.pubkey)
    writer.byte(18)
  }
  if (message.id !== undefined) {
    writer.bytes(message.id)
    writer.byte(10)
  }
}
