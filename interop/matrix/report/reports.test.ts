import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import type { MatrixEvent } from '../events.ts'
import { finishedCell, startedRun } from '../testdata/records.ts'
import { addToHistory, readHistory, trendText } from './history.ts'
import { matrixBadge } from './matrix-badge.ts'
import { matrixJson } from './matrix-json.ts'
import { matrixJunit } from './matrix-junit.ts'
import { matrixMarkdown } from './matrix-markdown.ts'
import { matrixPage } from './matrix-page.ts'
import { sidesOf, type MatrixRecord } from './matrix-record.ts'
import { matrixTerminal } from './matrix-terminal.ts'
import { writeMatrixReports } from './write-reports.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'reports-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const hostile = '</td><script>alert(1)</script>&"\u202e`|\n<!--'
const record: MatrixRecord = {
  started: startedRun({ total: 5, selected: 5 }),
  cells: [
    finishedCell('ping/tcp+noise+yamux/a→b'),
    finishedCell('ping/quic/a→b', { verdict: 'fail', did: hostile, asExpected: false }),
    finishedCell('ping/quic/b→a', { verdict: 'fail', expected: { verdict: 'fail', reason: 'a bug of b' } }),
    finishedCell('loss/quic/b→a', { verdict: 'unsupported', did: 'not here', evidence: null, files: [] }),
    finishedCell('ping/quic/b→b', {
      verdict: 'pass',
      asExpected: false,
      expected: { verdict: 'fail', reason: 'gone' },
    }),
  ],
  finished: {
    type: 'run-finished',
    durationMs: 1500,
    counts: matrixJson({ started: startedRun(), cells: [], finished: null }).counts,
    exitCode: 1,
  },
}

t.test('results.json keeps to its schema, whole and cut short', async (t) => {
  const schema: object = JSON.parse(readFileSync(new URL('../schema/results.schema.json', import.meta.url), 'utf8')) // our own file
  const isResults = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
  for (const one of [record, { ...record, finished: null }]) {
    t.ok(isResults(JSON.parse(JSON.stringify(matrixJson(one)))), JSON.stringify(isResults.errors))
  }
  t.match(matrixJson({ ...record, finished: null }), { complete: false, exitCode: 2 })
  t.notOk(isResults({ ...matrixJson(record), more: 1 }))
})

t.test('JUnit counts a difference as a failure and what is known as skipped', async (t) => {
  const xml = matrixJunit(record)
  t.match(xml, '<testsuites name="p2pspec interop (docker)" tests="5" failures="2" errors="0" skipped="2"')
  t.match(xml, 'type="unexpected-pass"')
  t.match(xml, 'known fail: a bug of b')
  t.notMatch(xml, '<script>')
})

