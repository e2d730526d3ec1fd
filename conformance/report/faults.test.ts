import t from 'tap'
import { namedTest, tableRows } from './named-tests.ts'

t.test('every row of docs/faults.md names a test that exists', (t) => {
  const rows = tableRows('docs/faults.md')
  t.ok(rows.length >= 40, `${rows.length} rows`)
  let fault = ''
  for (const [named = '', , cell = ''] of rows) {
    if (named !== '') fault = named
    const { file, title, rest } = namedTest(cell)
    t.ok(file.endsWith('.test.ts') && rest !== undefined, `${fault}: "${title}" stands in ${file}`)
  }
  t.end()
})
