import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t from 'tap'
import { matcher } from '../report/expectations.ts'
import { readCases } from '../report/case-source.ts'
import { readRequirements, specProtocols } from '../report/requirement-index.ts'
import { applyMutant, MutantError } from './apply-mutant.ts'
import { readMutants, someOfEach } from './mutant.ts'
import { MutatedCommand } from './mutated-command.ts'
import { mutationMarkdown, mutationScore } from './mutation-report.ts'

const change = { id: 'x', file: 'a.ts', after: [], find: 'b', replace: 'c' }
const mutants = readMutants()
const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

t.test('a change applies to exactly one place, and says so loudly where it does not', async (t) => {
  t.equal(applyMutant('abd', change), 'acd')
  t.throws(() => applyMutant('abb', change), MutantError)
  t.throws(() => applyMutant('abb', change), { message: /stands 2 times/ })
  t.throws(() => applyMutant('ad', change), { message: /stands 0 times/ })
  t.throws(() => applyMutant('abd', { ...change, replace: 'b' }), { message: /changes nothing/ })
  t.equal(applyMutant('b[b]b', { ...change, after: ['['] }), 'b[c]b', 'the first behind its anchors')
  t.throws(() => applyMutant('b', { ...change, after: ['['] }), { message: /"\[" is not in a.ts/ })
})

t.test('every seeded bug fits the source as it is, names a requirement of the spec and cases that exist', async (t) => {
  t.ok(mutants.length >= 40, `${mutants.length} mutants`)
  const requirements = readRequirements(specProtocols())
  const withRows = new Set([...requirements.values()].map(({ protocol }) => protocol))
  const ids = specProtocols().flatMap((protocol) => [...readCases(protocol).keys()])
  for (const mutant of mutants) {
    if (withRows.has(mutant.protocol))
      t.ok(requirements.has(mutant.requirement), `${mutant.id}: ${mutant.requirement} is in the spec`)
    const wide = mutant.kills.map(
      (pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`),
    )
    t.ok(
      wide.some((expression) => ids.some((id) => expression.test(id))) ||
        mutant.kills.some((pattern) => ids.some(matcher(pattern))),
      `${mutant.id}: a case fits ${mutant.kills.join(', ')}`,
    )
  }
})

t.test('the load hook changes a module while it loads, and only as it is told', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mutant-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const program = path.join(folder, 'program.ts')
  writeFileSync(program, 'const answer: number = 41\nconsole.log(answer)\n')
  const mark = path.join(folder, 'applied')
  const hook = new URL('load-hook.ts', import.meta.url)
  const runWith = (find: string): { readonly out: string; readonly err: string; readonly code: number | null } => {
    rmSync(mark, { force: true })
    const url = pathToFileURL(program).href
    const order = { id: 'x', url, mark, file: 'program.ts', after: [], find, replace: '42' }
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', `${hook.href}?${encodeURIComponent(JSON.stringify(order))}`, program],
      { encoding: 'utf8' },
    )
    return { out: stdout, err: stderr, code: status }
  }
  t.match(runWith('41'), { out: '42\n', err: '', code: 0 })
  t.ok(existsSync(mark), 'it says that it did')
  t.match(runWith('43'), { out: '', err: /stands 0 times/, code: 70 })
  t.notOk(existsSync(mark))
  const untold = spawnSync(process.execPath, ['--import', fileURLToPath(hook), program], { encoding: 'utf8' })
  t.not(untold.status, 0, 'without an order it does not run unchanged')
})

t.test('a bug that was not in place is no judgement, of a listener or of a dialer', async (t) => {
  for (const mode of ['listener', 'dialer'] as const) {
    const mutant = mutants.find((one) => one.mode === mode && !one.network && one.options.length === 0)
    if (mutant === undefined) throw new Error(`no mutant of a ${mode}`)
    using mutated = new MutatedCommand([process.execPath, '--eval', ''], mutant)
    const [program = '', ...words] = mutated.words
    t.equal(spawnSync(program, words).status, 0, 'a program that does not load the file')
    t.throws(() => mutated.requireApplied(), { message: /was never loaded/ })
    const source = JSON.stringify(pathToFileURL(path.join(projectFolder, mutant.file)).href)
    using loading = new MutatedCommand([process.execPath, '--eval', `import(${source})`], mutant)
    const [same = '', ...loads] = loading.words
    t.equal(spawnSync(same, loads).status, 0, 'one that does')
    t.doesNotThrow(() => loading.requireApplied())
  }
})

t.test('a slice has so many mutants of every protocol, none twice, and the same ones each time', async (t) => {
  const counts = Map.groupBy(mutants, ({ protocol }) => protocol)
  for (const count of [1, 2, 5, 1000]) {
    const slice = someOfEach(mutants, count)
    t.equal(new Set(slice).size, slice.length)
    t.same(slice, someOfEach(mutants, count))
    for (const [protocol, own] of counts)
      t.equal(slice.filter((one) => one.protocol === protocol).length, Math.min(count, own.length), protocol)
  }
})

t.test('the score tells survivors first and counts what could not be judged apart', async (t) => {
  const [one, two, three] = mutants
  if (one === undefined || two === undefined || three === undefined) throw new Error('too few mutants')
  const score = mutationScore([
    { mutant: one, outcome: 'killed', killers: ['ping/a|b'], note: '', seconds: 1 },
    { mutant: two, outcome: 'survived', killers: [], note: '3 cases looked and saw nothing', seconds: 1 },
    { mutant: three, outcome: 'broken', killers: [], note: 'did not start', seconds: 1 },
  ])
  const text = mutationMarkdown(score)
  t.match(text, /\*\*1 of 2 killed \(50 %\)\.\*\* 1 could not be judged/)
  t.ok(text.indexOf(two.what) < text.indexOf(one.what))
  t.match(text, /ping\/a&#124;b/)
  t.match(text, new RegExp(`\\| ${one.protocol} \\| 1 of 2 \\| 1 \\|`))
})