t.test('nothing that a peer said is markup in the page, and the page asks for nothing else', async (t) => {
  const page = matrixPage(record, new Map())
  t.notMatch(page, '<script>alert')
  t.notMatch(page, '\u202e')
  t.notMatch(page, /(?:src|href)="(?:https?:)?\/\//)
  t.match(page, 'href="cells/ping-a-b/dialer.err.log"')
  t.equal(page.match(/<tr id="c[0-9a-f]{8}">/g)?.length, 5)
})

t.test('the page begins with a link to each grid that says what does not go well there', async (t) => {
  const page = matrixPage(record, new Map())
  for (const [, target = ''] of page.matchAll(/href="#(s-[^"]*|meetings)"/g)) t.match(page, ` id="${target}"`)
  t.match(page, '<a href="#s-ping">ping</a> 4, 2 not as expected, 1 known to fail')
  t.match(page, '<a href="#s-loss">loss</a> 1, 1 cannot run here')
})

t.test('the summary has a table a scenario and lists what is not as expected', async (t) => {
  const text = matrixMarkdown(record)
  t.match(text, '| a |  | 1 ✔ 1 ✘ |')
  t.match(text, '## Not as expected')
  t.match(text, '## Known')
  t.notMatch(text, '<script>')
})

t.test('the badge is red where a verdict differs and grey where the run failed', async (t) => {
  t.match(matrixBadge(record), { color: 'red', message: '1/4', label: 'libp2p interop (pr)' })
  t.match(matrixBadge({ ...record, cells: record.cells.filter((cell) => cell.asExpected) }), { color: 'yellow' })
  t.match(matrixBadge({ ...record, cells: record.cells.slice(0, 1) }), { color: 'brightgreen', message: '1/1' })
  t.match(matrixBadge({ ...record, finished: null }), { color: 'lightgrey' })
})

t.test('a folder of past results gives each cell its trend, oldest first', async (t) => {
  const history = path.join(folder, 'history')
  t.equal(readHistory(history).size, 0)
  for (const [startedAt, asExpected] of [
    ['2030-01-03', false],
    ['2030-01-01', true],
    ['2030-01-02', true],
  ] as const)
    addToHistory(
      history,
      matrixJson({
        ...record,
        started: { ...record.started, startedAt },
        cells: [finishedCell('ping/quic/a→b', { asExpected })],
      }),
    )
  const past = readHistory(history).get('ping/quic/a→b') ?? []
  t.strictSame(
    past.map((one) => one.startedAt),
    ['2030-01-01', '2030-01-02', '2030-01-03'],
  )
  t.equal(trendText(past), '2/3 as expected, median 12 ms')
  const page = matrixPage(record, readHistory(history))
  t.match(page, '2/3 as expected')
  t.match(
    page,
    /<i class="passed"[^>]*title="2030-01-01: pass, 12 ms"><\/i><i class="passed"[^>]*><\/i><i class="failed"[^>]*><\/i>/,
  )
  t.match(page, '<b class="differs">2/3</b>')
  t.match(page, '<span class="corner">new</span>', 'a meeting that no run before had')
  writeFileSync(path.join(history, 'other.json'), '{}')
  t.throws(() => readHistory(history), /other\.json is no results\.json/)
})

t.test('every report is written, and the run joins the history', async (t) => {
  const history = path.join(folder, 'joined')
  const files = writeMatrixReports(record, { out: folder, history })
  t.strictSame(
    files.slice(0, 5).map((file) => path.basename(file)),
    ['grid.html', 'junit.xml', 'summary.md', 'results.json', 'badge.json'],
  )
  t.equal(readdirSync(history).length, 1)
})

t.test(
  'the terminal tells time left once there is something to tell it from, and every difference at once',
  async (t) => {
    let now = 0
    let said = ''
    const view = matrixTerminal({
      mode: 'plain',
      color: false,
      write: (text) => (said += text),
      now: () => now,
      columns: () => 80,
    })
    const events: readonly MatrixEvent[] = [
      startedRun({ total: 10, selected: 20, shard: { index: 1, of: 2 } }),
      ...Array.from({ length: 10 }, (_, index) => [
        { type: 'cell-started' as const, id: `ping/quic/a→${index}` },
        finishedCell(`ping/quic/a→${index}`, index === 3 ? { verdict: 'fail', did: hostile, asExpected: false } : {}),
      ]).flat(),
    ]
    for (const event of events) {
      now += 3_000
      view.onEvent(event)
    }
    t.match(said, '10 meetings (shard 1 of 2, 20 in all), in containers')
    t.match(said, /✘ ping\/quic\/a→3 fail: <\/td>.*\\u\{202e\}/)
    t.match(said, /\d+\/10, 1 not as expected, about \d+ s left/)
    t.match(said, '10/10, 1 not as expected\n')
  },
)

t.test(
  'both sides of a grid stand in the order of the matrix, also where a shard has few of the meetings',
  async (t) => {
    const cells = [finishedCell('ping/quic/a→c'), finishedCell('ping/tcp+noise+yamux/b→a')]
    t.strictSame(sidesOf(cells, ['c', 'd', 'b', 'a']), { dialers: ['b', 'a'], listeners: ['c', 'a'] })
    t.strictSame(sidesOf(cells), { dialers: ['a', 'b'], listeners: ['a', 'c'] })
    const started = startedRun({ parties: ['c', 'b', 'a'] })
    t.match(
      matrixPage({ ...record, started, cells }, new Map()),
      /dials.*<th scope="col">c<\/th><th scope="col">a<\/th>/,
    )
  },
)
