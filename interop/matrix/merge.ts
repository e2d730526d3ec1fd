import { cpSync, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { evidenceFolder } from './cells.ts'
import type { CellFinished, MatrixEvent } from './events.ts'
import { countVerdicts, exitCodeOf } from './judgement.ts'
import { MatrixError } from './matrix-error.ts'
import { readRecord, recordOf, type MatrixRecord } from './report/matrix-record.ts'
import { matrixTerminal } from './report/matrix-terminal.ts'
import { eventFile, writeMatrixReports } from './report/write-reports.ts'

/** One record out of the shards of one selection, with their evidence. Throws where they do not belong together or one is missing. */
export function mergeRuns(folders: readonly string[], out: string): MatrixRecord {
  const records = folders.map(readRecord)
  const [first] = records
  if (first === undefined) throw new MatrixError('cannot-merge', 'name the folders of the shards')
  checkTogether(folders, records)
  const cells = records.flatMap((record) => record.cells)
  checkOnce(cells)
  const { selected } = first.started
  const ended = records.every(({ finished }) => finished !== null)
  const events: MatrixEvent[] = [
    { ...first.started, startedAt: earliest(records), shard: null, total: selected },
    ...cells,
    ...(ended
      ? [
          {
            type: 'run-finished' as const,
            durationMs: Math.max(...records.map(({ finished }) => finished?.durationMs ?? 0)),
            counts: countVerdicts(cells),
            exitCode: exitCodeOf(cells, selected),
          },
        ]
      : []),
  ]
  // What a merge before this one kept here is none of this one's evidence.
  if (!folders.some((folder) => path.resolve(folder) === path.resolve(out)))
    rmSync(path.join(out, evidenceFolder), { recursive: true, force: true })
  const write = eventFile(out)
  for (const event of events) write(event)
  for (const [index, { cells: mine }] of records.entries()) copyEvidence(folders[index] ?? '', out, mine)
  return recordOf(events, out)
}

function checkTogether(folders: readonly string[], records: readonly MatrixRecord[]): void {
  const [first] = records
  const of = first?.started.shard?.of ?? 1
  const seen = new Map<number, string>()
  for (const [index, { started }] of records.entries()) {
    const folder = folders[index] ?? ''
    if (started.selectionDigest !== first?.started.selectionDigest || (started.shard?.of ?? 1) !== of)
      throw new MatrixError('cannot-merge', `${folder} ran another selection or another split than ${folders[0]}`)
    const shard = started.shard?.index ?? 1
    const other = seen.get(shard)
    if (other !== undefined) throw new MatrixError('cannot-merge', `${folder} and ${other} are both shard ${shard}`)
    seen.set(shard, folder)
  }
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !seen.has(index))
  if (missing.length > 0)
    throw new MatrixError('cannot-merge', `of ${of} shards these are missing: ${missing.join(', ')}`)
}

function checkOnce(cells: readonly CellFinished[]): void {
  const seen = new Set<string>()
  for (const { id } of cells) {
    if (seen.has(id)) throw new MatrixError('cannot-merge', `${id} is in two shards`)
    seen.add(id)
  }
}

function earliest(records: readonly MatrixRecord[]): string {
  return records.map(({ started }) => started.startedAt).sort()[0] ?? ''
}

function copyEvidence(from: string, to: string, cells: readonly CellFinished[]): void {
  if (path.resolve(from) === path.resolve(to)) return
  for (const { evidence } of cells)
    if (evidence !== null && existsSync(path.join(from, evidence)))
      cpSync(path.join(from, evidence), path.join(to, evidence), { recursive: true })
}

export interface MergeOptions {
  readonly out: string
  readonly history?: string
  readonly write: (text: string) => void
}

/** Merges, writes every report, and gives the exit code of the whole. */
export function mergeAndReport(folders: readonly string[], { out, history, write }: MergeOptions): 0 | 1 | 2 {
  const record = mergeRuns(folders, out)
  const view = matrixTerminal({ mode: 'plain', color: false, write, now: () => 0, columns: () => 0 })
  view.summary(record, writeMatrixReports(record, { out, history }))
  return record.finished?.exitCode ?? 2
}
