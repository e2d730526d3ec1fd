import type { Socket } from 'node:net'
import { limits } from '@p2pspec/generated/common/limits'
import type { Clock, Timer } from '../../../core/clock.ts'
import { InboundLimits } from '../../dialer/inbound-limits.ts'
import { fromSocketAddress } from '../tcp/tcp-address.ts'

interface Waiting {
  readonly socket: Socket
  readonly timer: Timer
  readonly leave: () => void
}

/**
 * Accepted sockets whose opening is not through; each has its time, TLS included. Nobody above counts them yet, so they are counted here: by where
 * they come from, and all together.
 */
export class PendingOpenings {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #inboundLimits = new InboundLimits()
  /** A TLS socket has the ends of the socket beneath, which the server told of first. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Destroys what is one too many. */
  add(socket: Socket): void {
    const leave = this.#admit(socket)
    if (leave === undefined) {
      socket.destroy()
      return
    }
    const key = endsOf(socket)
    const timer = this.#clock.startTimer(this.#timeoutMs, () => socket.destroy())
    this.#waiting.set(key, { socket, timer, leave })
    socket.once('close', () => this.#drop(key))
  }

  opened(socket: Socket): void {
    this.#drop(endsOf(socket))
  }

  end(): void {
    for (const { socket } of this.#waiting.values()) socket.destroy()
  }

  #admit(socket: Socket): (() => void) | undefined {
    if (this.#waiting.size >= limits.websocket.maxPendingOpenings) return undefined
    try {
      return this.#inboundLimits.admit(fromSocketAddress(socket.remoteAddress, socket.remotePort))
    } catch {
      return undefined
    }
  }

  #drop(key: string): void {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    waiting?.timer.cancel()
    waiting?.leave()
  }
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? 0} ${localAddress ?? ''}`
}
