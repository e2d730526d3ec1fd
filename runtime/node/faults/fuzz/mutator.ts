import type { SeededRandom } from '../../../core/random.ts'

/** Values that lengths, ids and flags go wrong at. */
const edges = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 65_519, 65_536, 262_144, 262_145, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
]
const keptChunks = 32
/** Longer ones are cut into single bytes at their beginning alone. */
const longestCrumbled = 4_096

/** Chunks of all sessions so far, for pieces that are valid somewhere else. */
const earlier: Uint8Array[] = []

/** Damages one direction of a session: whatever comes out once was valid. Repeatable by its random numbers. */
export class Mutator {
  readonly #random: SeededRandom
  /** Chunks that go through as they are before anything is damaged, so that some sessions get far. */
  #sound: number
  /** One chunk in so many is damaged. */
  readonly #oneIn: number
  #held: Uint8Array | undefined

  constructor(random: SeededRandom) {
    this.#random = random
    this.#sound = random.below(14)
    this.#oneIn = 1 + random.below(4)
  }

  /** What is to be sent in place of the chunk. */
  *apply(chunk: Uint8Array): Generator<Uint8Array> {
    const own = chunk.slice()
    this.#keep(own)
    if (this.#sound > 0) {
      this.#sound -= 1
      yield own
      return
    }
    const before = this.#held
    this.#held = undefined
    if (this.#random.below(this.#oneIn) === 0) yield* this.#damaged(own)
    else yield own
    if (before !== undefined) yield before
  }

  *#damaged(chunk: Uint8Array): Generator<Uint8Array> {
    const random = this.#random
    const at = random.below(chunk.length)
    switch (random.below(11)) {
      case 0:
        chunk[at] = (chunk[at] ?? 0) ^ (1 << random.below(8))
        return yield chunk
      case 1:
        for (let count = 0; count < 4; count += 1) chunk[random.below(chunk.length)] = random.below(256)
        return yield chunk
      case 2:
        // Lost.
        return
      case 3:
        yield chunk
        return yield chunk.slice()
      case 4:
        // Behind the next one.
        this.#held = chunk
        return
      case 5:
        return yield Buffer.concat([chunk.subarray(0, at), this.#piece(), chunk.subarray(at)])
      case 6:
        return yield Buffer.concat([chunk.subarray(0, at), random.bytes(1 + random.below(64)), chunk.subarray(at)])
      case 7:
        return yield Buffer.concat([chunk.subarray(0, at), chunk.subarray(at + 1 + random.below(64))])
      case 8:
        for (let index = 0; index < Math.min(chunk.length, longestCrumbled); index += 1)
          yield chunk.subarray(index, index + 1)
        return yield chunk.subarray(longestCrumbled)
      case 9:
        if (chunk.length >= 4)
          new DataView(chunk.buffer).setUint32(
            random.below(chunk.length - 3),
            edges[random.below(edges.length)] ?? 0,
            random.below(2) === 0,
          )
        return yield chunk
      default:
        // Many times: a flood of what is legal once.
        for (let count = random.below(300); count >= 0; count -= 1) yield chunk.slice()
    }
  }

  #piece(): Uint8Array {
    const from = earlier[this.#random.below(earlier.length)] ?? new Uint8Array()
    const start = this.#random.below(from.length + 1)
    return from.subarray(start, start + 1 + this.#random.below(200))
  }

  #keep(chunk: Uint8Array): void {
    if (chunk.length > longestCrumbled) return
    if (earlier.length < keptChunks) earlier.push(chunk.slice())
    else earlier[this.#random.below(keptChunks)] = chunk.slice()
  }
}
