import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { memorySvg } from './memory-plot.ts'
import { isFlat, trendOf, type MemorySample } from './memory-watch.ts'

t.setTimeout(300_000)
const mebibyte = 1_048_576

function samplesOf(heapAt: (index: number) => number): readonly MemorySample[] {
  return Array.from({ length: 100 }, (_, index) => ({
    atMs: index * 36_000,
    heap: heapAt(index),
    committed: 80 * mebibyte,
    external: mebibyte,
    rss: 100 * mebibyte,
    connections: 1,
    streams: 1,
  }))
}

await t.test('a slow leak is told from memory that rises in a warm-up or goes up and down', (t) => {
  const leak = trendOf(
    samplesOf((index) => (50 + index * 0.3) * mebibyte),
    ({ heap }) => heap,
  )
  t.equal(isFlat(leak), false)
  t.equal(Math.round(leak.bytesPerHour / mebibyte), 30)
  t.equal(
    isFlat(
      trendOf(
        samplesOf((index) => Math.min(20 + index * 5, 100) * mebibyte),
        ({ heap }) => heap,
      ),
    ),
    true,
  )
  t.equal(
    isFlat(
      trendOf(
        samplesOf((index) => (50 + (index % 7)) * mebibyte),
        ({ heap }) => heap,
      ),
    ),
    true,
  )
  t.end()
})

await t.test('the plot is an image with a line for each kind of memory and its figure', (t) => {
  const svg = memorySvg(
    'a title',
    samplesOf((index) => index * mebibyte),
  )
  t.match(svg, /^<svg [^>]*role="img" aria-label="a title">/)
  t.equal(svg.match(/class="line/g)?.length, 4)
  t.match(svg, 'heap 99 MiB')
  t.match(svg, 'rss 100 MiB')
  t.notMatch(svg, 'NaN')
  t.notMatch(memorySvg('none', []), 'NaN')
  t.end()
})

await t.test('a small crowd comes, is counted, and goes; what it cost is written', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'p2pspec-soak-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const program = join(import.meta.dirname, 'soak.ts')
  const { status, stderr } = spawnSync(process.execPath, ['--expose-gc', program, 'crowd', '20', '5', '0'], {
    encoding: 'utf8',
    env: { ...process.env, SOAK_OUT: folder },
  })
  t.equal(status, 0, stderr)
  const written = JSON.parse(readFileSync(join(folder, 'crowd.json'), 'utf8')) as object
  t.match(written, { format: 'p2pspec-soak/1', counts: { connections: 20, streams: 100, failures: 0 } })
  t.match(readFileSync(join(folder, 'crowd.svg'), 'utf8'), '20 connections with 5 streams each')
  t.end()
})
