import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readRun } from '../run-record.ts'
import { clauseHtml } from './clause-html.ts'
import { clauseMarkdown, withTotals } from './clause-markdown.ts'
import { clauseSvg } from './clause-svg.ts'
import { clauseTable } from './clause-table.ts'

/** Reads runs and writes the table in its three shapes, and its totals into `page`; returns the files. */
export function writeClauses(runFolders: readonly string[], out: string, page?: string): readonly string[] {
  const table = clauseTable(runFolders.map(readRun))
  mkdirSync(out, { recursive: true })
  const total =
    page === undefined
      ? {}
      : { [page]: withTotals(readFileSync(page, 'utf8'), table, path.posix.join(out, 'clauses.md')) }
  const texts = {
    'clauses.md': clauseMarkdown(table),
    'clauses.html': clauseHtml(table),
    'clauses.svg': clauseSvg(table),
  }
  const files = {
    ...total,
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [path.join(out, name), text])),
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(file, text)
  return Object.keys(files)
}
