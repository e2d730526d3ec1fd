import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t from 'tap'
import type { CaseFinished, Verdict } from '../events.ts'
import { ExpectationFailure, loadExpectations, matcher, updateExpectations } from './expectations.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'known-'))
t.teardown(() => rmSync(folder, { recursive: true }))

const ids = ['ping/server/echoing/a', 'ping/server/echoing/a~bytewise', 'ping/server/echoing/b', 'ping/client/idle/a']
const known = { ping: ids }

function write(rows: string): void {
  mkdirSync(path.join(folder, 'ping/known'), { recursive: true })
  writeFileSync(path.join(folder, 'ping/known/go.yaml'), `format: known/1\nknown:\n${rows}`)
}

function finished(id: string, verdict: Verdict, did = 'said nothing'): CaseFinished {
  return {
    type: 'case-finished',
    id,
    protocol: 'ping',
    title: '',
    role: 'server',
    requirements: [],
    level: null,
    stated: null,
    verdict,
    reaction: null,
    survived: null,
    did,
    allowed: '',
    expected: null,
    asExpected: false,
    earlier: [],
    durationMs: 1,
    evidence: null,
    replay: '',
  }
}

const load = (): ReturnType<typeof loadExpectations> => loadExpectations('go', ['ping'], { folder })
const update = (ran: readonly CaseFinished[]): readonly string[] => updateExpectations('go', ran, known, { folder })

t.test('without a file only good verdicts are as expected', async (t) => {
  const { judge } = loadExpectations('nobody', ['ping'], { folder })
  for (const verdict of ['pass', 'nonstrict', 'observed', 'unsupported'] as const)
    t.ok(judge('ping', 'x', verdict, '').asExpected, verdict)
  for (const verdict of ['fail', 'flaky', 'blocked', 'error'] as const)
    t.notOk(judge('ping', 'x', verdict, '').asExpected, verdict)
})

t.test('a known failure is as expected only with its own message, and its pass is not', async (t) => {
  write(
    '  - { case: ping/server/echoing/b, verdict: fail, message: said nothing, reason: slow, link: "https://x.y/1" }\n',
  )
  const { judge, problems } = load()
  t.strictSame(judge('ping', 'ping/server/echoing/b', 'fail', 'it said nothing at all'), {
    expected: { verdict: 'fail', reason: 'slow', link: 'https://x.y/1' },
    asExpected: true,
  })
  t.notOk(judge('ping', 'ping/server/echoing/b', 'fail', 'crashed').asExpected)
  t.notOk(judge('ping', 'ping/server/echoing/b', 'pass', 'said nothing').asExpected)
  t.ok(judge('ping', 'ping/server/echoing/b', 'unsupported', 'has no ping').asExpected, 'a node without the protocol')
  t.ok(judge('ping', 'ping/server/echoing/a', 'pass', '').asExpected)
  t.strictSame(problems(known), [])
})

t.test(
  'a row that matches nothing, and a pattern that covers more or fewer cases than it says, are problems with file and line',
  async (t) => {
    write(
      '  - { case: ping/server/gone, verdict: fail, reason: r }\n  - { case: "ping/server/echoing/*", verdict: fail, reason: r, cases: 2 }\n  - { case: "ping/client/*/a", verdict: fail, reason: r }\n  - { case: "ping/server/echoing/a~*", verdict: fail, reason: r, cases: 2 }\n',
    )
    const found = load().problems(known)
    t.strictSame(
      found.map(({ line }) => line),
      [3, 4, 5],
    )
    t.match(found[0]?.message ?? '', /matches no case/)
    t.match(found[1]?.message ?? '', /covers 3 cases, not 2/)
    t.match(found[2]?.message ?? '', /add "cases: 1"/)
    t.ok(found.every(({ file }) => file.endsWith('ping/known/go.yaml')))
  },
)

