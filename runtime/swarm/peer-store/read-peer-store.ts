import type { Clock } from '../../core/clock.ts'
import { MemoryPeerStore } from './memory-peer-store.ts'
import { PeerFile } from './peer-file.ts'
import { readEntry } from './stored-entry.ts'

/**
 * What a file holds now, in a store of its own that keeps nothing: for a look beside a node that runs. Nothing is there where no file is.
 * Waits for the disk; throws a `PeerStoreError`.
 */
export function readPeerStore(path: string, clock: Clock): MemoryPeerStore {
  const file = new PeerFile(path, { readOnly: true })
  try {
    const store = new MemoryPeerStore(clock)
    const moment = { now: clock.now(), wallTime: clock.wallTime() }
    for (const { id, entry } of file.load().rows) {
      const unread = entryOf(entry, moment)
      if (unread !== undefined) store.load(id, unread)
    }
    return store
  } finally {
    file.close()
  }
}

/** The node that keeps the file tells of what is damaged. */
function entryOf(...[entry, moment]: Parameters<typeof readEntry>): ReturnType<typeof readEntry> {
  try {
    return readEntry(entry, moment)
  } catch {
    return undefined
  }
}
