import { randomBytes } from 'node:crypto'
import { link, open, readFile, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { decodePrivateKey, type PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { decodeBase58, encodeBase58 } from '@p2pspec/runtime/multiformats/base58'
import { UsageFailure } from './failure.ts'

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
  const { bytes, mode } = await readBounded(path)
  const readableByOthers = process.platform !== 'win32' && (mode & 0o077) !== 0
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

/**
 * Writes a new key file, readable by its owner alone. A file that exists is never touched, and a kill in the middle
 * leaves either the whole file or none: it is written beside its place and linked into it.
 */
export async function writeKeyFile(path: string, privateKey: PrivateKey, format: KeyFormat): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(encodeAs(format, privateKey.encode()))
      await file.sync()
    } finally {
      await file.close()
    }
    await link(temporary, path)
  } catch (cause) {
    throw writeFailure(path, cause)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
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

async function readBounded(path: string): Promise<{ readonly bytes: Uint8Array; readonly mode: number }> {
  try {
    const { mode, size } = await stat(path)
    if (size <= maxKeyFileBytes) return { bytes: await readFile(path), mode }
  } catch (cause) {
    const code = systemCode(cause)
    const next =
      code === 'ENOENT'
        ? `it does not exist; make one with \`p2pspec node key new ${path}\``
        : `the system says ${code}`
    throw new UsageFailure(`cannot read the key file ${path}: ${next}`, { cause })
  }
  throw new UsageFailure(`${path} has more than ${maxKeyFileBytes} bytes and is no key file`)
}

function writeFailure(path: string, cause: unknown): UsageFailure {
  const code = systemCode(cause)
  const reason =
    code === 'EEXIST'
      ? 'it exists already, and a key is never overwritten; choose another name or move it away'
      : code === 'ENOENT'
        ? `there is no folder ${dirname(path)}; make it first`
        : `the system says ${code}`
  return new UsageFailure(`cannot write the key file ${path}: ${reason}`, { cause })
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
