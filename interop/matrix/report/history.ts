import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Verdict } from '@p2pspec/conformance/events'
import { MatrixError } from '../matrix-error.ts'
import type { MatrixResults } from './matrix-json.ts'

/** More runs than a row can show are not read. */
const runsMax = 30

export interface PastVerdict {
  readonly startedAt: string
  readonly verdict: Verdict
  readonly asExpected: boolean
  readonly durationMs: number
}

/** What each cell did in the runs before, oldest first. */
export type History = ReadonlyMap<string, readonly PastVerdict[]>

/** Reads a folder of past `results.json` files, whatever they are called there. */
export function readHistory(folder: string): History {
  const runs = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  const results = runs.map((name) => readResults(path.join(folder, name)))
  const latest = results.sort((left, right) => (left.startedAt < right.startedAt ? -1 : 1)).slice(-runsMax)
  const history = new Map<string, PastVerdict[]>()
  for (const { startedAt, cells } of latest) {
    for (const { id, verdict, asExpected, durationMs } of cells) {
      const past = history.get(id) ?? []
      past.push({ startedAt, verdict, asExpected, durationMs })
      history.set(id, past)
    }
  }
  return history
}

/** Adds a run; the file's name sorts by when it began. A run that is there already is written again. */
export function addToHistory(folder: string, results: MatrixResults): string {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${results.startedAt.replaceAll(/[:.]/g, '-')}-${results.run}.json`)
  writeFileSync(file, `${JSON.stringify(results)}\n`)
  return file
}

/** In words: how steady a cell has been. */
export function trendText(past: readonly PastVerdict[]): string {
  if (past.length === 0) return 'new'
  const good = past.filter(({ asExpected }) => asExpected).length
  const durations = past.map(({ durationMs }) => durationMs).sort((left, right) => left - right)
  return `${good}/${past.length} as expected, median ${durations[durations.length >> 1] ?? 0} ms`
}

function readResults(file: string): MatrixResults {
  const wrong = (cause?: unknown): MatrixError =>
    new MatrixError('bad-record', `${file} is no results.json of the matrix: take it out of the history`, { cause })
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw wrong(cause)
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== 'interop-results/1')
    throw wrong()
  return value as MatrixResults // the format says which schema it was written to
}
