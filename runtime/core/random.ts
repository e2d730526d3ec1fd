import { randomFillSync } from 'node:crypto'

/** Randomness as an argument. */
export interface Random {
  /** Fresh bytes that the caller owns. */
  bytes(length: number): Uint8Array
  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number
}

/** The operating system's randomness, drawn in blocks. */
class SystemRandom implements Random {
  readonly #block = new Uint8Array(4096)
  #used = 4096

  bytes(length: number): Uint8Array {
    return randomFillSync(new Uint8Array(length))
  }

  uint32(): number {
    if (this.#used + 4 > this.#block.length) {
      randomFillSync(this.#block)
      this.#used = 0
    }
    const at = this.#used
    this.#used += 4
    const value = new DataView(this.#block.buffer).getUint32(at)
    this.#block.fill(0, at, at + 4)
    return value
  }
}

export const systemRandom: Random = new SystemRandom()

/** Repeatable randomness for tests and simulations (xorshift128, seeded by splitmix32). Never for keys. */
export class SeededRandom implements Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: number) {
    let state = seed >>> 0
    const next = (): number => {
      state = (state + 0x9e3779b9) >>> 0
      let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
      return (mixed ^ (mixed >>> 16)) >>> 0
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    this.#d = next() | 1
  }

  uint32(): number {
    let mixed = this.#d
    const first = this.#a
    this.#d = this.#c
    this.#c = this.#b
    this.#b = first
    mixed ^= mixed << 11
    mixed ^= mixed >>> 8
    this.#a = (mixed ^ first ^ (first >>> 19)) >>> 0
    return this.#a
  }

  /** A whole number from 0 to `bound` − 1. */
  below(bound: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * bound)
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 1) bytes[at] = this.uint32() & 0xff
    return bytes
  }
}
