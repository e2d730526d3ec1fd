import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PeerError } from './peer-error.ts'

const pollMs = 250
const patienceMs = 20 * 60 * 1000
/** A lock whose owner wrote no process id within this time was left by one that died in between. */
const ownerlessMs = 5_000

/** Runs `work` while no other process does so for the same folder name. A lock that a dead process left is taken over. */
export async function withLock<T>(
  folder: string,
  work: () => Promise<T>,
  onWait: (owner: number | undefined) => void,
): Promise<T> {
  const begin = Date.now()
  while (!tryLock(folder)) {
    const owner = ownerOf(folder)
    if (isAbandoned(folder, owner)) {
      rmSync(folder, { recursive: true, force: true })
      continue
    }
    if (Date.now() - begin > patienceMs) {
      throw new PeerError(
        'lock-timeout',
        `process ${owner ?? '?'} has held ${folder} for ${patienceMs / 60_000} minutes: end it, or remove the folder`,
      )
    }
    onWait(owner)
    await wait(pollMs)
  }
  try {
    return await work()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tryLock(folder: string): boolean {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
  writeFileSync(join(folder, 'pid'), String(process.pid))
  return true
}

function ownerOf(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    // The owner writes its id a moment after it made the folder, or has just removed it.
    return undefined
  }
}

function isAbandoned(folder: string, owner: number | undefined): boolean {
  if (owner !== undefined) return !isAlive(owner)
  try {
    return Date.now() - statSync(folder).mtimeMs > ownerlessMs
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
