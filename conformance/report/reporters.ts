import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { RunEvent } from '../events.ts'
import { annotated } from './annotated.ts'
import { badge } from './badge.ts'
import { jsonFormat } from './json-format.ts'
import { junit } from './junit.ts'
import { readRequirements } from './requirement-index.ts'
import { protocolsOf, recordOf, type RunRecord } from './run-record.ts'
import { tapFormat } from './tap-format.ts'
import { terminal } from './terminal.ts'

export const reportFormats = ['html', 'junit', 'tap', 'json', 'badge', 'annotated'] as const
export type ReportFormat = (typeof reportFormats)[number]

export interface ReporterOptions {
  readonly formats: readonly ReportFormat[]
  /** The run's folder; made where it is missing. */
  readonly out: string
  /** `auto`: live on a terminal that can redraw, else plain. */
  readonly terminal: 'auto' | 'live' | 'plain' | 'off'
  readonly write?: (text: string) => void
}

export interface Reporters {
  onEvent(event: RunEvent): void
  /** Writes the reports and prints the summary. Returns the files. */
  finish(): Promise<readonly string[]>
}

/** Every report of a run, fed by its events; `events.jsonl` itself is written line by line, so a killed run leaves its story. */
export function createReporters(options: ReporterOptions): Reporters {
  const events: RunEvent[] = []
  const eventsFile = path.join(options.out, 'events.jsonl')
  mkdirSync(options.out, { recursive: true })
  writeFileSync(eventsFile, '')
  const isTty = process.stdout.isTTY && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined
  const mode = options.terminal === 'auto' ? (isTty ? 'live' : 'plain') : options.terminal
  const view =
    mode === 'off'
      ? null
      : terminal({
          mode,
          color: isTty && process.env['NO_COLOR'] === undefined,
          write: options.write ?? ((text) => process.stdout.write(text)),
          now: () => performance.now(),
          columns: () => process.stdout.columns || assumedColumns,
        })
  return {
    onEvent(event) {
      events.push(event)
      appendFileSync(eventsFile, `${JSON.stringify(event)}\n`)
      view?.onEvent(event)
    },
    async finish() {
      const record = recordOf(events, eventsFile)
      const files = await writeReports(record, options.formats, options.out)
      view?.summary(record, { files })
      return files
    },
  }
}

/** Writes the chosen reports of a finished (or killed) run into its folder. */
export async function writeReports(
  record: RunRecord,
  formats: readonly ReportFormat[],
  out: string,
): Promise<readonly string[]> {
  const written: string[] = []
  for (const format of reportFormats) {
    if (!formats.includes(format)) continue
    const file = path.join(out, fileNames[format])
    writeFileSync(file, await render(format, record, out))
    written.push(file)
  }
  return written
}

/** The summary of a record, as text without colour. */
export function summaryText(record: RunRecord, files: readonly string[]): string {
  let text = ''
  const view = terminal({
    mode: 'plain',
    color: false,
    write: (part) => (text += part),
    now: () => 0,
    columns: () => 100,
  })
  view.summary(record, { files })
  return text
}

/** Where a terminal does not tell its width, or tells 0. */
const assumedColumns = 100

const fileNames: Readonly<Record<ReportFormat, string>> = {
  html: 'report.html',
  junit: 'junit.xml',
  tap: 'report.tap',
  json: 'report.json',
  badge: 'badge.json',
  annotated: 'requirements.md',
}

async function render(format: ReportFormat, record: RunRecord, out: string): Promise<string> {
  switch (format) {
    case 'html': {
      // The page needs a graph layout engine; the other formats should not wait for it to load.
      const { htmlPage } = await import('./html/page.ts')
      return await htmlPage(record, { folder: out })
    }
    case 'junit':
      return junit(record)
    case 'tap':
      return tapFormat(record)
    case 'json':
      return `${JSON.stringify(jsonFormat(record), null, 2)}\n`
    case 'badge':
      return `${JSON.stringify(badge(record))}\n`
    case 'annotated':
      return annotated(record, readRequirements(protocolsOf(record)))
  }
}
