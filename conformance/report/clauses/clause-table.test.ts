import fc from 'fast-check'
import t from 'tap'
import type { CaseFinished, SubjectInfo, Verdict } from '../../events.ts'
import { readRun, type RunRecord } from '../run-record.ts'
import { anyRecord, sampleFolder } from '../testdata/records.ts'
import { clauseHtml } from './clause-html.ts'
import { cellText, clauseMarkdown, withTotals } from './clause-markdown.ts'
import { clauseSvg } from './clause-svg.ts'
import { clauseTable, foldCell } from './clause-table.ts'

const sample = readRun(sampleFolder)
const [first] = sample.cases
if (first === undefined) throw new Error('the sample is empty')
const base: CaseFinished = first

function runOf(
  name: string,
  mode: SubjectInfo['mode'],
  verdicts: Readonly<Record<string, readonly Verdict[]>>,
): RunRecord {
  const cases = Object.entries(verdicts).flatMap(([requirement, list]) =>
    list.map((verdict, index) => ({
      ...base,
      id: `ping/${requirement}/${index}`,
      requirements: [requirement],
      verdict,
    })),
  )
  return {
    started: {
      ...sample.started,
      subject: { ...sample.started.subject, name, mode },
      protocols: { ping: cases.length },
    },
    cases,
    finished: null,
  }
}

t.test('what an agent did stands where it stands for a listener', async (t) => {
  const table = clauseTable([
    runOf('go', 'listener', { 'PING-ECHO-1': ['pass'] }),
    runOf('go', 'agent', { 'PING-ECHO-1': ['nonstrict'], 'PING-LOOP-1': ['pass'] }),
  ])
  const cells = table.protocols[0]?.rows.flatMap((row) => row.cells.filter((cell) => foldCell(cell) !== null))
  t.strictSame(cells, [
    { listener: 'nonstrict', dialer: null },
    { listener: 'pass', dialer: null },
  ])
})

t.test('a cell is the worst verdict of the cases that cite the requirement, for each direction', async (t) => {
  const table = clauseTable([
    runOf('js', 'listener', { 'PING-ECHO-1': ['pass', 'fail'], 'PING-LOOP-1': ['pass', 'nonstrict'] }),
    runOf('js', 'dialer', { 'PING-ECHO-1': ['pass'] }),
    runOf('go', 'listener', { 'PING-ECHO-1': ['pass', 'observed', 'blocked'] }),
  ])
  t.strictSame(
    table.implementations.map(({ name }) => name),
    ['go', 'js'],
    'in the order of the house',
  )
  const row = table.protocols[0]?.rows.find(({ requirement }) => requirement.id === 'PING-ECHO-1')
  t.strictSame(row?.cells, [
    { listener: 'pass', dialer: null },
    { listener: 'fail', dialer: 'pass' },
  ])
  t.strictSame(row?.cells.map(foldCell), ['pass', 'fail'])
  t.strictSame(row?.cells.map(cellText), ['✔', 'L✘ D✔'])
  t.match(table.implementations[0]?.totals, { held: 1, broken: 0 })
  t.match(table.implementations[1]?.totals, { held: 0, broken: 1, nonstrict: 1 })
})

t.test('a requirement that no case met is listed with the reason that its row gives', async (t) => {
  const text = clauseMarkdown(clauseTable([runOf('go', 'listener', { 'PING-ECHO-1': ['pass'] })]))
  t.match(text, /\| PING-ECHO-1 \| MUST, prose \| ✔ \|/)
  t.match(text, /- PING-ID-1 .*by construction/)
  t.match(text, /- PING-STREAMS-3 .*no case \(implicit\)/)
})

t.test('whatever a peer calls itself, the page and the picture hold no markup of its making', async (t) => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const table = clauseTable([record])
      const tags = (text: string): string => [...text.matchAll(/<(script|img|iframe|object|foreignObject)\b/g)].join()
      t.equal(tags(clauseHtml(table)), '')
      t.equal(tags(clauseSvg(table)), '')
      const rows = clauseMarkdown(table)
        .split('\n')
        .filter((line) => line.startsWith('| agent'))
      t.equal(rows.length, 1)
      t.equal(rows[0]?.split('|').length, 4)
    }),
    { numRuns: 30 },
  )
})

t.test('the totals go between the marks of a page, and a page without marks is refused', async (t) => {
  const table = clauseTable([])
  const page = withTotals('a\n<!-- clauses:begin -->\nold\n<!-- clauses:end -->\nz', table, 'docs/clauses.md')
  t.match(page, /^a\n<!-- clauses:begin -->\nRequirements by implementation/)
  t.match(page, /docs\/clauses\.md\)\.\n<!-- clauses:end -->\nz$/)
  t.notMatch(page, /old/)
  t.equal(withTotals(page, table, 'docs/clauses.md'), page)
  t.throws(() => withTotals('nothing', table, 'x'), { message: /has no place for the totals/ })
})
