import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Whose a container or process is, told so that a later run can see whether that run still lives: host, boot, process and when it began. */
export function thisOwner(): string {
  return [hostname(), bootId(), process.pid, startedAt(process.pid) ?? ''].join('/')
}

/**
 * Whether the run that owns something is certainly over. A run of another host is none of our business: its engine may be shared.
 * A process id that was given to another process since is told by when that began.
 */
export function ownerIsGone(owner: string): boolean {
  const [host, boot, pid, began] = owner.split('/')
  if (host !== hostname() || pid === undefined || began === undefined || !/^\d+$/.test(pid)) return false
  return boot !== bootId() || startedAt(Number(pid)) !== began
}

/** When a process began, in ticks since boot; undefined where there is none, or only its shell is left. */
export function startedAt(pid: number): string | undefined {
  try {
    // The name in brackets may hold anything; what follows the last bracket is numbers.
    const fields = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return 'no-boot-id'
  }
}
