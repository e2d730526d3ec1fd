import { totalmem } from 'node:os'

/** Memory that this process may count on, in bytes: the machine's, or the container's where that is less. */
export function machineMemoryBytes(): number {
  // 0, or a figure above any machine's, where no container bounds the process.
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(totalmem(), constrained) : totalmem()
}
