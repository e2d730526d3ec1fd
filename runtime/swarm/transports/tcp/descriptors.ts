import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { limits } from '@p2pspec/generated/common/limits'

const { reservedDescriptors } = limits.swarm

let mostOpen: number | undefined

/**
 * Whether the socket has one of the last descriptors that the process may open. A system gives out the lowest one that is free, so that the number tells.
 * Once all are gone Node drops what comes in without a word; what is kept back here is for files, and for dials.
 */
export function isOnLastDescriptors(socket: Socket, reserved: number = reservedDescriptors): boolean {
  const handle: unknown = Reflect.get(socket, '_handle')
  const descriptor: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  // Where the system has no such numbers it is -1.
  return typeof descriptor === 'number' && descriptor >= (mostOpen ??= readMostOpen()) - reserved
}

/** What Linux says of this process; elsewhere unknown, and nothing is kept back. */
function readMostOpen(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
    return soft === undefined ? Infinity : Number(soft)
  } catch {
    return Infinity
  }
}
