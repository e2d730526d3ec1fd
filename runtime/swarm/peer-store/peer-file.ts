import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { limits } from '@p2pspec/generated/common/limits'
import { databaseError, isDamage } from './database-error.ts'
import { PeerStoreError } from './peer-store-error.ts'

const { maxPeers, maxFileBytes } = limits.peerStore

/** `p2ps`: tells the file from databases of others. */
const applicationId = 0x70327073
const fileVersion = 1

/** A peer by the text of its id, and its entry; undefined: the peer is forgotten. */
export interface PeerRow {
  readonly id: string
  readonly entry: Uint8Array | undefined
}

export interface PeerFileOptions {
  /** Takes no lock and changes nothing: for a look beside a running node. */
  readonly readOnly?: boolean
  readonly maxBytes?: number
}

/** What the file held, the least recently written peer first. */
export interface LoadedPeers {
  readonly rows: readonly { readonly id: string; readonly entry: Uint8Array }[]
  readonly damagedIds: readonly string[]
}

/** The file of a peer store: one row a peer. Every call blocks until the disk has answered. */
export class PeerFile {
  /** Why the file that was there had to be moved aside. */
  damage: PeerStoreError | undefined
  readonly #path: string
  readonly #maxBytes: number
  readonly #lock: DatabaseSync | undefined
  #database: DatabaseSync
  #put: StatementSync | undefined
  #delete: StatementSync | undefined
  #rescued: LoadedPeers | undefined

  /** Throws a `PeerStoreError`. */
  constructor(path: string, { readOnly = false, maxBytes = maxFileBytes }: PeerFileOptions = {}) {
    this.#path = path
    this.#maxBytes = maxBytes
    if (readOnly) {
      this.#database = guarded(path, () => openToRead(path))
      return
    }
    guarded(path, () => makePrivate(path))
    this.#lock = lock(path)
    try {
      this.#database = this.#open()
    } catch (error) {
      this.#lock.close()
      throw error
    }
  }

