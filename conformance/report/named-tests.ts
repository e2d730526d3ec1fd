import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { projectFolder } from './case-source.ts'

/** The rows of the one table in a document, without its head. */
export function tableRows(document: string): readonly (readonly string[])[] {
  const lines = readFileSync(path.join(projectFolder, document), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** A test as a table names it: `` `file`: title ``. */
export interface NamedTest {
  readonly file: string
  readonly title: string
  /** What stands behind the title on its line of the file; undefined: it does not stand there. */
  readonly rest: string | undefined
}

export function namedTest(cell: string): NamedTest {
  const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(cell) ?? []
  const place = path.join(projectFolder, file)
  const source = file !== '' && existsSync(place) ? readFileSync(place, 'utf8') : ''
  const at = source.indexOf(title)
  const isThere = title !== '' && at !== -1
  return { file, title, rest: isThere ? source.slice(at + title.length, source.indexOf('\n', at)) : undefined }
}
