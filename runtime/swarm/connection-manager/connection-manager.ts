import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import type { Clock, Timer } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import { KeptPeer } from './kept-peer.ts'
import { LivenessWatch } from './liveness-watch.ts'
import type { ManagedConnection } from './managed-connection.ts'
import { PeerTags, type TagOptions } from './peer-tags.ts'
import { trimOrder, type TrimRule } from './trim-order.ts'

export interface ConnectionManagerOptions {
  /** Trimming stops at so many connections. */
  readonly lowWater?: number
  /** Trimming begins above so many connections. */
  readonly highWater?: number
  /** How long a new connection is left alone. */
  readonly gracePeriodMs?: number
  /** Least time between two trimmings. */
  readonly trimIntervalMs?: number
  /** Of connections that are worth the same, which goes first; newest, unless told, so that a flood trims itself. */
  readonly trimRule?: TrimRule
  /** Connections without a stream for so long are closed, however few there are; never, unless told. */
  readonly idleTimeoutMs?: number
  /** Every connection is pinged so often by its muxer; each minute, unless told; `Infinity`: never. */
  readonly livenessIntervalMs?: number
  /** A connection that does not answer such a ping for so long is ended. */
  readonly livenessTimeoutMs?: number
}

export interface ConnectionManagerParts {
  readonly clock: Clock
  readonly random: Random
  readonly dial: (address: string, options: AbortOptions) => Promise<unknown>
  /** A peer has become worth something to this node, or nothing any more: tagged, protected or kept. */
  readonly onWorth?: ((peer: PeerId, isWorth: boolean) => void) | undefined
}

interface Entry {
  readonly connection: ManagedConnection
  readonly peer: string
  readonly openedAt: number
  idleSince: number
  streamsSeen: number
}

/** Decides which connections stay: trims the least useful above a mark, closes idle ones, and keeps those that are wanted. */
export class ConnectionManager {
  readonly #parts: ConnectionManagerParts
  readonly #lowWater: number
  readonly #highWater: number
  readonly #gracePeriodMs: number
  readonly #trimIntervalMs: number
  readonly #trimRule: TrimRule
  readonly #idleTimeoutMs: number
  readonly #records = new Map<ManagedConnection, Entry>()
  readonly #tags = new PeerTags()
  readonly #protections = new Map<string, Set<string>>()
  readonly #kept = new Map<string, KeptPeer>()
  readonly #stopped = new AbortController()
  readonly #liveness: LivenessWatch
  #trimTimer: Timer | undefined
  #idleTimer: Timer | undefined
  #trimmedAt = -Infinity

