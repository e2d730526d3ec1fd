import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t from 'tap'
import { expandMatrix } from './cells.ts'
import { exitCodeOf, idsByScenario, loadKnown, updateKnown } from './judgement.ts'
import { parseMatrix, readMatrix } from './matrix-file.ts'
import { finishedCell } from './testdata/records.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'known-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const all = expandMatrix(
  parseMatrix(
    `
format: matrix/1
transports: { quic: { stacked: false }, tcp: { stacked: false } }
scenarios: { ping: { about: x, seconds: 1 } }
sets: {}
subjects:
  a: { about: x, transports: [quic, tcp], security: [], muxers: [], scenarios: [ping], versions: [{ peer: a }] }
  b: { about: x, transports: [quic, tcp], security: [], muxers: [], scenarios: [ping], versions: [{ peer: b }] }
`,
    'matrix.yaml',
  ),
)
function write(rows: string): void {
  mkdirSync(path.join(folder, 'ping/known'), { recursive: true })
  writeFileSync(path.join(folder, 'ping/known/matrix.yaml'), `format: known/1\nknown:\n${rows}`)
}

t.test('a known failure is as expected, its pass is not, and a known flaky cell may do either', async (t) => {
  write(
    '  - { case: ping/quic/a→b, verdict: fail, message: hangs, reason: a bug of b }\n  - { case: ping/tcp/a→b, verdict: flaky, message: late, reason: a race of b }\n',
  )
  const { judge } = loadKnown(all, folder)
  t.equal(judge('ping', 'ping/quic/a→b', 'fail', 'the dialer hangs').asExpected, true)
  t.equal(judge('ping', 'ping/quic/a→b', 'fail', 'another failure').asExpected, false)
  t.equal(judge('ping', 'ping/quic/a→b', 'pass', 'done').asExpected, false)
  t.equal(judge('ping', 'ping/tcp/a→b', 'pass', 'done').asExpected, true)
  t.equal(judge('ping', 'ping/tcp/a→b', 'flaky', 'passed at try 2; before: late').asExpected, true)
  t.equal(judge('ping', 'ping/tcp/a→b', 'flaky', 'passed at try 2; before: lost').asExpected, false)
  t.equal(judge('ping', 'ping/tcp/a→b', 'fail', 'late').asExpected, true, 'it may fail at every try')
  t.equal(judge('ping', 'ping/tcp/a→b', 'fail', 'lost').asExpected, false)
  t.equal(judge('ping', 'ping/tcp/a→b', 'error', 'late').asExpected, false)
  t.equal(judge('ping', 'ping/tcp/b→a', 'fail', '').asExpected, false)
})

t.test('a pattern that covers another number of cells than it says, or none, is a problem', async (t) => {
  write(
    '  - { case: ping/*/a→b, verdict: fail, cases: 2, reason: x }\n  - { case: ping/*/c→b, verdict: fail, cases: 2, reason: x }\n  - { case: ping/*/b→*, verdict: fail, cases: 3, reason: x }\n',
  )
  const problems = loadKnown(all, folder).problems(idsByScenario(all))
  t.equal(problems.length, 2)
  t.match(problems, [
    { line: 4, message: /matches no case/ },
    { line: 5, message: /covers 4 cases, not 3/ },
  ])
})

t.test('an update writes what failed, and that waits for a reason; what is flaky and passed stays', async (t) => {
  write('  - { case: ping/tcp/a→b, verdict: flaky, reason: a race of b }\n')
  const expected = { verdict: 'flaky', reason: 'a race of b' } as const
  updateKnown(
    [
      finishedCell('ping/tcp/a→b', { expected }),
      finishedCell('ping/quic/b→a', { verdict: 'fail', did: 'b as dialer ended with exit code 1', asExpected: false }),
    ],
    all,
    folder,
  )
  const text = readFileSync(path.join(folder, 'ping/known/matrix.yaml'), 'utf8')
  t.match(text, /case: ping\/tcp\/a→b/)
  t.match(text, /case: ping\/quic\/b→a/)
  t.throws(() => loadKnown(all, folder), /has no reason yet/)
})

t.test('the exit code tells a difference from a run that failed or is not whole', async (t) => {
  t.equal(exitCodeOf([finishedCell('ping/quic/a→a')], 1), 0)
  t.equal(exitCodeOf([finishedCell('ping/quic/a→a', { asExpected: false })], 1), 1)
  t.equal(exitCodeOf([finishedCell('ping/quic/a→a')], 2), 2)
  t.equal(exitCodeOf([finishedCell('ping/quic/a→a', { verdict: 'error', asExpected: false })], 1), 2)
})

t.test('what is known of the real matrix covers what it says and no more', async (t) => {
  const cells = expandMatrix(readMatrix())
  t.strictSame(loadKnown(cells).problems(idsByScenario(cells)), [])
})
