import t from 'tap'
import type { CaseFinished, RunEvent } from '../events.ts'
import { countVerdicts, readRun, type RunRecord } from './run-record.ts'
import { terminal } from './terminal.ts'
import { sampleFolder } from './testdata/records.ts'

const sample = readRun(sampleFolder)
const [first] = sample.cases
if (first === undefined) throw new Error('the sample is empty')
const base: CaseFinished = first

function finished(change: Partial<CaseFinished>): CaseFinished {
  return { ...base, verdict: 'pass', asExpected: true, expected: null, ...change }
}

function play(mode: 'live' | 'plain', events: readonly RunEvent[], stepMs = 1000): readonly string[] {
  const writes: string[] = []
  let now = 0
  const view = terminal({ mode, color: false, write: (text) => writes.push(text), now: () => now, columns: () => 100 })
  for (const event of events) {
    view.onEvent(event)
    now += stepMs
  }
  return writes
}

function summary(record: RunRecord): string {
  let text = ''
  terminal({ mode: 'plain', color: false, write: (part) => (text += part), now: () => 0, columns: () => 100 }).summary(
    record,
    { files: [] },
  )
  return text
}

const started: RunEvent = { ...sample.started, protocols: { ping: 8 }, total: 8 }
const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) =>
  finished({
    id: `ping/server/${name}`,
    protocol: 'ping',
    ...(name === 'b' ? { verdict: 'fail', asExpected: false } : {}),
  }),
)

t.test(
  'a terminal that can redraw shows one line per protocol: done, failures, time left, drawn in place',
  async (t) => {
    const writes = play('live', [
      started,
      ...eight.flatMap((one): RunEvent[] => [{ type: 'case-started', id: one.id }, one]),
    ])
    const frames = writes.slice(1)
    t.match(frames[0] ?? '', /ping .*0\/8 {2}0 failures {2}waits/)
    t.match(
      frames[1] ?? '',
      /^\u001b\[1A\u001b\[2K ping .*1\/8 {2}0 failures {2}… left/,
      'it goes one line up and clears it',
    )
    t.match(frames[4] ?? '', /4\/8 {2}1 failure {2}7\.0 s left/)
    t.match(frames.at(-1) ?? '', /8\/8 {2}1 failure {2}15 s/)
  },
)

t.test('anything else gets whole lines without control characters, at each quarter that takes a second', async (t) => {
  const text = play('plain', [started, ...eight]).join('')
  t.notMatch(text, /\u001b/)
  t.match(text, /ping: 4\/8, 1 failure, about .* left\n/)
  t.match(text, /ping: 8\/8, 1 failure, took .*\n/)
  t.equal(play('plain', [started, ...eight], 1).length, 2, 'a protocol that is done at once has one line')
})

t.test('an agent name cannot move the cursor or turn the text around', async (t) => {
  const text = play('plain', [started]).join('')
  t.match(text, /sample-libp2p/)
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})

t.test(
  'the summary names each failure in two lines: what the peer did, and the requirement with its place',
  async (t) => {
    const text = summary(sample)
    t.match(
      text,
      /✘ fail {2}multistream-select\/responder\/awaitProposal\/recv\.malformed\.no-suffix\n {2}did: .*as if the message were well-formed\n {2}origin: A message is its length .* \[MSS-FRAME-1, MUST, prose: multiformats\/multistream-select README\.md#protocol\]\n/,
    )
    t.match(text, /no longer served a fresh dial/, 'a crash is told')
    t.match(text, /✔ unexpected pass {2}yamux\/session\/over-window/)
    t.notMatch(text, /huge-length/, 'a known failure is counted, not listed')
    t.match(text, /1 of these failures is known/)
  },
)

t.test('the last lines say what the exit code means and how to see one failure again', async (t) => {
  const ended = (exitCode: 0 | 1 | 2, cases: readonly CaseFinished[]): RunRecord => ({
    started: sample.started,
    cases,
    finished: {
      type: 'run-finished',
      durationMs: 1,
      counts: { pass: 0, nonstrict: 0, fail: 0, observed: 0, unsupported: 0, blocked: 0, flaky: 0, error: 0 },
      maxFlaky: 1,
      exitCode,
    },
  })
  t.match(summary(ended(0, [finished({})])), /exit 0: every verdict is as expected/)
  t.match(
    summary(ended(1, eight)),
    /exit 1: 1 verdict differs from what is expected\nwhat it means: p2pspec explain ping\/server\/b\nonly this again: /,
  )
  t.match(summary(ended(1, [finished({})])), /exit 1: the expectations file does not fit/)
  t.match(summary(ended(2, [])), /exit 2: the run itself failed/)
  const unserved = finished({ id: 'sanity/first', verdict: 'fail', asExpected: false })
  t.match(summary(ended(2, [unserved])), /exit 2: the subject did not serve an honest peer, .* check the address/)
  t.match(summary({ ...sample, finished: null }), /exit 2: the run ended before its last case/)
})

t.test(
  'a flaky case is listed with both of its judgements, and counts as a failure only where there are too many',
  async (t) => {
    const flaky = finished({
      verdict: 'flaky',
      asExpected: false,
      did: 'answered late (fail); alone it was pass: echoed',
    })
    const ended = (maxFlaky: number, exitCode: 0 | 1): string =>
      summary({
        started: sample.started,
        cases: [flaky],
        finished: { type: 'run-finished', durationMs: 1, counts: countVerdicts([flaky]), maxFlaky, exitCode },
      })
    t.match(ended(1, 0), /≈ flaky .*\n {2}did: {4}answered late \(fail\); alone it was pass: echoed\n/)
    t.match(ended(1, 0), /exit 0: no verdict differs from what is expected, but 1 case is flaky, and up to 1 may be/)
    t.match(ended(0, 1), /exit 1: 1 case is flaky, and only 0 may be/)
  },
)
