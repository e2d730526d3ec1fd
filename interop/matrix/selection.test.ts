import * as fc from 'fast-check'
import t from 'tap'
import { expandMatrix } from './cells.ts'
import { MatrixError } from './matrix-error.ts'
import { parseMatrix } from './matrix-file.ts'
import {
  inMixedOrder,
  parseShard,
  selectCells,
  selectionDigest,
  shardCells,
  shardOfId,
  type Selection,
} from './selection.ts'

const matrix = parseMatrix(
  `
format: matrix/1
transports: { tcp: { stacked: true }, ws: { stacked: true }, quic: { stacked: false } }
scenarios:
  ping: { about: connect and ping, seconds: 5 }
  perf: { about: measure, seconds: 5 }
subjects:
  a: { about: one, transports: [tcp, ws, quic], security: [noise, tls], muxers: [yamux], scenarios: [ping, perf], versions: [{ peer: a }] }
  go: { about: two, transports: [tcp, ws, quic], security: [noise, tls], muxers: [yamux], scenarios: [ping], versions: [{ version: '2', peer: go }, { version: '1', peer: go }] }
sets:
  pr: { about: small, scenarios: [ping], subjects: [a, go@2] }
  all: { about: everything }
  odd: { about: with rules, include: ['transport=tcp'], exclude: ['security=tls'] }
`,
  'matrix.yaml',
)
const all = expandMatrix(matrix)
const select = (selection: Selection): readonly string[] => selectCells(all, selection, matrix).map(({ id }) => id)

t.test('a set names scenarios, and subjects with or without a version', async (t) => {
  const ids = select({ set: 'pr' })
  t.equal(ids.length, 5 * 4)
  t.notOk(ids.some((id) => id.includes('go@1') || id.startsWith('perf')))
  t.equal(select({ set: 'all' }).length, all.length)
})

t.test('the rules of a set and those of the call must all hold', async (t) => {
  const ids = select({ set: 'odd', include: ['dialer=a'], exclude: ['perf/'] })
  t.strictSame(ids, ['ping/tcp+noise+yamux/a→a', 'ping/tcp+noise+yamux/a→go@2', 'ping/tcp+noise+yamux/a→go@1'])
})

t.test('a part of an id selects, and with a star the whole id must match; an arrow may be typed', async (t) => {
  t.ok(select({ only: ['quic'] }).every((id) => id.startsWith('ping/quic/') || id.startsWith('perf/quic/')))
  t.strictSame(select({ only: ['ping/quic/a->go@2'] }), ['ping/quic/a→go@2'])
  t.strictSame(select({ only: ['ping/quic/a→*'] }).length, 3)
  t.throws(() => select({ only: ['quic/*'] }), /no cell of the matrix matches "quic\/\*"/)
})

t.test('an axis is matched whole, an id anywhere', async (t) => {
  t.throws(() => select({ include: ['transport=t'] }), /takes no cell of the matrix; transport is one of tcp, ws, quic/)
  t.ok(select({ include: ['transport=tcp|ws'] }).every((id) => /\/(tcp|ws)\+/.test(id)))
  t.strictSame(select({ include: ['dialer=go@1', 'listener=a', 'stack=quic'] }), ['ping/quic/go@1→a'])
  t.strictSame(select({ include: ['dialer=go', 'listener=a', 'stack=quic'] }).length, 2)
  t.strictSame(select({ include: ['subject=a', '^perf', 'security=none', 'muxer=none'] }), ['perf/quic/a→a'])
})

t.test('a rule that names no axis, no expression or no set is refused', async (t) => {
  t.throws(() => select({ include: ['colour=red'] }), MatrixError)
  t.throws(() => select({ exclude: ['('] }), MatrixError)
  t.throws(() => select({ set: 'none' }), /there are pr, all, odd/)
})

t.test(
  'a rule that takes nothing is misspelt, also beside others and where it would only leave cells out',
  async (t) => {
    t.throws(() => select({ exclude: ['subject=go@3'] }), /"subject=go@3" takes no cell.*one of a, go@2, go, go@1/)
    t.throws(() => select({ exclude: ['Transport=tcp'] }), /no id of the matrix matches "Transport=tcp"/)
    t.throws(() => select({ include: ['transport=tcp', 'pign/'] }), MatrixError)
    t.throws(() => select({ only: ['quic', 'go@3'] }), /has in its id "go@3"/)
    t.strictSame(
      select({ include: ['scenario=perf'], exclude: ['subject=a'] }),
      [],
      'rules that only together take nothing are no misspelling',
    )
  },
)

t.test('the order to run in has every cell once, follows from the ids, and is not that of the matrix', async (t) => {
  const mixed = inMixedOrder(all)
  t.strictSame(new Set(mixed), new Set(all))
  t.equal(mixed.length, all.length)
  t.strictSame(inMixedOrder([...all].reverse()), mixed)
  t.notSame(mixed, all)
})

t.test('shards partition every selection exactly, whatever their number', async (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      (names, of) => {
        const first = all[0]
        if (first === undefined) throw new Error('no cell')
        const cells = names.map((id) => ({ ...first, id }))
        const shards = Array.from({ length: of }, (_, index) => shardCells(cells, { index: index + 1, of }))
        const together = shards.flat().map(({ id }) => id)
        return together.length === names.length && names.every((name) => together.includes(name))
      },
    ),
  )
  t.pass()
})

t.test('the shard of a cell follows from its id alone', async (t) => {
  t.equal(shardOfId('ping/quic/a→a', 1), 1)
  const before = all.map(({ id }) => shardOfId(id, 4))
  const shorter = selectCells(all, { include: ['scenario=perf'] }, matrix)
  for (const { id } of shorter) t.equal(shardOfId(id, 4), before[all.findIndex((cell) => cell.id === id)])
  t.ok(new Set(before).size > 1)
})

t.test('only i/n with 1 ≤ i ≤ n is a shard', async (t) => {
  t.strictSame(parseShard('2/5'), { index: 2, of: 5 })
  for (const text of ['0/5', '6/5', '1', '1/0', 'a/b', '1/2/3', '-1/2']) t.throws(() => parseShard(text), MatrixError)
})

t.test('another selection has another digest', async (t) => {
  t.not(selectionDigest(all), selectionDigest(all.slice(1)))
  t.equal(selectionDigest(all), selectionDigest([...all]))
})