  load(): LoadedPeers {
    const rescued = this.#rescued
    this.#rescued = undefined
    return rescued ?? guarded(this.#path, () => readRows(this.#database))
  }

  /** Writes all of it or nothing; with `keep`, takes out every other peer. */
  write(rows: readonly PeerRow[], keep?: ReadonlySet<string>): void {
    try {
      guarded(this.#path, () => this.#transact(rows, keep))
    } catch (error) {
      if (error instanceof PeerStoreError && error.code === 'damaged-file') this.#replace()
      throw error
    }
  }

  close(): void {
    this.#database.close()
    this.#lock?.close()
  }

  #open(): DatabaseSync {
    try {
      return guarded(this.#path, () => openToWrite(this.#path, this.#maxBytes))
    } catch (error) {
      if (!(error instanceof PeerStoreError) || error.code !== 'damaged-file') throw error
      this.damage = error
      this.#rescued = rescue(this.#path)
      return this.#startAnew()
    }
  }

  #replace(): void {
    this.#put = undefined
    this.#delete = undefined
    this.#database.close()
    this.#database = this.#startAnew()
  }

  #startAnew(): DatabaseSync {
    return guarded(this.#path, () => {
      renameSync(this.#path, `${this.#path}.damaged`)
      for (const end of ['-wal', '-shm', '-journal']) rmSync(`${this.#path}${end}`, { force: true })
      makePrivate(this.#path)
      return openToWrite(this.#path, this.#maxBytes)
    })
  }

  #transact(rows: readonly PeerRow[], keep: ReadonlySet<string> | undefined): void {
    const database = this.#database
    // A replaced row goes to the end: rows stand in the order in which they were last written.
    this.#put ??= database.prepare('REPLACE INTO peer (id, entry, checksum) VALUES (?, ?, ?)')
    this.#delete ??= database.prepare('DELETE FROM peer WHERE id = ?')
    database.exec('BEGIN IMMEDIATE')
    try {
      if (keep !== undefined) {
        for (const { id } of database.prepare('SELECT id FROM peer').all()) {
          if (typeof id === 'string' && !keep.has(id)) this.#delete.run(id)
        }
      }
      // What goes makes room for what comes.
      for (const { id, entry } of rows) if (entry === undefined) this.#delete.run(id)
      for (const { id, entry } of rows) if (entry !== undefined) this.#put.run(id, entry, checksum(id, entry))
      database.exec('COMMIT')
    } catch (error) {
      // Some faults end the transaction by themselves.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}

/** Who talks to whom is nobody else's business. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

/** Held through a file of its own, so that others can read beside it; the system lets go of it when the process dies. */
function lock(path: string): DatabaseSync {
  const lockPath = `${path}.lock`
  return guarded(lockPath, () => {
    closeSync(openSync(lockPath, 'a', 0o600))
    const held = new DatabaseSync(lockPath)
    try {
      held.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
      return held
    } catch (error) {
      held.close()
      throw error
    }
  })
}

function openToWrite(path: string, maxBytes: number): DatabaseSync {
  const database = new DatabaseSync(path)
  try {
    requireOwn(database, path)
    // A commit reaches the operating system, and the disk itself with a checkpoint: a killed process loses nothing, a power cut the last seconds at most.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF')
    const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.page_size ?? 4096)
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`)
    database.exec(
      `BEGIN IMMEDIATE;
       CREATE TABLE IF NOT EXISTS peer (id TEXT NOT NULL UNIQUE, entry BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
       PRAGMA application_id = ${applicationId};
       PRAGMA user_version = ${fileVersion};
       COMMIT`,
    )
    const verdict = database.prepare('PRAGMA quick_check(1)').get()
    if (verdict?.quick_check !== 'ok')
      throw new PeerStoreError('damaged-file', `${path} is damaged: ${String(verdict?.quick_check)}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function openToRead(path: string): DatabaseSync {
  const database = existsSync(path) ? new DatabaseSync(path, { readOnly: true }) : new DatabaseSync(':memory:')
  try {
    requireOwn(database, path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Throws for a file of a newer version, and for a database of something else. */
function requireOwn(database: DatabaseSync, path: string): void {
  const { application_id: owner } = database.prepare('PRAGMA application_id').get() ?? {}
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table'").get() ?? {}
  if (owner !== applicationId && (owner !== 0 || tables !== 0))
    throw new PeerStoreError('not-a-store', `${path} is a database of something else: name another file`)
  if (Number(version) > fileVersion)
    throw new PeerStoreError(
      'newer-version',
      `${path} is of version ${String(version)}, this program knows ${fileVersion}: use a newer program, or another file`,
    )
}

interface Row {
  readonly id: string
  readonly entry: Uint8Array
}

/** The newest rows that fit into memory; of a damaged file those before the damage as well, seen from either end. */
function readRows(database: DatabaseSync): LoadedPeers {
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'peer'").get() ?? {}
  const damagedIds: string[] = []
  if (tables === 0) return { rows: [], damagedIds }
  const seen = new Set<string>()
  let bytes = 0
  /** False: what follows is damaged. */
  const read = (order: 'ASC' | 'DESC', into: Row[]): boolean => {
    try {
      for (const row of database.prepare(`SELECT id, entry, checksum FROM peer ORDER BY rowid ${order}`).iterate()) {
        const { id, entry } = row
        if (typeof id !== 'string' || seen.has(id)) continue
        if (!(entry instanceof Uint8Array) || row['checksum'] !== checksum(id, entry)) {
          damagedIds.push(id)
          seen.add(id)
          continue
        }
        bytes += entry.length
        if (seen.size >= maxPeers || bytes > maxFileBytes) break
        into.push({ id, entry })
        seen.add(id)
      }
      return true
    } catch (error) {
      if (!isDamage(error)) throw error
      return false
    }
  }
  const newest: Row[] = []
  const oldest: Row[] = []
  if (!read('DESC', newest)) read('ASC', oldest)
  return { rows: [...oldest, ...newest.reverse()], damagedIds }
}

/** What can still be read of a damaged file. */
function rescue(path: string): LoadedPeers {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    requireOwn(database, path)
    return readRows(database)
  } catch {
    return { rows: [], damagedIds: [] }
  } finally {
    database?.close()
  }
}

function checksum(id: string, entry: Uint8Array): number {
  return crc32(entry, crc32(id))
}

/** Throws what the database throws as a `PeerStoreError`. */
function guarded<Result>(path: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw databaseError(error, path)
  }
}
