import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { RawConnection, Transport, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { orAborted, throwIfAborted } from '../../../core/abort.ts'
import { systemClock, type Clock } from '../../../core/clock.ts'
import { SeededRandom } from '../../../core/random.ts'
import { TransportError } from '../transport-error.ts'
import { retransmissionDelay } from './lossy-way.ts'
import { memoryLink, type MemoryChannel, type MemoryLinkOptions } from './memory-link.ts'

export interface MemoryOptions {
  readonly clock?: Clock | undefined
  /** Who can reach whom: transports of one network find each other. One of its own where absent. */
  readonly network?: MemoryNetwork | undefined
  /** Time of each way, in milliseconds. */
  readonly latencyMs?: number | undefined
  /** Added to the latency of a connection at random, at most so much. */
  readonly jitterMs?: number | undefined
  /** Of each way of each connection; without limit where absent. */
  readonly bytesPerSecond?: number | undefined
  /** How likely each 1,460 bytes are lost on the way, from 0 up to 1: they are sent again and arrive late, and what was written behind them waits. */
  readonly loss?: number | undefined
  readonly seed?: number | undefined
}

/** A delay above that is a mistake: no timer of Node waits much longer. */
const longestDelayMs = 86_400_000

type Accept = (connection: RawConnection) => void

/** The listeners that memory transports share, by their number. */
export class MemoryNetwork {
  readonly listeners = new Map<number, Accept>()
  #lastNumber = 0
  #connectionCount = 0

  /** Listeners, and connections that are not over on both sides. */
  get openCount(): number {
    return this.listeners.size + this.#connectionCount
  }

  /** Counts one more connection; what is returned is called when it is over. */
  opened(): () => void {
    this.#connectionCount += 1
    return () => {
      this.#connectionCount -= 1
    }
  }

  /** A number that nobody has. */
  fresh(): number {
    do this.#lastNumber += 1
    while (this.listeners.has(this.#lastNumber))
    return this.#lastNumber
  }
}

/** Connections within the process, on addresses such as /memory/7: ordered, whole, as slow as is asked for. /memory/0 listens on a free one. */
export function memory(options: MemoryOptions = {}): Transport<RawConnection> {
  const { clock = systemClock, network = new MemoryNetwork(), latencyMs = 0, jitterMs = 0 } = options
  const { bytesPerSecond = Infinity, loss = 0 } = options
  const random = new SeededRandom(options.seed ?? 1)
  requireInRange('latencyMs', latencyMs, longestDelayMs)
  requireInRange('jitterMs', jitterMs, longestDelayMs)
  requireInRange('loss', loss, 1)
  if (!(bytesPerSecond >= 1)) throw new RangeError(`bytesPerSecond must be 1 or more, not ${bytesPerSecond}`)
  return {
    name: 'memory',
    canDial: (address) => toNumber(address) !== undefined,
    canListen: (address) => toNumber(address) !== undefined,
    dial: async (address, dialOptions): Promise<RawConnection> => {
      const number = requireNumber(address)
      throwIfAborted(dialOptions?.signal)
      const latency = latencyMs + (jitterMs === 0 ? 0 : random.below(jitterMs + 1))
      const link: MemoryLinkOptions = {
        clock,
        latencyMs: latency,
        bytesPerSecond,
        delayOf: loss === 0 ? undefined : (length) => retransmissionDelay(length, { loss, latencyMs: latency, random }),
      }
      // A dial takes one round trip, as it does on a network.
      await orAborted(after(clock, 2 * link.latencyMs), dialOptions?.signal)
      const accept = network.listeners.get(number)
      if (accept === undefined) throw new TransportError('refused', `Nobody listens on ${address.toString()}.`)
      const [near, far] = memoryLink(link, network.opened())
      const remote = toAddress(number)
      const local = toAddress(network.fresh())
      accept(asConnection(far, remote, local))
      return asConnection(near, local, remote)
    },
    listen: async (address, onConnection, listenOptions): Promise<TransportListener> => {
      const asked = requireNumber(address)
      throwIfAborted(listenOptions?.signal)
      const number = asked === 0 ? network.fresh() : asked
      if (network.listeners.has(number)) {
        throw new TransportError('address-in-use', `Somebody listens on ${address.toString()} already.`)
      }
      network.listeners.set(number, onConnection)
      return {
        addresses: [toAddress(number)],
        close: async () => {
          if (network.listeners.get(number) === onConnection) network.listeners.delete(number)
        },
      }
    },
  }
}

function asConnection(channel: MemoryChannel, localAddress: Multiaddr, remoteAddress: Multiaddr): RawConnection {
  return {
    channel,
    localAddress,
    remoteAddress,
    get closed() {
      return channel.closed
    },
  }
}

function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (delayMs === 0) clock.atTurnEnd({ onTurnEnd: resolve })
    else clock.startTimer(delayMs, resolve)
  })
}

function toNumber(address: Multiaddr): number | undefined {
  const [first, second, ...rest] = address.getComponents()
  if (first?.name !== 'memory' || rest.length > 0 || (second !== undefined && second.name !== 'p2p')) return undefined
  const number = Number(first.value)
  return Number.isSafeInteger(number) ? number : undefined
}

function requireNumber(address: Multiaddr): number {
  const number = toNumber(address)
  if (number !== undefined) return number
  throw new TransportError('unsupported-address', `${address.toString()} is no memory address: use /memory/1.`)
}

function toAddress(number: number): Multiaddr {
  return multiaddr(`/memory/${number}`)
}

function requireInRange(name: string, value: number, most: number): void {
  if (!(value >= 0 && value <= most)) throw new RangeError(`${name} must be from 0 to ${most}, not ${value}`)
}
