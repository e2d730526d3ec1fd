import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t from 'tap'
import { parseAllDocuments } from 'yaml'

interface Job {
  readonly kind: string
  readonly spec: {
    readonly completions: number
    readonly parallelism: number
    readonly maxFailedIndexes: number
    readonly template: { readonly spec: { readonly containers: readonly [Container] } }
  }
}

interface Container {
  readonly command: readonly [string, ...string[]]
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
}

t.test('the night has a pod for each shard, and one that fails ends no other', async (t) => {
  const { completions, parallelism, maxFailedIndexes } = job('night.yaml').spec
  t.equal(String(completions), variables(job('night.yaml'))['SHARDS'])
  t.equal(parallelism, completions)
  t.equal(maxFailedIndexes, completions)
})

t.test('the pods of the night run every shard once, each into a folder of its own', async (t) => {
  const night = job('night.yaml')
  for (let index = 0; index < night.spec.completions; index++) {
    const { words, code } = run(t.testdir(), night, { JOB_COMPLETION_INDEX: String(index) })
    const shard = `${index + 1}/${night.spec.completions}`
    t.equal(words, `p2pspec|interop|run|--set|nightly|--runtime|docker|--shard|${shard}|--out|shard-${index + 1}|`)
    t.equal(code, 0)
  }
})

t.test('ONLY narrows the night, with its words kept together', async (t) => {
  const { words } = run(t.testdir(), job('night.yaml'), { JOB_COMPLETION_INDEX: '0', ONLY: 'ping/* a' })
  t.match(words, '|--set|nightly|--only|ping/* a|--runtime|')
})

t.test('the exit code of a shard is that of its pod', async (t) => {
  for (const code of [1, 2])
    t.equal(run(t.testdir(), job('night.yaml'), { JOB_COMPLETION_INDEX: '0', CODE: String(code) }).code, code)
})

t.test('shards that are in the report are removed, and stay where the report is not whole', async (t) => {
  for (const [code, left] of [
    [0, []],
    [1, []],
    [2, ['shard-1', 'shard-2']],
  ] as const) {
    const results = t.testdir({ 'shard-1': { 'events.jsonl': '' }, 'shard-2': {} })
    const merged = run(results, job('merge.yaml'), { CODE: String(code) })
    t.equal(merged.words, 'p2pspec|interop|merge|shard-1|shard-2|--out|interop|--history|history|')
    t.equal(merged.code, code)
    t.strictSame(
      readdirSync(results).filter((name) => name.startsWith('shard-')),
      left,
    )
  }
})

function job(file: string): Job {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8')
  const found = parseAllDocuments(text)
    .map((document) => document.toJS() as Job) // what is read of it here is asserted
    .find(({ kind }) => kind === 'Job')
  if (found === undefined) throw new Error(`${file} has no Job`)
  return found
}

function variables(job: Job): Readonly<Record<string, string>> {
  const [{ env = [] }] = job.spec.template.spec.containers
  return Object.fromEntries(env.map(({ name, value }) => [name, value]))
}

/** What the container's command line calls npx with, each word with a bar behind it, where the volume of results is this folder. */
function run(
  results: string,
  job: Job,
  environment: Readonly<Record<string, string>>,
): { readonly words: string; readonly code: number | null } {
  const [{ command, args }] = job.spec.template.spec.containers
  const bin = join(results, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nprintf "%s|" "$@"\nexit "${CODE:-0}"\n', { mode: 0o755 })
  const [program, ...words] = [...command, ...args].map((text) => text.replaceAll('/results', results))
  const { stdout, status } = spawnSync(program ?? '', words, {
    encoding: 'utf8',
    env: { ...variables(job), ...environment, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) },
  })
  return { words: stdout.replaceAll(`${results}/`, ''), code: status }
}
