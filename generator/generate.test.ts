import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { generate } from './generate.ts'
import { projectRoot } from './load/project-root.ts'
import { renderSpecTypes } from './model/write-spec-types.ts'

const root = mkdtempSync(join(tmpdir(), 'p2pspec-generate-'))
t.teardown(() => {
  rmSync(root, { recursive: true, force: true })
})
cpSync(join(import.meta.dirname, 'scenarios', 'good', 'knock', 'spec'), join(root, 'spec'), { recursive: true })
t.setTimeout(300_000)
const machine = join(root, 'generated', 'protocols', 'knock', 'machine.ts')

await t.test('writes everything once, and finds nothing to do the second time', async (t) => {
  const first = await generate(root)
  t.ok(first.differences.length > 0 && first.differences.every(({ kind }) => kind === 'missing'))
  t.same((await generate(root)).differences, [])
  t.same((await generate(root, { check: true })).differences, [])
})

await t.test('--check names a changed, a missing and an extra file, and touches none', async (t) => {
  const before = readFileSync(machine, 'utf8')
  const errors = join(root, 'generated', 'protocols', 'knock', 'errors.ts')
  writeFileSync(machine, `${before}// edited\n`)
  rmSync(errors)
  mkdirSync(join(root, 'generated', 'protocols', 'gone'))
  writeFileSync(join(root, 'generated', 'protocols', 'gone', 'machine.ts'), '')
  const { differences } = await generate(root, { check: true })
  t.same(differences, [
    { path: 'protocols/gone/machine.ts', kind: 'extra' },
    { path: 'protocols/knock/errors.ts', kind: 'missing' },
    { path: 'protocols/knock/machine.ts', kind: 'changed' },
  ])
  t.notOk(existsSync(errors))
  await generate(root)
  t.equal(readFileSync(machine, 'utf8'), before, 'generate puts it right')
  t.notOk(existsSync(join(root, 'generated', 'protocols', 'gone', 'machine.ts')), 'and removes what is extra')
})

await t.test('a fault in the spec writes nothing at all', async (t) => {
  const spec = join(root, 'spec', 'protocols', 'knock', 'machine.yaml')
  const text = readFileSync(spec, 'utf8')
  writeFileSync(
    spec,
    text.replace('timers: { wait: 5s }', 'timers: { wait: 6s }').replace('to: greeting,', 'to: nowhere,'),
  )
  const before = readFileSync(machine, 'utf8')
  await t.rejects(generate(root), { name: 'SpecFailure' })
  t.equal(readFileSync(machine, 'utf8'), before)
  writeFileSync(spec, text)
})

await t.test('two runs give the same bytes whatever the time zone, the locale and the folder', async (t) => {
  const script = `
    const { emitAll } = await import(${JSON.stringify(join(projectRoot, 'generator', 'emit', 'emit-all.ts'))})
    const { emitters } = await import(${JSON.stringify(join(projectRoot, 'generator', 'emit', 'emitters.ts'))})
    const { loadModel } = await import(${JSON.stringify(join(projectRoot, 'generator', 'load', 'load-model.ts'))})
    console.log(JSON.stringify(await emitAll(loadModel(${JSON.stringify(projectRoot)}), emitters, true)))`
  const run = (cwd: string, environment: Readonly<Record<string, string>>): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, ...environment },
    })
  const here = run(projectRoot, { TZ: 'UTC', LC_ALL: 'C' })
  const there = run(root, { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' })
  t.ok(here === there, 'byte for byte')
  t.notMatch(here, projectRoot, 'no absolute path')
})

await t.test('the types of the formats are those of the schemas', async (t) => {
  t.equal(
    readFileSync(join(projectRoot, 'generator', 'model', 'spec-types.ts'), 'utf8'),
    await renderSpecTypes(),
    'run `node generator/model/write-spec-types.ts`',
  )
})
