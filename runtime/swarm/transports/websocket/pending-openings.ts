import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../../core/clock.ts'

/** Accepted sockets whose opening is not through; each has its time, TLS included. */
export class PendingOpenings {
  readonly #clock: Clock
  readonly #timeoutMs: number
  /** A TLS socket has the ends of the socket beneath, which the server told of first. */
  readonly #waiting = new Map<string, { readonly socket: Socket; readonly timer: Timer }>()

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  add(socket: Socket): void {
    const key = endsOf(socket)
    const timer = this.#clock.startTimer(this.#timeoutMs, () => socket.destroy())
    this.#waiting.set(key, { socket, timer })
    socket.once('close', () => this.#drop(key))
  }

  opened(socket: Socket): void {
    this.#drop(endsOf(socket))
  }

  end(): void {
    for (const { socket } of this.#waiting.values()) socket.destroy()
  }

  #drop(key: string): void {
    this.#waiting.get(key)?.timer.cancel()
    this.#waiting.delete(key)
  }
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? 0} ${localAddress ?? ''}`
}
