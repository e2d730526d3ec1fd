import { mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import path from 'node:path'
import t from 'tap'
import { expandMatrix } from './cells.ts'
import type { CellFinished, MatrixEvent } from './events.ts'
import { loadKnown } from './judgement.ts'
import { parseMatrix, type Matrix } from './matrix-file.ts'
import { runMatrix } from './run-matrix.ts'
import { processRuntime } from './runtimes/process-runtime.ts'
import { selectCells, type Selection } from './selection.ts'

const out = mkdtempSync(path.join(tmpdir(), 'matrix-'))
t.teardown(() => rmSync(out, { recursive: true }))
const fake = path.join(import.meta.dirname, 'testdata/fake-peer.js')
const subject = (name: string, words: string, more = ''): string =>
  `  ${name}: { about: a double, transports: [quic], security: [], muxers: [], scenarios: [ping]${more}, versions: [{ command: [${process.execPath}, ${fake}, ${words}] }] }`

const matrix: Matrix = parseMatrix(
  `
format: matrix/1
transports: { quic: { stacked: false, contract: quic-v1 } }
scenarios:
  ping: { about: connect and ping, seconds: 20, measures: [latency.ping_rtt] }
  short: { about: who hangs is found out, seconds: 1, needs: ping }
  wrong-key: { about: somebody else answers, seconds: 20, needs: ping, outcome: refused, fault: { kind: wrong-key } }
  loss: { about: packets are lost, seconds: 20, needs: ping, fault: { kind: loss, share: 0.1 } }
sets: {}
subjects:
${subject('good', 'good')}
${subject('older', 'legacy', ', spelling: legacy')}
${subject('lists', 'lists, chatty')}
${subject('mute', 'mute')}
${subject('outside', 'outside')}
${subject('hangs', 'hangs')}
${subject('refuses', 'refuses')}
${subject('panics', 'panics')}
${subject('unable', 'unsupported')}
${subject('ends', 'listener-ends')}
${subject('flaky', 'flaky, once')}
`,
  'matrix.yaml',
)

async function run(
  selection: Selection,
  retries = 0,
): Promise<{ readonly code: number; readonly cells: readonly CellFinished[] }> {
  const selected = selectCells(expandMatrix(matrix), selection, matrix)
  t.ok(selected.length > 0, 'something is selected')
  const events: MatrixEvent[] = []
  await using runtime = await processRuntime({
    folder: path.join(out, 'runtime'),
    commandOf: async () => await Promise.reject(new Error('every double has a command')),
  })
  const code = await runMatrix({
    matrix,
    selected,
    selection,
    runtime,
    out,
    run: 'test',
    judge: loadKnown(selected, out).judge,
    onEvent: (event) => events.push(event),
    onProgress: () => {},
    parallel: 2,
    retries,
    capture: false,
    signal: AbortSignal.timeout(300_000),
  })
  return { code, cells: events.filter((event) => event.type === 'cell-finished') }
}

const one = async (id: string, retries?: number): Promise<CellFinished & { readonly code: number }> => {
  const { code, cells } = await run({ only: [id] }, retries)
  const [cell] = cells
  if (cell === undefined || cells.length > 1) throw new Error(`${id} is ${cells.length} cells`)
  return { ...cell, code }
}

t.test('two programs that keep the contract meet, and the figures of the dialer are kept', async (t) => {
  const cell = await one('ping/quic/good→good')
  t.match(cell, { verdict: 'pass', code: 0, attempts: 1, asExpected: true, measures: { 'latency.ping_rtt': 0.5 } })
  t.ok(cell.files.includes('dialer.out.log'))
})

t.test('the older spelling, and lists and values in the newer one, meet each other in both directions', async (t) => {
  const { code, cells } = await run({
    include: ['scenario=ping', 'dialer=good|older|lists', 'listener=good|older|lists'],
  })
  t.equal(code, 0)
  t.equal(cells.length, 9)
  for (const { measures } of cells) t.match(measures, { 'latency.ping_rtt': 0.5 })
})

const outside = Object.values(networkInterfaces()).some((found) =>
  found?.some((one) => one.family === 'IPv4' && !one.internal),
)

t.test(
  'a listener that tells no loopback address, as those of unified-testing, is met as a process',
  { skip: outside ? false : 'this machine has no IPv4 address besides the loopback' },
  async (t) => {
    t.match(await one('ping/quic/good→outside'), { verdict: 'pass', code: 0 })
  },
)

t.test('a dialer that ends with 0 and tells no figures has not shown that it did anything', async (t) => {
  t.match(await one('ping/quic/mute→good'), { verdict: 'fail', code: 1, did: /told no latency\.ping_rtt/ })
})

t.test('a side that says it cannot is a failure of what the matrix declares', async (t) => {
  t.match(await one('ping/quic/unable→good'), { verdict: 'fail', did: /unable as dialer ended with 127/ })
  t.match(await one('ping/quic/good→unable'), { verdict: 'fail', did: /unable as listener ended with 127/ })
})

t.test('a listener that ends while the dialer tries is what failed, with its last words', async (t) => {
  t.match(await one('ping/quic/hangs→ends'), {
    verdict: 'fail',
    did: 'ends as listener ended with exit code 3: out of luck',
  })
})

t.test('a dialer that hangs is ended, and that is said', async (t) => {
  t.match(await one('short/quic/hangs→good'), { verdict: 'fail', did: /hangs/ })
})

t.test('what should be refused passes where it is, and fails where it is accepted or crashes the dialer', async (t) => {
  t.match(await one('wrong-key/quic/good→good'), { verdict: 'pass', did: /refused/ })
  t.match(await one('wrong-key/quic/older→good'), { verdict: 'pass', did: /refused/ })
  t.match(await one('wrong-key/quic/panics→good'), { verdict: 'fail', did: /a crash, not a refusal/ })
})

t.test('a failure is tried again only to tell whether it is steady', async (t) => {
  t.match(await one('ping/quic/flaky→good', 2), {
    verdict: 'flaky',
    attempts: 2,
    asExpected: false,
    code: 1,
    did: /not this time/,
  })
  t.match(await one('ping/quic/refuses→good', 2), { verdict: 'fail', attempts: 3, code: 1 })
})

t.test('a fault that processes cannot have is said to be unsupported, and is no failure', async (t) => {
  t.match(await one('loss/quic/good→good'), {
    verdict: 'unsupported',
    asExpected: true,
    attempts: 0,
    code: 0,
    did: /--runtime docker/,
  })
})

t.test('without a Redis server the message says what to do', async (t) => {
  await t.rejects(
    processRuntime({
      folder: path.join(out, 'none'),
      redisProgram: 'no-such-redis',
      commandOf: async () => await Promise.resolve([]),
    }),
    { code: 'no-redis', message: /apt-get install redis-server/ },
  )
})
