import { randomBytes } from 'node:crypto'
import { link, open, readFile, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageFailure } from '../usage-failure.ts'

export interface SecretFile {
  readonly bytes: Uint8Array
  /** Others on this machine may read the file. */
  readonly readableByOthers: boolean
}

/** Reads a file that holds a secret. `maker` is the command that makes such a file. */
export async function readSecretFile(path: string, maxBytes: number, maker: string): Promise<SecretFile> {
  try {
    const { mode, size } = await stat(path)
    const readableByOthers = process.platform !== 'win32' && (mode & 0o077) !== 0
    if (size <= maxBytes) return { bytes: await readFile(path), readableByOthers }
  } catch (cause) {
    const code = systemCode(cause)
    const next = code === 'ENOENT' ? `it does not exist; make one with \`${maker}\`` : `the system says ${code}`
    throw new UsageFailure(`cannot read the key file ${path}: ${next}`, { cause })
  }
  throw new UsageFailure(`${path} has more than ${maxBytes} bytes and is no key file`)
}

/**
 * Writes a new file, readable by its owner alone. A file that exists is never touched, and a kill in the middle
 * leaves either the whole file or none: it is written beside its place and linked into it.
 */
export async function writeSecretFile(path: string, contents: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(contents)
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
