import { limits } from '@p2pspec/generated/common/limits'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import type { Clock, Timer } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import { Deadline } from '../deadline.ts'
import type { ManagedConnection } from './managed-connection.ts'

const { keepAliveInterval, keepAliveTimeout, reconnectDelay, maxReconnectDelay, reconnectJitter } =
  limits.connectionManager

export interface KeptPeerParts {
  readonly clock: Clock
  readonly random: Random
  readonly dial: (address: string, options: AbortOptions) => Promise<unknown>
  readonly stopped: AbortSignal
}

/** A peer to stay connected with: its connection is looked at by the muxer's ping, and dialled again, ever more slowly, when it is lost. */
export class KeptPeer {
  readonly #addresses: readonly string[]
  readonly #parts: KeptPeerParts
  #connection: ManagedConnection | undefined
  #timer: Timer | undefined
  /** Losses and failed dials since it last answered a ping. */
  #setbacks = 0
  #nextAddress = 0
  #released = false

  constructor(addresses: readonly string[], parts: KeptPeerParts) {
    this.#addresses = addresses
    this.#parts = parts
  }

  /** Takes the connection that stands, or dials. */
  start(connection: ManagedConnection | undefined): void {
    if (connection === undefined) void this.#dial()
    else this.opened(connection)
  }

  opened(connection: ManagedConnection): void {
    if (this.#released || this.#connection !== undefined) return
    this.#connection = connection
    this.#wait(keepAliveInterval, () => void this.#look(connection))
  }

  /** `other` is a connection with the same peer that still stands. */
  closed(connection: ManagedConnection, other: ManagedConnection | undefined): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    if (other === undefined) this.#retry()
    else this.opened(other)
  }

  /** It is this connection that is looked at. */
  watches(connection: ManagedConnection): boolean {
    return connection === this.#connection
  }

  release(): void {
    this.#released = true
    this.#connection = undefined
    this.#timer?.cancel()
  }

  async #look(connection: ManagedConnection): Promise<void> {
    const { clock, stopped } = this.#parts
    const message = `${connection.remotePeer} did not answer a ping within ${keepAliveTimeout} ms`
    const deadline = new Deadline(clock, keepAliveTimeout, message, stopped)
    try {
      await connection.measureRoundTrip({ signal: deadline.signal })
      this.#setbacks = 0
      if (connection === this.#connection) this.#wait(keepAliveInterval, () => void this.#look(connection))
    } catch (error) {
      if (!stopped.aborted && !this.#released) connection.abort(error instanceof Error ? error : undefined)
    } finally {
      deadline.clear()
    }
  }

  #retry(): void {
    const { random } = this.#parts
    const longest = Math.min(reconnectDelay * 2 ** this.#setbacks, maxReconnectDelay)
    this.#setbacks += 1
    this.#wait(longest * (1 - reconnectJitter * (random.uint32() / 2 ** 32)), () => void this.#dial())
  }

  async #dial(): Promise<void> {
    const { dial, stopped } = this.#parts
    const address = this.#addresses[this.#nextAddress % this.#addresses.length]
    if (address === undefined) return
    this.#nextAddress += 1
    try {
      await dial(address, { signal: stopped })
    } catch {
      // Told by nobody but the next try: a peer that is away is what this class is for.
      if (this.#connection === undefined) this.#retry()
    }
  }

  #wait(delayMs: number, callback: () => void): void {
    this.#timer?.cancel()
    if (this.#released || this.#parts.stopped.aborted) return
    this.#timer = this.#parts.clock.startTimer(delayMs, callback)
  }
}
