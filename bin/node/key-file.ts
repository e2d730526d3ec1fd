import { decodePrivateKey, type PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { decodeBase58, encodeBase58 } from '@p2pspec/runtime/multiformats/base58'
import { UsageFailure } from '../usage-failure.ts'
import { readSecretFile, writeSecretFile } from './secret-file.ts'

/** How a key file holds the protobuf message of the private key. */
export type KeyFormat = 'protobuf' | 'hex' | 'base64' | 'base58'

export const keyFormats: readonly KeyFormat[] = ['protobuf', 'hex', 'base64', 'base58']

/** A private key of RSA 8192 in hex is the largest text; more than this is no key file. */
const maxKeyFileBytes = 65_536
/** Base58 costs quadratic time. */
const maxBase58Length = 16_384

export interface KeyFile {
  readonly privateKey: PrivateKey
  readonly format: KeyFormat
  /** Others on this machine may read the file. */
  readonly readableByOthers: boolean
}

/** Reads a key file in whichever of the formats it is. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const { bytes, readableByOthers } = await readSecretFile(path, maxKeyFileBytes, `p2pspec node key new ${path}`)
  for (const format of keyFormats) {
    const message = decodeAs(format, bytes)
    if (message === undefined) continue
    try {
      return { privateKey: decodePrivateKey(message), format, readableByOthers }
    } catch {
      // Not this format; the last one out of turns is told below.
    }
  }
  throw new UsageFailure(
    `${path} holds no libp2p private key in protobuf, hex, base64 or base58; make one with \`p2pspec node key new <file>\``,
  )
}

/** Writes a new key file. */
export async function writeKeyFile(path: string, privateKey: PrivateKey, format: KeyFormat): Promise<void> {
  await writeSecretFile(path, encodeAs(format, privateKey.encode()))
}

function encodeAs(format: KeyFormat, message: Uint8Array): Uint8Array | string {
  if (format === 'protobuf') return message
  if (format === 'base58') return `${encodeBase58(message)}\n`
  return `${Buffer.from(message).toString(format)}\n`
}

function decodeAs(format: KeyFormat, bytes: Uint8Array): Uint8Array | undefined {
  if (format === 'protobuf') return bytes
  const text = Buffer.from(bytes).toString('latin1').trim()
  if (format === 'hex') return /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
  if (format === 'base64') return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
  return /^[1-9A-HJ-NP-Za-km-z]+$/.test(text) && text.length <= maxBase58Length ? decodeBase58(text) : undefined
}
