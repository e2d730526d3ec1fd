// Generated from spec/common/limits.yaml#noise sha256:ec35b5298a794650ea06e8eacd63f7d8ba832f834b6c88c585fd2533ae5c5ac8
// Generated from spec/common/limits.yaml#wire sha256:48a355c9571e478d8e6b9070d7f766c7e8f5c6f596038c7953f13787e29d2068
// Generated from spec/protocols/noise/noise.proto sha256:ed71ec78b2d4692b67c0faa9959addac4c3479bc12b554162e81718f9168ca54
// Do not edit: change the spec and run `p2pspec generate`.
import type { DecodeOptions, WireWriter } from '../../common/wire.ts'
import { sharedWriter, WireReader } from '../../common/wire.ts'

/** Facts for other layers that travel inside the handshake. */
export interface NoiseExtensions {
  /** Multihashes of the certificates a WebTransport listener uses, now or soon. */
  readonly webtransportCerthashes?: readonly Uint8Array[] | undefined
  /** Stream muxers of the sender, its favourite first. */
  readonly streamMuxers?: readonly string[] | undefined
}

/** What the second and third handshake messages carry under encryption. Field 3 is not used any more. */
export interface NoiseHandshakePayload {
  /** The sender's identity key, as a PublicKey message. */
  readonly identityKey?: Uint8Array | undefined
  /** Made with the identity key over "noise-libp2p-static-key:" and the 32 bytes of the Noise static key. */
  readonly identitySig?: Uint8Array | undefined
  readonly extensions?: NoiseExtensions | undefined
}

/** What the decoders of this file accept where the caller names nothing else. */
export const decodeLimits: DecodeOptions = { maxBytes: 4194304, maxCount: 1024, maxDepth: 8 }

export function encodeNoiseExtensions(message: NoiseExtensions): Uint8Array {
  sharedWriter.begin()
  writeNoiseExtensions(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no NoiseExtensions or are over a limit. */
export function decodeNoiseExtensions(bytes: Uint8Array, options: DecodeOptions = decodeLimits): NoiseExtensions {
  return readNoiseExtensions(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeNoiseExtensions(into: NoiseExtensions, from: NoiseExtensions): NoiseExtensions {
  return {
    webtransportCerthashes: join(into.webtransportCerthashes, from.webtransportCerthashes),
    streamMuxers: join(into.streamMuxers, from.streamMuxers),
  }
}

export function encodeNoiseHandshakePayload(message: NoiseHandshakePayload): Uint8Array {
  sharedWriter.begin()
  writeNoiseHandshakePayload(sharedWriter, message)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no NoiseHandshakePayload or are over a limit. */
export function decodeNoiseHandshakePayload(bytes: Uint8Array, options: DecodeOptions = decodeLimits): NoiseHandshakePayload {
  return readNoiseHandshakePayload(new WireReader(bytes, options, true))
}

/** What the bytes of both, one behind the other, mean: repeated fields are joined, of others the later one counts. */
export function mergeNoiseHandshakePayload(into: NoiseHandshakePayload, from: NoiseHandshakePayload): NoiseHandshakePayload {
  return {
    identityKey: from.identityKey ?? into.identityKey,
    identitySig: from.identitySig ?? into.identitySig,
    extensions: from.extensions === undefined ? into.extensions : into.extensions === undefined ? from.extensions : mergeNoiseExtensions(into.extensions, from.extensions),
  }
}

function readNoiseExtensions(reader: WireReader): NoiseExtensions {
  let webtransportCerthashes: Uint8Array[] | undefined
  let streamMuxers: string[] | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        webtransportCerthashes ??= []
        reader.count(webtransportCerthashes)
        webtransportCerthashes.push(reader.bytes())
        break
      case 18:
        streamMuxers ??= []
        reader.count(streamMuxers)
        streamMuxers.push(reader.string())
        break
      default:
        reader.skip(tag)
    }
  }
  return { webtransportCerthashes, streamMuxers }
}

function writeNoiseExtensions(writer: WireWriter, message: NoiseExtensions): void {
  if (message.streamMuxers !== undefined) {
    for (let index = message.streamMuxers.length - 1; index >= 0; index--) {
      const value = message.streamMuxers[index]
      if (value === undefined) continue
      writer.string(value)
      writer.byte(18)
    }
  }
  if (message.webtransportCerthashes !== undefined) {
    for (let index = message.webtransportCerthashes.length - 1; index >= 0; index--) {
      const value = message.webtransportCerthashes[index]
      if (value === undefined) continue
      writer.bytes(value)
      writer.byte(10)
    }
  }
}

function readNoiseHandshakePayload(reader: WireReader): NoiseHandshakePayload {
  let identityKey: Uint8Array | undefined
  let identitySig: Uint8Array | undefined
  let extensions: NoiseExtensions | undefined
  while (reader.position < reader.end) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        identityKey = reader.bytes()
        break
      case 18:
        identitySig = reader.bytes()
        break
      case 34: {
        const outer = reader.enter()
        extensions = extensions === undefined ? readNoiseExtensions(reader) : mergeNoiseExtensions(extensions, readNoiseExtensions(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return { identityKey, identitySig, extensions }
}

function writeNoiseHandshakePayload(writer: WireWriter, message: NoiseHandshakePayload): void {
  if (message.extensions !== undefined) {
    const extensionsEnd = writer.mark()
    writeNoiseExtensions(writer, message.extensions)
    writer.lengthSince(extensionsEnd)
    writer.byte(34)
  }
  if (message.identitySig !== undefined) {
    writer.bytes(message.identitySig)
    writer.byte(18)
  }
  if (message.identityKey !== undefined) {
    writer.bytes(message.identityKey)
    writer.byte(10)
  }
}

function join<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined {
  return first === undefined ? second : second === undefined ? first : [...first, ...second]
}
