export interface QueueLimits {
  readonly count: number
  readonly bytes: number
  /** Of each, beside its own bytes. */
  readonly overheadBytes: number
}

/** Datagrams in the order of their arrival, bounded in number and in bytes: the oldest make room for a new one. */
export class DatagramQueue {
  /** With the overhead of each. */
  heldBytes = 0
  readonly #limits: QueueLimits
  /** A ring: where the oldest stands, and how many there are. */
  readonly #ring: (Uint8Array | undefined)[] = []
  #first = 0
  #count = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#count
  }

  costOf(datagram: Uint8Array): number {
    return datagram.byteLength + this.#limits.overheadBytes
  }

  /** Whether this one fits beside those that wait. */
  hasRoomFor(datagram: Uint8Array): boolean {
    return this.#count < this.#limits.count && this.heldBytes + this.costOf(datagram) <= this.#limits.bytes
  }

  /** False: it is longer than all that may wait together, or there is no room. */
  push(datagram: Uint8Array): boolean {
    if (!this.hasRoomFor(datagram)) return false
    this.#ring[(this.#first + this.#count) % this.#limits.count] = datagram
    this.#count += 1
    this.heldBytes += this.costOf(datagram)
    return true
  }

  shift(): Uint8Array | undefined {
    const datagram = this.#ring[this.#first]
    if (this.#count === 0 || datagram === undefined) return undefined
    this.#ring[this.#first] = undefined
    this.#first = (this.#first + 1) % this.#limits.count
    this.#count -= 1
    this.heldBytes -= this.costOf(datagram)
    return datagram
  }
}
