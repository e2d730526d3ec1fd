import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { projectFolder, readCases } from './case-source.ts'
import { specProtocols } from './requirement-index.ts'

const rows = readFileSync(path.join(projectFolder, 'docs/advisories.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| advisory'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

t.test(
  'every row of docs/advisories.md names a test that exists, with the number of the advisory in its title',
  (t) => {
    t.ok(rows.length >= 10, `${rows.length} rows`)
    for (const [advisory = '', , , test = ''] of rows) {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? []
      t.ok(file !== '' && existsSync(path.join(projectFolder, file)), `${advisory}: ${file} exists`)
      const source = file === '' ? '' : readFileSync(path.join(projectFolder, file), 'utf8')
      const at = source.indexOf(title)
      t.ok(title !== '' && at !== -1, `${advisory}: "${title}" stands in ${file}`)
      const rest = source.slice(at + title.length, source.indexOf('\n', at))
      for (const number of advisory.match(/CVE-[\d-]+|GHSA(?:-\w+){3}|RUSTSEC-[\d-]+|[\w-]+ #\d+/g) ?? [])
        t.ok(rest.includes(number), `the title of "${title}" says ${number}`)
    }
    t.end()
  },
)

t.test('every case that docs/advisories.md names is one of the suite', (t) => {
  const known = new Set(specProtocols().flatMap((protocol) => [...readCases(protocol).keys()]))
  for (const [advisory = '', , , , cases = ''] of rows)
    for (const [, id = ''] of cases.matchAll(/`([^`]+)`/g)) t.ok(known.has(id), `${advisory}: ${id}`)
  t.end()
})
