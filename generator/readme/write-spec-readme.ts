import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../load/project-root.ts'
import { fieldTables } from './field-tables.ts'

export const specReadmePath: string = join(projectRoot, 'spec', 'README.md')

/** The page with its field tables as the schemas have them now; all other text is written by hand. */
export function renderSpecReadme(page: string): string {
  return page.replaceAll(
    /(<!-- fields: ([a-z]+) -->\n)[^]*?(<!-- end -->)/g,
    (_, opening: string, format: string, closing: string) => `${opening}\n${fieldTables(format)}\n${closing}`,
  )
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(specReadmePath, renderSpecReadme(readFileSync(specReadmePath, 'utf8')))
