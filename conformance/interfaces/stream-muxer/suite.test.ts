import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import { streamMuxerRules } from '@p2pspec/generated/interfaces/stream-muxer.rules'
import type { Clock } from '@p2pspec/runtime/core/clock'
import { pair, type PairOptions } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { mplex } from '@p2pspec/runtime/protocols/mplex/mplex'
import { yamux } from '@p2pspec/runtime/protocols/yamux/yamux'
import t from 'tap'
import { streamMuxerChecks, type MuxerEnd, type MuxerSubject } from './suite.ts'

/** Sessions hand their connection through and never ask it anything. */
const connection = {} as Connection

const muxers: Readonly<Record<string, (clock: Clock) => StreamMuxer>> = {
  yamux: (clock) => yamux({ clock }),
  mplex: (clock) => mplex({ clock }),
}
const channels: Readonly<Record<string, () => PairOptions>> = {
  'whole chunks': () => ({}),
  'a channel cut at random, chunks borrowed': () => ({ random: new SeededRandom(5), borrowed: true }),
}

for (const [name, make] of Object.entries(muxers)) {
  for (const [cut, options] of Object.entries(channels)) {
    await t.test(`${name} over ${cut} keeps every rule of the interface`, async (t) => {
      for (const [rule, check] of Object.entries(streamMuxerChecks)) {
        const { text } = streamMuxerRules[rule as keyof typeof streamMuxerRules] // a suite has the rules of its interface as keys
        await t.test(`${text} [${rule}]`, async () => check(subjectOf(make, options())))
      }
    })
  }
}

t.test('the checks notice a muxer that breaks its rules', async (t) => {
  const broken: readonly (readonly [keyof typeof streamMuxerChecks, string, (end: MuxerEnd) => MuxerEnd])[] = [
    ['MUX-OPEN-1', 'ends that are told twice', (end) => ({ ...end, log: [...end.log, ...end.log] })],
    [
      'MUX-OPEN-2',
      'streams without a limit',
      (end) => ({
        ...end,
        session: { ...bound(end), openStream: () => ({}) as ReturnType<typeof end.session.openStream> },
      }),
    ],
    ['MUX-END-1', 'an end that is told twice', (end) => ({ ...end, overs: [...end.overs, ...end.overs] })],
    ['MUX-ABORT-1', 'a reason that gets lost', (end) => ({ ...end, session: { ...bound(end), ping: async () => 1 } })],
  ]
  for (const [rule, what, change] of broken) {
    const subject = subjectOf((clock) => yamux({ clock }), {})
    const changed: MuxerSubject = {
      ...subject,
      start: (side, onStream) => {
        const end = subject.start(side, onStream)
        // What was told is looked at late, so the change is made at each look.
        return {
          session: change(end).session,
          opened: end.opened,
          get log() {
            return change(end).log
          },
          get overs() {
            return change(end).overs
          },
        }
      },
    }
    await t.rejects(async () => streamMuxerChecks[rule](changed), `${rule}: ${what}`)
  }
})

function subjectOf(make: (clock: Clock) => StreamMuxer, options: PairOptions): MuxerSubject {
  const clock = new SimulatedClock()
  const ends = pair({ ...options, clock })
  const muxer = make(clock)
  return {
    channels: ends,
    settle: () => clock.settle(),
    start: (side, onStream) => {
      const opened: MuxerEnd['opened'][number][] = []
      const log: string[] = []
      const overs: (Error | undefined)[] = []
      const session = muxer.start(ends[side], side === 0 ? 'outbound' : 'inbound', connection, {
        onStream: (stream) => {
          opened.push(stream)
          log.push(`open ${stream.id}`)
          onStream?.(stream)
        },
        onStreamClosed: ({ id }) => log.push(`closed ${id}`),
        onClosed: (error) => {
          overs.push(error)
          log.push('over')
        },
      })
      return { session, opened, log, overs }
    },
  }
}

/** The session's methods, so that one of them can be replaced. */
function bound({ session }: MuxerEnd): MuxerEnd['session'] {
  return {
    openStream: () => session.openStream(),
    ping: (options) => session.ping(options),
    close: (options) => session.close(options),
    abort: (reason) => session.abort(reason),
  }
}
