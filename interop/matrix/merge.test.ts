import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t from 'tap'
import { MatrixError } from './matrix-error.ts'
import { mergeAndReport, mergeRuns } from './merge.ts'
import { finishedCell, startedRun } from './testdata/records.ts'
import { readRecord } from './report/matrix-record.ts'
import { eventFile } from './report/write-reports.ts'
import type { MatrixEvent } from './events.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'merge-'))
t.teardown(() => rmSync(folder, { recursive: true }))

function shard(name: string, events: readonly MatrixEvent[]): string {
  const out = path.join(folder, name)
  const write = eventFile(out)
  for (const event of events) {
    write(event)
    if (event.type !== 'cell-finished' || event.evidence === null) continue
    mkdirSync(path.join(out, event.evidence), { recursive: true })
    writeFileSync(path.join(out, event.evidence, 'dialer.err.log'), event.id)
  }
  return out
}

const end = { type: 'run-finished', durationMs: 10, counts: {}, exitCode: 0 } as unknown as MatrixEvent // counts are not read
const first = (name: string, more: readonly MatrixEvent[] = [end]): string =>
  shard(name, [
    startedRun({ shard: { index: 1, of: 2 }, total: 1, selected: 2 }),
    finishedCell('ping/quic/a→a'),
    ...more,
  ])
const second = (name: string): string =>
  shard(name, [
    startedRun({ shard: { index: 2, of: 2 }, total: 1, selected: 2 }),
    finishedCell('ping/quic/a→b', { verdict: 'fail', asExpected: false }),
    end,
  ])

t.test('shards become one run with all cells, their evidence and the worst exit code', async (t) => {
  const out = path.join(folder, 'whole')
  let said = ''
  const code = mergeAndReport([second('2'), first('1')], { out, write: (text) => (said += text) })
  t.equal(code, 1)
  t.match(said, /1 passed, 1 failed/)
  const { started, cells } = readRecord(out)
  t.match(started, { shard: null, total: 2 })
  t.strictSame(cells.map(({ id }) => id).sort(), ['ping/quic/a→a', 'ping/quic/a→b'])
  for (const { evidence } of cells) t.ok(existsSync(path.join(out, evidence ?? '', 'dialer.err.log')))
})

t.test(
  'evidence that a merge before kept in the folder is gone, and a shard that is the folder keeps its own',
  async (t) => {
    const out = path.join(folder, 'again')
    mkdirSync(path.join(out, 'cells', 'of-before'), { recursive: true })
    mergeRuns([first('again-1'), second('again-2')], out)
    t.notOk(existsSync(path.join(out, 'cells', 'of-before')))
    const { cells } = mergeRuns([first('in-place-1'), second('in-place-2')], path.join(folder, 'in-place-1'))
    for (const { evidence } of cells)
      t.ok(existsSync(path.join(folder, 'in-place-1', evidence ?? '', 'dialer.err.log')))
  },
)

t.test('cells stand in the order of the matrix, whichever shard has them and whichever finished first', async (t) => {
  const out = path.join(folder, 'ordered')
  const cell = (id: string, place: number): MatrixEvent => finishedCell(id, { place })
  const one = shard('one', [
    startedRun({ shard: { index: 1, of: 2 }, selected: 4 }),
    cell('ping/quic/b→b', 3),
    cell('ping/quic/a→b', 1),
    end,
  ])
  const two = shard('two', [
    startedRun({ shard: { index: 2, of: 2 }, selected: 4 }),
    cell('ping/quic/b→a', 2),
    cell('ping/quic/a→a', 0),
    end,
  ])
  const { cells } = mergeRuns([one, two], out)
  t.strictSame(
    cells.map(({ id }) => id),
    ['ping/quic/a→a', 'ping/quic/a→b', 'ping/quic/b→a', 'ping/quic/b→b'],
  )
})

t.test('a shard that is missing, twice, of another selection or of another split is refused', async (t) => {
  const out = path.join(folder, 'refused')
  const other = shard('other', [startedRun({ shard: { index: 2, of: 2 }, selectionDigest: 'other' }), end])
  const split = shard('split', [startedRun({ shard: { index: 2, of: 3 } }), end])
  t.throws(() => mergeRuns([first('1')], out), /missing: 2/)
  t.throws(() => mergeRuns([first('1'), first('again')], out), /both shard 1/)
  t.throws(() => mergeRuns([first('1'), other], out), /another selection/)
  t.throws(() => mergeRuns([first('1'), split], out), /another split/)
  t.throws(() => mergeRuns([], out), MatrixError)
  t.throws(() => mergeRuns([path.join(folder, 'nothing')], out), /holds no run/)
})

t.test('a whole in which a shard was cut short has failed', async (t) => {
  const out = path.join(folder, 'cut')
  t.equal(mergeAndReport([first('1', []), second('2')], { out, write: () => {} }), 2)
})
