import { PeerStoreError, type PeerStoreErrorCode } from './peer-store-error.ts'

/** Result codes of SQLite; the upper bits of an extended code say more than is needed here. */
const codes: Readonly<Record<number, PeerStoreErrorCode>> = {
  3: 'unreachable',
  5: 'in-use',
  6: 'in-use',
  8: 'unreachable',
  11: 'damaged-file',
  13: 'disk-full',
  14: 'unreachable',
  26: 'damaged-file',
}

const advice: Readonly<Partial<Record<PeerStoreErrorCode, string>>> = {
  'in-use': 'another node holds it; give each node a data folder of its own',
  unreachable: 'it cannot be opened; check that the folder may be written',
  'disk-full': 'there is no room for it; free some, the node goes on out of memory',
  'write-failed': 'it cannot be written; the node goes on out of memory',
  'damaged-file': 'it is damaged',
}

/** The fault of a database or a file system, by its code. */
export function databaseError(error: unknown, path: string): PeerStoreError {
  if (error instanceof PeerStoreError) return error
  const code = codeOf(error)
  const detail = error instanceof Error ? error.message : String(error)
  return new PeerStoreError(code, `${path}: ${advice[code] ?? code} (${detail})`, { cause: error })
}

export function isDamage(error: unknown): boolean {
  return codeOf(error) === 'damaged-file'
}

function codeOf(error: unknown): PeerStoreErrorCode {
  if (error instanceof PeerStoreError) return error.code
  if (!(error instanceof Error)) return 'write-failed'
  if ('errcode' in error && typeof error.errcode === 'number') return codes[error.errcode & 0xff] ?? 'write-failed'
  if (!('code' in error)) return 'write-failed'
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'disk-full' : 'unreachable'
}
