import { readdirSync, readFileSync } from 'node:fs'
import { ownerIsGone } from '../owner.ts'
import { ownerVariable } from './child.ts'

/** Ends processes of runs that are over; what they were. Only processes that say by their environment that such a run started them. */
export function removeLeftoverProcesses(): readonly string[] {
  const removed: string[] = []
  for (const pid of processIds()) {
    const owner = ownerOf(pid)
    if (owner === undefined || !ownerIsGone(owner)) continue
    try {
      // What a run starts leads a process group, which may hold more than tells whose it is.
      process.kill(-pid, 'SIGKILL')
      removed.push(`process ${pid} (${commandOf(pid)})`)
    } catch {
      // It has ended by itself.
    }
  }
  return removed
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    // No Linux: there is nothing to look in.
    return []
  }
}

function ownerOf(pid: number): string | undefined {
  const entry = read(`/proc/${pid}/environ`)
    .split('\0')
    .find((line) => line.startsWith(`${ownerVariable}=`))
  return entry?.slice(ownerVariable.length + 1)
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split('\0', 3).join(' ').trim() || 'ended'
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Somebody else's process, or it has ended.
    return ''
  }
}
