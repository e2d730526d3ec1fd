import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { projectRoot } from '../load/project-root.ts'
import { renderSpecReadme, specReadmePath } from './write-spec-readme.ts'

const page = readFileSync(specReadmePath, 'utf8')

await t.test('the field tables of spec/README.md are those of the schemas', async (t) => {
  t.equal(page, renderSpecReadme(page), 'run `node generator/readme/write-spec-readme.ts`')
})

await t.test('the worked example of spec/README.md is the scenario that runs', async (t) => {
  const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? ''
  // The page leaves `what` to its own first sentence.
  const { what, ...scenario } = parse(
    readFileSync(join(projectRoot, 'generator/scenarios/good/knock/spec/protocols/knock/machine.yaml'), 'utf8'),
  ) as Record<string, unknown>
  t.type(what, 'string')
  t.same(parse(example), scenario)
})

await t.test('the complaint that spec/README.md quotes is the one that lint gives', async (t) => {
  const quoted = /```text\n([^]*?)```/.exec(page)?.[1] ?? ''
  t.equal(quoted, readFileSync(join(projectRoot, 'generator/scenarios/bad/missing-row/expected.txt'), 'utf8'))
})
