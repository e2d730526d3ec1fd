import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import { pair } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import fc from 'fast-check'
import t from 'tap'
import { joined, Side } from './raw-peer.ts'

/** One direction of one stream as it ought to be: what was written comes out, in order, whole, then the end. */
interface Half {
  readonly written: Uint8Array[]
  readonly read: Uint8Array[]
  sawEnd: boolean
}

interface Tracked {
  readonly near: MuxedStream
  far: MuxedStream | undefined
  readonly up: Half
  readonly down: Half
  wasReset: boolean
}

// So few and so short that no reader is ever too slow: what becomes of one is tested by itself.
const operation = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), side: fc.constantFrom(0, 1) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      stream: fc.nat(20),
      far: fc.boolean(),
      length: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60_000 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('end' as const, 'pause' as const, 'resume' as const),
      stream: fc.nat(20),
      far: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), stream: fc.nat(20), far: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never

t.test(
  'two sessions over a lossless channel give each reader what its writer wrote, whatever the order of things',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 60 }),
        fc.integer(),
        fc.boolean(),
        async (operations, seed, borrowed) => {
          const world = new World(seed, borrowed)
          for (const each of operations) await world.apply(each)
          await world.finish()
        },
      ),
      { numRuns: 150 },
    )
  },
)

class World {
  readonly #clock = new SimulatedClock()
  readonly #sides: readonly [Side, Side]
  /** By the side that opened them, in the order of opening. */
  readonly #opened: readonly [Tracked[], Tracked[]] = [[], []]
  readonly #streams: Tracked[] = []
  #counter = 0

  constructor(seed: number, borrowed: boolean) {
    const ends = pair({ clock: this.#clock, random: new SeededRandom(seed), borrowed, highWaterBytes: 65_536 })
    // Ids count up, so they are places in the list of the other side.
    const accept = (opener: 0 | 1) => (far: MuxedStream) => {
      const tracked = this.#opened[opener][far.id]
      if (tracked === undefined || tracked.far !== undefined) throw new Error(`stream ${far.id} was opened by nobody`)
      tracked.far = far
      watch(far, tracked.up)
    }
    this.#sides = [new Side(ends[0], this.#clock, accept(1)), new Side(ends[1], this.#clock, accept(0))]
  }

  async apply(operation: Operation): Promise<void> {
    if (operation.do === 'settle') return this.#clock.settle()
    if (operation.do === 'open') {
      const side = operation.side === 0 ? 0 : 1
      const half = (): Half => ({ written: [], read: [], sawEnd: false })
      const near = this.#sides[side].session.openStream()
      const tracked: Tracked = { near, far: undefined, up: half(), down: half(), wasReset: false }
      this.#opened[side].push(tracked)
      this.#streams.push(tracked)
      watch(near, tracked.down)
      return
    }
    const tracked = this.#streams[operation.stream % Math.max(1, this.#streams.length)]
    const end = operation.far ? tracked?.far : tracked?.near
    if (tracked === undefined || end === undefined) return
    if (operation.do === 'write') {
      if (end.writeStatus !== 'open') return
      // Numbers that tell a lost, doubled or swapped chunk.
      this.#counter += 1
      const bytes = new Uint8Array(operation.length).fill(this.#counter & 0xff)
      const half = operation.far ? tracked.down : tracked.up
      half.written.push(bytes)
      end.writeNow(bytes)
    } else if (operation.do === 'reset') {
      if (end.readStatus === 'reset' || (end.readStatus === 'ended' && end.writeStatus === 'closed')) return
      tracked.wasReset = true
      end.reset()
    } else if (operation.do === 'end') end.closeWriteNow()
    else if (operation.do === 'pause') end.pause()
    else end.resume()
  }

  /** Everybody reads on and ends: all that was written must have come, and both sessions must be empty. */
  async finish(): Promise<void> {
    await this.#clock.settle()
    for (const { near, far } of this.#streams) {
      for (const end of [near, far]) {
        end?.resume()
        end?.closeWriteNow()
      }
    }
    await this.#clock.settle()
    for (const { near, up, down, wasReset } of this.#streams) {
      for (const half of [up, down]) {
        const [wrote, got] = [joined(...half.written), joined(...half.read)]
        const isPrefix = Buffer.compare(got, wrote.subarray(0, got.length)) === 0
        if (!isPrefix) throw new Error(`stream ${near.id}: read what was not written`)
        if (!wasReset && (got.length < wrote.length || !half.sawEnd))
          throw new Error(`stream ${near.id}: wrote ${wrote.length}, read ${got.length}, end ${half.sawEnd}`)
      }
    }
    for (const { overs, session } of this.#sides) {
      if (overs.length > 0) throw overs[0] ?? new Error('a session ended by itself')
      if (session.streamCount > 0) throw new Error(`${session.streamCount} streams are left over`)
    }
    if (this.#clock.timerCount > 0) throw new Error('a timer is left')
  }
}

function watch(end: MuxedStream, half: Half): void {
  end.consume({
    push: (chunk) => void half.read.push(chunk.slice()),
    end: () => {
      half.sawEnd = true
    },
    fail: () => undefined,
  })
}
