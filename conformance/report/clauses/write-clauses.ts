import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readRun } from '../run-record.ts'
import { clauseHtml } from './clause-html.ts'
import { clauseMarkdown } from './clause-markdown.ts'
import { clauseSvg } from './clause-svg.ts'
import { clauseTable } from './clause-table.ts'

/** Reads runs and writes the table in its three shapes; returns the files. */
export function writeClauses(runFolders: readonly string[], out: string): readonly string[] {
  const table = clauseTable(runFolders.map(readRun))
  mkdirSync(out, { recursive: true })
  const texts = {
    'clauses.md': clauseMarkdown(table),
    'clauses.html': clauseHtml(table),
    'clauses.svg': clauseSvg(table),
  }
  return Object.entries(texts).map(([name, text]) => {
    const file = path.join(out, name)
    writeFileSync(file, text)
    return file
  })
}
