import { readdirSync, readFileSync } from 'node:fs'
import { ownerIsGone } from '../owner.ts'
import { ownerVariable } from './child.ts'

export interface LeftoverProcess {
  readonly pid: number
  readonly command: string
}

/** Processes of runs that are over. Only those that say by their environment that such a run started them. */
export function findLeftoverProcesses(): readonly LeftoverProcess[] {
  return processIds()
    .filter((pid) => {
      const owner = ownerOf(pid)
      return owner !== undefined && ownerIsGone(owner)
    })
    .map((pid) => ({ pid, command: commandOf(pid) }))
}

/** Ends them; what they were. */
export function removeLeftoverProcesses(): readonly string[] {
  return findLeftoverProcesses().flatMap(({ pid, command }) => {
    try {
      // What a run starts leads a process group, which may hold more than tells whose it is.
      process.kill(-pid, 'SIGKILL')
      return [`process ${pid} (${command})`]
    } catch {
      // It has ended by itself, or its leader has taken it along.
      return []
    }
  })
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
