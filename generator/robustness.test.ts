import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { lint } from './lint/lint.ts'
import { SpecFailure } from './load/problem.ts'
import type { Problem } from './load/problem.ts'

const root = mkdtempSync(join(tmpdir(), 'p2pspec-robustness-'))
t.teardown(() => {
  rmSync(root, { recursive: true, force: true })
})
const scenarios = {
  knock: [
    'protocols/knock/machine.yaml',
    'protocols/knock/requirements.yaml',
    'common/limits.yaml',
    'upstream.lock.yaml',
  ],
  'roll-call': [
    'protocols/roll-call/machine.yaml',
    'protocols/roll-call/layout.yaml',
    'protocols/roll-call/vectors.yaml',
    'protocols/roll-call/roll.proto',
  ],
}
for (const name of Object.keys(scenarios))
  cpSync(join(import.meta.dirname, 'scenarios', 'good', name, 'spec'), join(root, name, 'spec'), { recursive: true })

/** A file of one scenario, as `knock/spec/…`. */
const files = Object.entries(scenarios).flatMap(([name, paths]) => paths.map((path) => `${name}/spec/${path}`))
const originals = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

// The bound of a single run stands in its complaints, not in seconds; a busy machine may take its time.
t.setTimeout(300_000)

await t.test('garbage in place of a spec file is told with its place, never with a stack', async () => {
  const garbage = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 100 }),
    fc.json({ maxDepth: 4 }),
    fc.constantFrom(
      '---\n---\n',
      '? ? ?',
      '&a [*a]',
      '!!binary x',
      '"\\ud800"',
      'format: machine/1',
      '{}',
      '[]',
      'null',
      '1',
      '<<: {a: 1}',
      '__proto__: 1',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), garbage, async (file, content) => {
      await complaintsHavePlaces(file, content)
    }),
    { numRuns: 50 },
  )
})

await t.test('a good spec with a few wounds is told with its places, never with a stack', async () => {
  const wound = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 30 }),
    insert: fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        '\n',
        ':',
        '{',
        '}',
        '[',
        ']',
        ',',
        '#',
        "'",
        '"',
        '0',
        '*',
        '&x',
        'done',
        'failed()',
        '-1',
        'null',
        '1e400',
        '__proto__',
        'constructor',
      ),
      fc.string({ maxLength: 6 }),
    ),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(wound, { minLength: 1, maxLength: 3 }),
      async (file, wounds) => {
        let text = originals.get(file) ?? ''
        for (const { at, length, insert } of wounds) {
          const start = at % (text.length + 1)
          text = text.slice(0, start) + insert + text.slice(start + length)
        }
        await complaintsHavePlaces(file, text)
      },
    ),
    { numRuns: 80 },
  )
})

await t.test('lines taken out, doubled or swapped are told with their places, never with a stack', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.nat(),
      fc.nat(),
      fc.constantFrom('drop', 'double', 'swap'),
      async (file, one, other, how) => {
        const lines = (originals.get(file) ?? '').split('\n')
        const a = one % lines.length
        const b = other % lines.length
        const first = lines[a] ?? ''
        if (how === 'drop') lines.splice(a, 1)
        else if (how === 'double') lines.splice(b, 0, first)
        else {
          lines[a] = lines[b] ?? ''
          lines[b] = first
        }
        await complaintsHavePlaces(file, lines.join('\n'))
      },
    ),
    { numRuns: 80 },
  )
})

/** Runs everything that reads the spec; a fault other than the spec's fails the test. */
async function complaintsHavePlaces(file: string, content: string | Uint8Array): Promise<void> {
  writeFileSync(join(root, file), content)
  let problems: readonly Problem[]
  try {
    problems = (await lint(join(root, file.split('/')[0] ?? ''))).problems
  } catch (error) {
    if (!(error instanceof SpecFailure)) throw error
    problems = error.problems
  } finally {
    writeFileSync(join(root, file), originals.get(file) ?? '')
  }
  for (const { file: named, line, column, message, fix } of problems) {
    if (!named.startsWith('spec/') || line < 1 || column < 1 || message === '' || fix === '')
      throw new Error(`a complaint without a place: ${named}:${line}:${column}: ${message} (${fix})`)
  }
}
