import { base16, base16upper } from 'multiformats/bases/base16'
import { base32, base32upper } from 'multiformats/bases/base32'
import { base36, base36upper } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { base64, base64url } from 'multiformats/bases/base64'
import { MultiformatError } from './multiformat-error.ts'
import { decodeUvarint, encodeUvarint } from './uvarint.ts'

/** The multicodec of a CID that names a libp2p public key. */
export const libp2pKeyCode = 0x72

export interface CidVersion1 {
  readonly codec: number
  readonly multihash: Uint8Array
}

const bases = new Map(
  [base16, base16upper, base32, base32upper, base36, base36upper, base58btc, base64, base64url].map((base) => [
    base.prefix as string,
    base,
  ]),
)

/** The CIDv1 text in lower-case base32. */
export function encodeCid({ codec, multihash }: CidVersion1): string {
  const code = encodeUvarint(codec)
  const bytes = new Uint8Array(1 + code.length + multihash.length)
  bytes[0] = 1
  bytes.set(code, 1)
  bytes.set(multihash, 1 + code.length)
  return base32.encode(bytes)
}

/** Reads a CIDv1 in any common multibase; throws `bad-cid` or `bad-base-text`. The multihash is not looked into. */
export function decodeCid(text: string): CidVersion1 {
  const base = bases.get(text.charAt(0))
  if (base === undefined)
    throw new MultiformatError('bad-cid', `"${text}" does not start with the prefix of a known multibase`)
  let bytes: Uint8Array
  try {
    bytes = base.decode(text)
  } catch (cause) {
    throw new MultiformatError('bad-base-text', `"${text}" is not ${base.name} text`, { cause })
  }
  const version = decodeUvarint(bytes)
  if (version.value !== 1)
    throw new MultiformatError(
      'bad-cid',
      `"${text}" is a CID of version ${version.value}; only version 1 is written with a multibase prefix`,
    )
  const codec = decodeUvarint(bytes, version.end)
  return { codec: codec.value, multihash: bytes.subarray(codec.end) }
}
