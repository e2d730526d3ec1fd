import { limits } from '@p2pspec/generated/common/limits'
import type { Clock, Timer } from '../../core/clock.ts'
import type { MemoryPeerStore } from './memory-peer-store.ts'
import type { PeerFileClient } from './peer-file-client.ts'
import type { PeerRow } from './peer-file.ts'
import { PeerStoreError, type PeerStoreErrorCode } from './peer-store-error.ts'
import { writeEntry } from './stored-entry.ts'

const { writeDelay, writeBatch, retryDelay, maxRetryDelay, maxPeers, clockJump } = limits.peerStore

export interface WriteQueueParts {
  readonly clock: Clock
  readonly memory: MemoryPeerStore
  readonly file: Pick<PeerFileClient, 'write' | 'close'>
  readonly onFault: (fault: PeerStoreError) => void
}

/** Gathers what has changed and writes it, one write at a time; what could not be written waits and is tried again. */
export class WriteQueue {
  readonly #parts: WriteQueueParts
  readonly #changed = new Set<string>()
  /** More peers were forgotten than are remembered one by one: the next write takes out all but those that are known. */
  #sweeps = false
  #timer: Timer | undefined
  #running: Promise<PeerStoreError | undefined> | undefined
  #retryMs: number = retryDelay
  #told: PeerStoreErrorCode | undefined
  #drift: number
  #closing: Promise<void> | undefined

  constructor(parts: WriteQueueParts) {
    this.#parts = parts
    this.#drift = driftOf(parts.clock)
  }

  /** Changes that wait to be written. */
  get size(): number {
    return this.#changed.size
  }

  /** What is known of the peer is another thing than before; it may be nothing. */
  changed(key: string): void {
    if (this.#closing !== undefined) return
    this.#changed.add(key)
    // While the disk is full, forgotten peers must not pile up here.
    if (this.#changed.size > 2 * maxPeers) this.#forgetForgotten()
    this.#timer ??= this.#parts.clock.startTimer(writeDelay, () => this.#onTime())
  }

  /** Resolves once all that was changed before is written. */
  async flush(): Promise<void> {
    if (this.#closing !== undefined) throw closedError()
    await this.#running
    await this.#writeAll()
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #close(): Promise<void> {
    this.#timer?.cancel()
    await this.#running
    try {
      await this.#writeAll()
    } catch {
      // It has been told of; there is nowhere to keep it.
    }
    await this.#parts.file.close()
  }

  #onTime(): void {
    this.#timer = undefined
    // A failure has been told of, and is tried again.
    this.#writeAll().catch(() => undefined)
  }

  /** One at a time: who comes while it runs waits, and writes what is left then. */
  async #writeAll(): Promise<void> {
    while (this.#running !== undefined) await this.#running
    this.#timer?.cancel()
    this.#timer = undefined
    this.#running = this.#run()
    const fault = await this.#running
    if (fault !== undefined) throw fault
  }

  /** Writes what has changed by now; resolves with what prevented it. */
  async #run(): Promise<PeerStoreError | undefined> {
    try {
      this.#noteClock()
      await this.#writeChanged()
    } catch (error) {
      const fault = error instanceof PeerStoreError ? error : unexpected(error)
      this.#failed(fault)
      return fault
    } finally {
      this.#running = undefined
    }
    this.#retryMs = retryDelay
    this.#told = undefined
    return undefined
  }

  /** Those that change meanwhile have their turn later. */
  async #writeChanged(): Promise<void> {
    let left = Math.max(this.#changed.size, this.#sweeps ? 1 : 0)
    for (; left > 0; left -= writeBatch) await this.#writeBatch()
  }

  async #writeBatch(): Promise<void> {
    const { clock, memory, file } = this.#parts
    const moment = { now: clock.now(), wallTime: clock.wallTime() }
    const keys = [...this.#changed.values().take(writeBatch)]
    const rows = keys.map((id): PeerRow => {
      const known = memory.peek(id)
      return { id, entry: known === undefined || known.isEmpty ? undefined : writeEntry(known, moment) }
    })
    const keep = this.#sweeps ? [...memory.keys()] : undefined
    for (const key of keys) this.#changed.delete(key)
    this.#sweeps = false
    try {
      await file.write(rows, keep)
    } catch (error) {
      for (const key of keys) this.#changed.add(key)
      this.#sweeps ||= keep !== undefined
      throw error
    }
  }

  #failed(fault: PeerStoreError): void {
    // What goes on failing is told of once.
    if (this.#told !== fault.code) this.#parts.onFault(fault)
    this.#told = fault.code
    // What is forgotten goes first, so that there is room again.
    if (fault.code === 'disk-full') this.#forgetForgotten()
    // The file has been begun anew, and is empty.
    if (fault.code === 'damaged-file') for (const key of this.#parts.memory.keys()) this.#changed.add(key)
    if (this.#closing !== undefined) return
    this.#timer ??= this.#parts.clock.startTimer(this.#retryMs, () => this.#onTime())
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryDelay)
  }

  #forgetForgotten(): void {
    for (const key of this.#changed) if (this.#parts.memory.peek(key) === undefined) this.#changed.delete(key)
    this.#sweeps = true
  }

  /** Stored times are those of the wall clock: once that was set, they are wrong. */
  #noteClock(): void {
    const drift = driftOf(this.#parts.clock)
    if (Math.abs(drift - this.#drift) > clockJump) {
      this.#drift = drift
      for (const key of this.#parts.memory.keys()) this.#changed.add(key)
    }
  }
}

function driftOf(clock: Clock): number {
  return clock.wallTime() - clock.now()
}

function closedError(): PeerStoreError {
  return new PeerStoreError('closed', 'the peer store has been closed; open it again to keep more')
}

function unexpected(cause: unknown): PeerStoreError {
  return new PeerStoreError('write-failed', cause instanceof Error ? cause.message : String(cause), { cause })
}
