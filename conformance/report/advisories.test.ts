import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { projectFolder, readCases } from './case-source.ts'
import { namedTest, tableRows } from './named-tests.ts'
import { specProtocols } from './requirement-index.ts'

const rows = tableRows('docs/advisories.md')

t.test(
  'every row of docs/advisories.md names a test that exists, with the number of the advisory in its title',
  (t) => {
    t.ok(rows.length >= 10, `${rows.length} rows`)
    for (const [advisory = '', , , test = ''] of rows) {
      const { file, title, rest } = namedTest(test)
      t.ok(rest !== undefined, `${advisory}: "${title}" stands in ${file}`)
      for (const number of advisory.match(/CVE-[\d-]+|GHSA(?:-\w+){3}|RUSTSEC-[\d-]+|[\w-]+ #\d+/g) ?? [])
        t.ok(rest?.includes(number), `the title of "${title}" says ${number}`)
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

t.test(
  'the QUIC library that is locked and installed bounds the gaps of a stream (RUSTSEC-2026-0185, CVE-2024-45311, CVE-2026-31812)',
  (t) => {
    const lock = readFileSync(path.join(projectFolder, 'package-lock.json'), 'utf8')
    const locked = [...lock.matchAll(/"node_modules\/(@chainsafe\/libp2p-quic-[\w-]+)": \{\s*"version": "([\d.]+)"/g)]
    t.equal(locked.length, 7, 'each platform has one')
    let installed = 0
    for (const [, name = '', version = ''] of locked) {
      // 2.1.1 has quinn-proto 0.11.14 inside, which keeps every piece that comes out of order.
      t.match(version, /^2\.1\.(?:[4-9]|\d\d+)$/, name)
      const folder = path.join(projectFolder, 'node_modules', name)
      if (!existsSync(folder)) continue
      installed += 1
      const library = readdirSync(folder).find((file) => file.endsWith('.node')) ?? 'none'
      const text = readFileSync(path.join(folder, library), 'latin1')
      t.ok(text.includes('too many gaps in stream buffer'), `${name} ends a connection of too many gaps`)
    }
    t.equal(installed, 1, 'npm installs the one that fits this machine')
    t.end()
  },
)
