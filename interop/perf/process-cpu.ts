import { readFileSync } from 'node:fs'

// Linux counts in hundredths of a second whatever the kernel's own tick is.
const ticksPerSecond = 100

/** CPU seconds a process has used so far; undefined where there is no /proc. */
export function processCpuSeconds(pid: number): number | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name stands in parentheses and may hold spaces: fields are counted from behind it.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    const [user, system] = [Number(fields[11]), Number(fields[12])]
    return (user + system) / ticksPerSecond
  } catch {
    // Not Linux, or the process is gone: the figure is left out.
    return undefined
  }
}