  constructor(parts: ConnectionManagerParts, options: ConnectionManagerOptions = {}) {
    const figures = limits.connectionManager
    this.#parts = parts
    this.#highWater = options.highWater ?? Math.max(figures.highWater, options.lowWater ?? 0)
    this.#lowWater = Math.min(options.lowWater ?? figures.lowWater, this.#highWater)
    this.#gracePeriodMs = options.gracePeriodMs ?? figures.gracePeriod
    this.#trimIntervalMs = options.trimIntervalMs ?? figures.trimInterval
    this.#trimRule = options.trimRule ?? 'newest-first'
    this.#idleTimeoutMs = options.idleTimeoutMs ?? Infinity
    this.#liveness = new LivenessWatch({
      clock: parts.clock,
      intervalMs: options.livenessIntervalMs ?? figures.livenessInterval,
      timeoutMs: options.livenessTimeoutMs ?? figures.livenessTimeout,
      stopped: this.#stopped.signal,
      isWatched: (connection) => this.#kept.get(connection.remotePeer.toString())?.watches(connection) === true,
    })
  }

  /** Says what a peer is worth under a name of the caller's; connections with the least worth are trimmed first. */
  tag(peer: PeerId, name: string, value: number, options: TagOptions = {}): void {
    this.#tags.set(peer.toString(), name, value, this.#parts.clock.now(), options)
    this.#tellWorth(peer)
  }

  untag(peer: PeerId, name: string): void {
    this.#tags.remove(peer.toString(), name)
    this.#tellWorth(peer)
  }

  /** What the peer's tags are worth now. */
  valueOf(peer: PeerId): number {
    return this.#tags.value(peer.toString(), this.#parts.clock.now())
  }

  /** Keeps the peer's connections from being trimmed, until every label that protects it is taken away. */
  protect(peer: PeerId, label: string): void {
    const key = peer.toString()
    const labels = this.#protections.get(key)
    if (labels === undefined) this.#protections.set(key, new Set([label]))
    else labels.add(label)
    this.#tellWorth(peer)
  }

  unprotect(peer: PeerId, label: string): void {
    const key = peer.toString()
    const labels = this.#protections.get(key)
    labels?.delete(label)
    if (labels?.size === 0) this.#protections.delete(key)
    this.#tellWorth(peer)
  }

  isProtected(peer: PeerId): boolean {
    return this.#isProtected(peer.toString())
  }

  /** Protects the peer, connects to it, and connects again whenever the connection is lost. The addresses are tried in turn. */
  keep(peer: PeerId, addresses: readonly string[]): void {
    const key = peer.toString()
    this.#kept.get(key)?.release()
    const full = addresses.map((address) => (address.includes('/p2p/') ? address : `${address}/p2p/${key}`))
    const kept = new KeptPeer(full, { ...this.#parts, stopped: this.#stopped.signal })
    this.#kept.set(key, kept)
    this.#tellWorth(peer)
    kept.start(this.#connectionTo(key))
  }

  /** The peer's connection is kept no longer; it stands until it ends or is trimmed. */
  letGo(peer: PeerId): void {
    const key = peer.toString()
    this.#kept.get(key)?.release()
    this.#kept.delete(key)
    this.#tellWorth(peer)
  }

  opened(connection: ManagedConnection): void {
    const now = this.#parts.clock.now()
    const peer = connection.remotePeer.toString()
    const { streamsOpened } = connection
    this.#records.set(connection, { connection, peer, openedAt: now, idleSince: now, streamsSeen: streamsOpened })
    this.#kept.get(peer)?.opened(connection)
    this.#liveness.opened(connection)
    if (this.#records.size > this.#highWater) this.#trimSoon()
    if (this.#idleTimer === undefined) this.#watchIdle()
  }

  closed(connection: ManagedConnection): void {
    const record = this.#records.get(connection)
    if (record === undefined) return
    this.#records.delete(connection)
    this.#liveness.closed(connection)
    this.#kept.get(record.peer)?.closed(connection, this.#connectionTo(record.peer))
  }

  /** Nothing is trimmed, looked at or dialled afterwards. */
  stop(): void {
    this.#stopped.abort()
    this.#trimTimer?.cancel()
    this.#idleTimer?.cancel()
    this.#liveness.stop()
    for (const kept of this.#kept.values()) kept.release()
    this.#kept.clear()
  }

  #trimSoon(): void {
    if (this.#trimTimer !== undefined || this.#stopped.signal.aborted) return
    const { clock } = this.#parts
    const wait = this.#trimmedAt + this.#trimIntervalMs - clock.now()
    if (wait <= 0) return this.#trim()
    this.#trimTimer = clock.startTimer(wait, () => {
      this.#trimTimer = undefined
      if (this.#records.size > this.#highWater) this.#trim()
    })
  }

  #trim(): void {
    const now = this.#parts.clock.now()
    this.#trimmedAt = now
    const candidates = []
    for (const { connection, peer, openedAt } of this.#records.values()) {
      if (connection.status !== 'open' || this.#isProtected(peer)) continue
      const isNew = now - openedAt < this.#gracePeriodMs
      // Nobody is worth more for being busy before its grace is over.
      const isIdle = isNew || connection.streamCount === 0
      candidates.push({ connection, openedAt, isIdle, isNew, value: this.#tags.value(peer, now) })
    }
    const surplus = this.#records.size - this.#lowWater
    const chosen = trimOrder(candidates, this.#trimRule).slice(0, surplus)
    // Those in their grace period have their turn later; nobody who was there before goes in their place.
    for (const { connection, isNew } of chosen) if (!isNew) end(connection)
    if (chosen.length < surplus || chosen.some(({ isNew }) => isNew)) this.#trimSoon()
  }

  #watchIdle(): void {
    if (this.#idleTimeoutMs === Infinity || this.#stopped.signal.aborted) return
    this.#idleTimer = this.#parts.clock.startTimer(this.#idleTimeoutMs / 2, () => {
      this.#idleTimer = undefined
      this.#closeIdle()
      if (this.#records.size > 0) this.#watchIdle()
    })
  }

  #closeIdle(): void {
    const now = this.#parts.clock.now()
    for (const record of this.#records.values()) {
      const { connection, peer } = record
      if (connection.streamCount > 0 || connection.streamsOpened !== record.streamsSeen) {
        record.idleSince = now
        record.streamsSeen = connection.streamsOpened
      } else if (now - record.idleSince >= this.#idleTimeoutMs && connection.status === 'open') {
        if (!this.#isProtected(peer)) end(connection)
      }
    }
  }

  #isProtected(peer: string): boolean {
    return this.#protections.has(peer) || this.#kept.has(peer)
  }

  #tellWorth(peer: PeerId): void {
    const key = peer.toString()
    this.#parts.onWorth?.(peer, this.#isProtected(key) || this.#tags.has(key))
  }

  #connectionTo(peer: string): ManagedConnection | undefined {
    if (!this.#kept.has(peer)) return undefined
    for (const record of this.#records.values()) {
      if (record.peer === peer && record.connection.status === 'open') return record.connection
    }
    return undefined
  }
}

function end(connection: ManagedConnection): void {
  connection.close().catch((error: unknown) => connection.abort(error instanceof Error ? error : undefined))
}
