import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { emitAll } from '../emit/emit-all.ts'
import { machineEmitter } from '../emit/machine.ts'
import { lint } from '../lint/lint.ts'
import { loadModel } from '../load/load-model.ts'
import { formatProblem, SpecFailure } from '../load/problem.ts'

// UPDATE_SCENARIOS=1 writes what comes out as what is expected; read the difference before it is committed.
const update = process.env['UPDATE_SCENARIOS'] !== undefined
const folder = import.meta.dirname

for (const name of readdirSync(join(folder, 'good'))) {
  await t.test(`good/${name}: lint is content and the emitted files are the golden ones`, async (t) => {
    const root = join(folder, 'good', name)
    t.equal(await complaints(root), '', 'no complaint')
    for (const { path, text } of await emitAll(loadModel(root), [machineEmitter], false)) {
      golden(t, join(root, 'expected', `${path}.txt`), text)
    }
  })
}

for (const name of readdirSync(join(folder, 'bad'))) {
  await t.test(`bad/${name}: the complaint names file, line, column, fault and remedy`, async (t) => {
    const root = join(folder, 'bad', name)
    const text = await complaints(root)
    t.not(text, '', 'there is a complaint')
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('    '))) {
      t.match(line, /^spec\/[^:]+:[0-9]+:[0-9]+: ./, 'a place before each complaint')
    }
    golden(t, join(root, 'expected.txt'), text)
  })
}

/** What `p2pspec lint` prints of a project. */
async function complaints(root: string): Promise<string> {
  try {
    const { problems } = await lint(root)
    return problems.map((problem) => `${formatProblem(problem)}\n`).join('')
  } catch (error) {
    if (!(error instanceof SpecFailure)) throw error
    return `${error.message}\n`
  }
}

function golden(t: Test, path: string, text: string): void {
  if (update) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  t.ok(existsSync(path), `${path} exists`)
  t.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : '', `as in ${path.slice(folder.length + 1)}`)
}
