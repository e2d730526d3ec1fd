import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import { pair } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import fc from 'fast-check'
import t from 'tap'
import { Side } from './raw-peer.ts'

/** One direction of one stream as it ought to be: what was written comes out, in order, whole, then the end. */
class Half {
  readonly written: number[] = []
  readonly read: number[] = []
  ended = false
  sawEnd = false
}

/** A stream seen from both sides, with a model of each direction. */
class Tracked {
  readonly near: MuxedStream
  far: MuxedStream | undefined
  readonly up = new Half()
  readonly down = new Half()
  resetBy = 0

  constructor(near: MuxedStream) {
    this.near = near
  }
}

type Operation =
  | { readonly do: 'open'; readonly side: number }
  | { readonly do: 'write'; readonly stream: number; readonly far: boolean; readonly length: number }
  | { readonly do: 'end' | 'reset' | 'pause' | 'resume'; readonly stream: number; readonly far: boolean }
  | { readonly do: 'settle' }

const stream = fc.nat(20)
const far = fc.boolean()
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), side: fc.nat(1) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      stream,
      far,
      length: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 300_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('end', 'pause', 'resume'), stream, far }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), stream, far }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
)

t.test(
  'two sessions over a lossless channel give each reader what its writer wrote, whatever the order of things',
  async (t) => {
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
    t.pass('150 runs')
  },
)

class World {
  readonly #clock = new SimulatedClock()
  readonly #sides: readonly [Side, Side]
  readonly #streams: Tracked[] = []
  #counter = 0

  constructor(seed: number, borrowed: boolean) {
    const [left, right] = pair({ clock: this.#clock, random: new SeededRandom(seed), borrowed, highWaterBytes: 65_536 })
    const accept = (side: number) => (far: MuxedStream) => {
      const tracked = this.#streams.find(
        (each) =>
          each.near.id === far.id &&
          each.near.direction === 'outbound' &&
          each.far === undefined &&
          sideOf(each) !== side,
      )
      if (tracked === undefined) throw new Error(`stream ${far.id} was opened by nobody`)
      tracked.far = far
      watch(far, tracked.up)
    }
    this.#sides = [
      new Side(left, 'outbound', this.#clock, accept(0)),
      new Side(right, 'inbound', this.#clock, accept(1)),
    ]
  }

  async apply(operation: Operation): Promise<void> {
    if (operation.do === 'settle') {
      await this.#clock.settle()
      return
    }
    if (operation.do === 'open') {
      const tracked = new Tracked(this.#sides[operation.side === 0 ? 0 : 1].session.openStream())
      this.#streams.push(tracked)
      watch(tracked.near, tracked.down)
      return
    }
    const tracked = this.#streams[operation.stream % Math.max(1, this.#streams.length)]
    const end = operation.far ? tracked?.far : tracked?.near
    if (tracked === undefined || end === undefined) return
    const half = operation.far ? tracked.down : tracked.up
    if (operation.do === 'pause') end.pause()
    else if (operation.do === 'resume') end.resume()
    else if (operation.do === 'reset') {
      if (end.readStatus === 'reset' || (end.readStatus === 'ended' && end.writeStatus === 'closed')) return
      tracked.resetBy += 1
      end.reset()
    } else if (operation.do === 'end') {
      if (end.writeStatus === 'open') half.ended = true
      end.closeWriteNow()
    } else if (operation.do === 'write' && end.writeStatus === 'open') {
      // Numbers that tell a lost, doubled or swapped chunk.
      this.#counter += 1
      const bytes = new Uint8Array(operation.length).fill(this.#counter & 0xff)
      try {
        end.writeNow(bytes)
        half.written.push(...summary(bytes))
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'write-buffer-full')) throw error
      }
    }
  }

  /** Everybody reads on and ends: all that was written must have come, and both sessions must be empty. */
  async finish(): Promise<void> {
    await this.#clock.settle()
    for (const { near, far, up, down } of this.#streams) {
      for (const [end, half] of [
        [near, up],
        [far, down],
      ] as const) {
        if (end === undefined) continue
        end.resume()
        if (end.writeStatus === 'open') half.ended = true
        end.closeWriteNow()
      }
    }
    await this.#clock.settle()
    for (const { far, up, down } of this.#streams) {
      if (far !== undefined && far.writeStatus === 'open') down.ended = true
      far?.closeWriteNow()
      far?.resume()
      void up
    }
    await this.#clock.settle()
    for (const tracked of this.#streams) {
      for (const half of [tracked.up, tracked.down]) {
        const wrote = join(half.written)
        const got = join(half.read)
        const whole = JSON.stringify(wrote) === JSON.stringify(got)
        if (tracked.resetBy === 0 && (!whole || !half.sawEnd))
          throw new Error(
            `stream ${tracked.near.id}: wrote ${JSON.stringify(wrote)}, read ${JSON.stringify(got)}, end ${half.sawEnd}`,
          )
        if (tracked.resetBy > 0 && !isPrefix(got, wrote))
          throw new Error(`stream ${tracked.near.id}, reset: read what was not written`)
      }
    }
    for (const side of this.#sides) {
      if (side.overs.length > 0) throw side.overs[0] ?? new Error('a session ended by itself')
      if (side.session.streamCount > 0) throw new Error(`${side.session.streamCount} streams are left over`)
    }
  }
}

function sideOf(tracked: Tracked): number {
  return tracked.near.id % 2 === 1 ? 0 : 1
}

function watch(end: MuxedStream, half: Half): void {
  end.consume({
    push: (chunk) => {
      half.read.push(...summary(chunk))
    },
    end: () => {
      half.sawEnd = true
    },
    fail: () => undefined,
  })
}

/** Bytes as runs: value, length, value, length… */
function summary(bytes: Uint8Array): number[] {
  const runs: number[] = []
  for (let at = 0; at < bytes.length;) {
    const value = bytes[at] ?? 0
    let end = at
    while (end < bytes.length && bytes[end] === value) end += 1
    runs.push(value, end - at)
    at = end
  }
  return runs
}

function join(runs: readonly number[]): number[] {
  const joined: number[] = []
  for (let at = 0; at < runs.length; at += 2) {
    const [value = 0, length = 0] = [runs[at], runs[at + 1]]
    if (joined.at(-2) === value) joined[joined.length - 1] = (joined.at(-1) ?? 0) + length
    else joined.push(value, length)
  }
  return joined
}

function isPrefix(part: readonly number[], whole: readonly number[]): boolean {
  return part.every(
    (number, at) => whole[at] === number || (at === part.length - 1 && at % 2 === 1 && number <= (whole[at] ?? 0)),
  )
}
