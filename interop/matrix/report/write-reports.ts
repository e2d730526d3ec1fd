import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { MatrixEvent } from '../events.ts'
import { addToHistory, readHistory, type History } from './history.ts'
import { matrixBadge } from './matrix-badge.ts'
import { matrixJson } from './matrix-json.ts'
import { matrixJunit } from './matrix-junit.ts'
import { matrixMarkdown } from './matrix-markdown.ts'
import { matrixPage } from './matrix-page.ts'
import { eventsFileName, type MatrixRecord } from './matrix-record.ts'

export interface ReportOptions {
  readonly out: string
  /** A folder of past results: the page shows the trend of each cell, and this run is added. */
  readonly history?: string | undefined
}

/** Writes `events.jsonl` line by line, so that a run that is killed leaves its story. */
export function eventFile(out: string): (event: MatrixEvent) => void {
  mkdirSync(out, { recursive: true })
  const file = path.join(out, eventsFileName)
  writeFileSync(file, '')
  return (event) => appendFileSync(file, `${JSON.stringify(event)}\n`)
}

/** Every report of a run, whole or cut short. Returns the files. */
export function writeMatrixReports(record: MatrixRecord, { out, history }: ReportOptions): readonly string[] {
  const past: History = history === undefined ? new Map() : readHistory(history)
  const texts: Readonly<Record<string, string>> = {
    'grid.html': matrixPage(record, past),
    'junit.xml': matrixJunit(record),
    'summary.md': matrixMarkdown(record),
    'results.json': `${JSON.stringify(matrixJson(record), null, 2)}\n`,
    'badge.json': `${JSON.stringify(matrixBadge(record))}\n`,
  }
  const files = Object.entries(texts).map(([name, text]) => {
    const file = path.join(out, name)
    writeFileSync(file, text)
    return file
  })
  return history === undefined ? files : [...files, addToHistory(history, matrixJson(record))]
}
