import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { memorySvg } from './memory-plot.ts'
import { inMebibytes, isFlat, trendOf, type MemorySample, type MemoryTrend } from './memory-watch.ts'

export interface SoakFacts {
  readonly name: string
  readonly title: string
  readonly samples: readonly MemorySample[]
  /** What was done, by name. */
  readonly counts: Readonly<Record<string, number>>
}

/** Writes `<name>.json` and `<name>.svg` into the folder, and answers the trends. */
export async function writeSoak(folder: string, { name, title, samples, counts }: SoakFacts) {
  await mkdir(folder, { recursive: true })
  const trends = {
    heap: trendOf(samples, ({ heap }) => heap),
    rss: trendOf(samples, ({ rss }) => rss),
    buffers: trendOf(samples, ({ external }) => external),
  }
  const machine = { cores: cpus().length, memory: totalmem(), node: process.version }
  const json = { format: 'p2pspec-soak/1', name, title, machine, counts, trends, samples }
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(json, undefined, 1)}\n`)
  await writeFile(join(folder, `${name}.svg`), memorySvg(title, samples))
  console.log(`wrote ${join(folder, `${name}.json`)} and ${join(folder, `${name}.svg`)}`)
  return trends
}

export function trendText(what: string, trend: MemoryTrend): string {
  const verdict = isFlat(trend) ? 'flat' : 'NOT flat'
  return `${what}: ${inMebibytes(trend.firstMedian)} in the first quarter, ${inMebibytes(trend.lastMedian)} in the last, ${inMebibytes(trend.bytesPerHour)} an hour: ${verdict}`
}
