import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'

const command = join(import.meta.dirname, 'p2pspec.ts')

function run(...words: readonly string[]): {
  readonly status: number | null
  readonly out: string
  readonly errors: string
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], { encoding: 'utf8', cwd: '/' })
  return { status, out: stdout, errors: stderr }
}

await t.test('a name that does not exist is told with the names that do, exit code 1, no stack', async (t) => {
  for (const words of [['generate', 'pong'], ['show', 'pong'], ['lint', 'no-such-rule'], ['no-such-command']]) {
    const { status, errors } = run(...words)
    t.equal(status, 1, words.join(' '))
    t.notMatch(errors, /\n\s+at /, `no stack of ${words.join(' ')}`)
  }
  t.match(run('generate', 'pong').errors, 'Did you mean `ping`?')
})

await t.test('what the user got wrong is never called a fault of p2pspec', async (t) => {
  for (const words of [
    ['check', 'hello'],
    ['check', 'two', 'addresses'],
    ['check', '--parallel', 'many'],
    ['check', '--contract'],
    ['interop', 'list', '--shard', 'all'],
    ['mutants', '--only', 'no-such-mutant'],
  ]) {
    const { status, errors } = run(...words)
    t.not(status, 0, words.join(' '))
    t.notMatch(errors, 'fault of p2pspec', words.join(' '))
    t.notMatch(errors, /\n\s+at /, `no stack of ${words.join(' ')}`)
  }
})

await t.test('a reader that has seen enough ends it without a word', (t) => {
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-o', 'pipefail', '-c', '"$0" "$1" interop list | head -n 1; echo ${PIPESTATUS[0]}', process.execPath, command],
    { encoding: 'utf8' },
  )
  t.match(stdout, /→.*\n0\n$/)
  t.equal(stderr, '')
  t.end()
})

await t.test('digests fold white space', async (t) => {
  t.equal(run('digest', 'a  sentence\n of the origin').out, run('digest', 'a', 'sentence', 'of the origin').out)
  t.match(run('digest', 'a').out, /^[0-9a-f]{12}\n$/)
})

await t.test('lists its commands and its lint rules', async (t) => {
  const { status, out } = run('--help')
  t.equal(status, 0)
  for (const name of ['generate', 'lint', 'show']) t.match(out, name)
  t.match(run('lint', '--rules').out, /reachability .*\n/)
})
