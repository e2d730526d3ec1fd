import { limits } from '@p2pspec/generated/common/limits'
import type { Clock, Timer } from '../../core/clock.ts'
import { Deadline } from '../deadline.ts'
import type { ManagedConnection } from './managed-connection.ts'

const { livenessSlices, maxLivenessPings } = limits.connectionManager

export interface LivenessWatchParts {
  readonly clock: Clock
  /** Between two looks at one connection; `Infinity`: none is looked at. */
  readonly intervalMs: number
  /** Silence that ends a connection. */
  readonly timeoutMs: number
  readonly stopped: AbortSignal
  /** Somebody else looks at it already. */
  isWatched(connection: ManagedConnection): boolean
}

/** Looks at connections by the muxer's ping, and ends those that do not answer: a peer that is gone without a word holds its place no longer. */
export class LivenessWatch {
  readonly #parts: LivenessWatchParts
  /** When each is looked at next; looks are spread as the openings were. */
  readonly #dueAt = new Map<ManagedConnection, number>()
  readonly #looking = new Set<ManagedConnection>()
  #timer: Timer | undefined

  constructor(parts: LivenessWatchParts) {
    this.#parts = parts
  }

  opened(connection: ManagedConnection): void {
    const { clock, intervalMs } = this.#parts
    if (intervalMs === Infinity) return
    this.#dueAt.set(connection, clock.now() + intervalMs)
    this.#wait()
  }

  closed(connection: ManagedConnection): void {
    this.#dueAt.delete(connection)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#dueAt.clear()
  }

  #wait(): void {
    if (this.#timer !== undefined || this.#dueAt.size === 0 || this.#parts.stopped.aborted) return
    const { clock, intervalMs } = this.#parts
    this.#timer = clock.startTimer(intervalMs / livenessSlices, () => {
      this.#timer = undefined
      this.#lookAround()
      this.#wait()
    })
  }

  #lookAround(): void {
    const { clock, intervalMs } = this.#parts
    const now = clock.now()
    for (const [connection, dueAt] of this.#dueAt) {
      if (this.#looking.size >= maxLivenessPings) return
      if (dueAt > now || this.#looking.has(connection)) continue
      this.#dueAt.set(connection, now + intervalMs)
      if (connection.status === 'open' && !this.#parts.isWatched(connection)) void this.#look(connection)
    }
  }

  /** Never rejects. */
  async #look(connection: ManagedConnection): Promise<void> {
    const { clock, timeoutMs, stopped } = this.#parts
    const message = `${connection.remotePeer} did not answer a ping within ${timeoutMs} ms; the connection was ended`
    const deadline = new Deadline(clock, timeoutMs, message, stopped)
    this.#looking.add(connection)
    try {
      await connection.measureRoundTrip({ signal: deadline.signal })
    } catch (error) {
      // A muxer that cannot ping says nothing about the peer.
      if (deadline.signal.aborted && !stopped.aborted) connection.abort(error instanceof Error ? error : undefined)
    } finally {
      deadline.clear()
      this.#looking.delete(connection)
    }
  }
}
