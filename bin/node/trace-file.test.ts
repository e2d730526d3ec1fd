import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TraceEvent } from '@p2pspec/runtime/node/trace/trace-event'
import t from 'tap'
import { TraceFile } from './trace-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-trace-'))
t.teardown(() => rmSync(folder, { recursive: true }))

t.test('a trace that has reached its limit ends with a line that says so, and grows no further', async (t) => {
  const path = join(folder, 'trace.jsonl')
  const maxBytes = 2_000
  const warnings = t.capture(console, 'error')
  const file = new TraceFile(path, maxBytes)
  const event: TraceEvent = { timeMs: 7, layer: 'store', type: 'fault', fault: { message: 'ä disk' } }
  for (let turn = 0; turn < 20; turn += 1) {
    for (let at = 0; at < 20; at += 1) file.write(event)
    await nextTurn()
  }
  const lines = readFileSync(path, 'ascii').trimEnd().split('\n')
  t.same(JSON.parse(lines.at(-1) ?? ''), { timeMs: 7, layer: 'trace', type: 'ended', maxFileBytes: maxBytes })
  for (const line of lines.slice(0, -1)) t.same(JSON.parse(line), event)
  t.ok(lines.slice(0, -1).join('\n').length <= maxBytes, 'what is there before that last line')
  t.ok(lines.length > 10)
  t.equal(warnings().length, 1)
  const { size } = statSync(path)
  const again = new TraceFile(path, maxBytes)
  again.write(event)
  await nextTurn()
  t.ok(statSync(path).size < size + 200, 'a file that was full before gets that line alone')
  t.match(readFileSync(path, 'ascii').trimEnd().split('\n').at(-1), /"layer":"trace"/)
})