t.test(
  'a file is refused where a row has no reason, an unknown key, a wrong protocol, covers the whole protocol or stands twice',
  async (t) => {
    const bad: readonly (readonly [string, RegExp])[] = [
      ['  - { case: ping/server/echoing/b, verdict: fail }\n', /no reason/],
      ['  - { case: ping/server/echoing/b, verdict: fail, reason: UNEXPLAINED }\n', /say why/],
      ['  - { case: ping/server/echoing/b, verdict: fail, reason: r, skip: true }\n', /unknown key "skip"/],
      ['  - { case: yamux/x, verdict: fail, reason: r }\n', /must begin with "ping\/"/],
      ['  - { case: "ping/*/*/*", verdict: fail, reason: r, cases: 4 }\n', /whole protocol/],
      ['  - { case: ping/server/echoing/b, verdict: bad, reason: r }\n', /verdict must be one of/],
      [
        '  - { case: ping/server/echoing/b, verdict: fail, reason: r }\n  - { case: ping/server/echoing/b, verdict: fail, reason: r }\n',
        /listed twice/,
      ],
      ['  - [1]\n', /a row is a map/],
    ]
    for (const [rows, message] of bad) {
      write(rows)
      t.throws(load, ExpectationFailure)
      t.throws(load, { message })
    }
    writeFileSync(path.join(folder, 'ping/known/go.yaml'), 'known: []\n')
    t.throws(load, { message: /format: known\/1/ })
  },
)

t.test('a pattern never crosses a slash, and only a last ~* reaches the chunkings', async (t) => {
  t.ok(matcher('ping/*/a')('ping/server/a'))
  t.notOk(matcher('ping/*/a')('ping/server/echoing/a'))
  t.ok(matcher('ping/server/a~*')('ping/server/a'))
  t.ok(matcher('ping/server/a~*')('ping/server/a~bytewise'))
  t.notOk(matcher('ping/server/a~*')('ping/server/ab'))
  t.notOk(matcher('ping/server/a.b')('ping/server/axb'))
})

t.test('--update writes what fails, asks for a reason, keeps rows that hold and drops those that do not', async (t) => {
  write(
    '  - { case: ping/client/idle/a, verdict: fail, reason: holds }\n  - { case: ping/server/echoing/b, verdict: fail, reason: passes now }\n',
  )
  const ran = [
    finished('ping/server/echoing/a', 'fail', 'sent 31 bytes'),
    finished('ping/server/echoing/a~bytewise', 'fail', 'sent 30 bytes'),
    finished('ping/server/echoing/b', 'pass'),
    finished('ping/client/idle/a', 'fail'),
  ]
  const [file] = update(ran)
  t.match(
    readFileSync(file ?? '', 'utf8'),
    /case: ping\/server\/echoing\/a~\*\n +cases: 2\n +verdict: fail\n +message: sent\n +reason: UNEXPLAINED/,
  )
  t.throws(load, { message: /say why/ })
  writeFileSync(file ?? '', readFileSync(file ?? '', 'utf8').replace('UNEXPLAINED', 'a known gap'))
  const { rows, judge, problems } = load()
  t.strictSame(rows.map((row) => row.reason).sort(), ['a known gap', 'holds'])
  t.ok(
    ran.every((one) => judge('ping', one.id, one.verdict, one.did).asExpected),
    'the same run is now as expected',
  )
  t.strictSame(problems(known), [])
  t.strictSame(update(ran), [], 'a second update changes nothing')
})

t.test('--update removes a file that has nothing left to say, and never excuses a fault of the suite', async (t) => {
  write('  - { case: ping/server/echoing/b, verdict: fail, reason: r }\n')
  t.equal(
    update([
      finished('ping/server/echoing/b', 'pass'),
      finished('ping/server/echoing/a', 'error'),
      finished('ping/client/idle/a', 'blocked'),
    ]).length,
    1,
  )
  t.strictSame(load().rows, [])
})

t.test('a row for one mode says nothing of the other, and an update in the other leaves it alone', async (t) => {
  write('  - { case: ping/server/echoing/b, mode: dialer, verdict: fail, reason: slow }\n')
  const judged = (mode: 'listener' | 'dialer'): boolean =>
    loadExpectations('go', ['ping'], { folder, mode }).judge('ping', 'ping/server/echoing/b', 'fail', '').asExpected
  t.equal(judged('dialer'), true)
  t.equal(judged('listener'), false)
  updateExpectations('go', [finished('ping/server/echoing/b', 'pass')], known, { folder, mode: 'listener' })
  t.equal(judged('dialer'), true)
  updateExpectations('go', [finished('ping/server/echoing/b', 'pass')], known, { folder, mode: 'dialer' })
  t.equal(judged('dialer'), false)
  write('  - { case: ping/server/echoing/b, mode: both, verdict: fail, reason: slow }\n')
  t.throws(() => load(), { message: /mode must be listener, dialer, agent/ })
})
