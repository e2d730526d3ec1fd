// Runs every gate in turn, goes on after a failure, and ends with `N passed, N failed`.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

interface Stage {
  readonly name: string
  readonly command: readonly string[]
  /** Reads the counts off the output; without it a stage counts as one check. */
  readonly count?: (output: string) => Counts | undefined
}

interface Counts {
  readonly passed: number
  readonly failed: number
}

const node = process.execPath
const bin = (name: string): string => join('node_modules', '.bin', name)
const everyone = (mode: string, ...words: string[]): string[] => [
  node,
  'conformance/everyone.ts',
  '--mode',
  mode,
  ...words,
]
const alone = (layer: 'security' | 'muxer', protocol: string, only: string): string[] =>
  everyone(
    'listener,dialer',
    `--${layer}`,
    protocol,
    '--protocol',
    protocol,
    '--only',
    only,
    '--out',
    `results/everyone-${protocol}`,
  )
const overQuic = (only: string, mode: string, protocols?: string): string[] =>
  everyone(
    mode,
    '--transport',
    'quic',
    '--only',
    only,
    '--out',
    'results/everyone-quic',
    ...(protocols === undefined ? [] : ['--protocol', protocols]),
  )
const p2pspec = (...words: string[]): string[] => [node, 'bin/p2pspec.ts', ...words]

const stages: readonly Stage[] = [
  { name: 'types', command: [node, 'node_modules/@typescript/native/bin/tsc', '-p', '.'] },
  { name: 'generated files are up to date', command: p2pspec('generate', '--check') },
  { name: 'specifications', command: p2pspec('lint') },
  { name: 'code lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'layers', command: ['npm', 'run', '-s', 'layers'] },
  { name: 'dead code', command: [bin('knip')] },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  { name: 'peers built', command: [node, 'interop/peers/build.ts'] },
  // The first run after an installation would still have the plugins that the settings leave out.
  { name: 'test runner built', command: [bin('tap'), 'build'] },
  { name: 'tests', command: [bin('tap'), 'run', '-R', 'tap'], count: countTap },
  { name: 'conformance of listeners', command: everyone('listener'), count: countPlain },
  { name: 'conformance of dialers', command: everyone('dialer'), count: countPlain },
  {
    name: 'conformance of what an application is told',
    command: everyone('agent', '--only', 'p2pspec', '--out', 'results/everyone-agent'),
    count: countPlain,
  },
  {
    name: 'conformance in a private network',
    command: everyone('listener,dialer', '--network', '--protocol', 'pnet', '--out', 'results/everyone-pnet'),
    count: countPlain,
  },
  // What the foreign nodes have only where they are asked for it; this project's node has it among all others.
  { name: 'conformance of TLS where it is alone', command: alone('security', 'tls', 'rust'), count: countPlain },
  { name: 'conformance of plaintext', command: alone('security', 'plaintext', 'go,rust,js'), count: countPlain },
  { name: 'conformance of mplex', command: alone('muxer', 'mplex', 'rust,js'), count: countPlain },
  { name: 'conformance over QUIC', command: overQuic('p2pspec', 'listener,dialer'), count: countPlain },
  {
    name: 'conformance of go and rust over QUIC',
    command: overQuic('go,rust', 'listener,dialer', 'quic'),
    count: countPlain,
  },
  // js-libp2p's listener takes one handshake at a time: each case of an unfinished one costs all others seconds.
  {
    name: 'conformance of js as a listener over QUIC',
    command: overQuic('js', 'listener', 'ping,identify'),
    count: countPlain,
  },
  { name: 'conformance of js as a dialer over QUIC', command: overQuic('js', 'dialer', 'quic'), count: countPlain },
  // A bug that no case sees makes this fail; docs/mutants.md has all of them.
  { name: 'seeded bugs of every protocol', command: p2pspec('mutants', '--each', '2', '--parallel', '4') },
  {
    name: 'interop matrix',
    command: p2pspec('interop', 'run', '--set', 'pr', '--plain', '--out', 'results/interop'),
    count: countPlain,
  },
]

const only = process.argv.slice(2)
// Tools start with `env node`: they are to run on the Node that runs this, whatever the machine has.
const env = { ...process.env, PATH: [resolve('node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter) }
const logs = join('results', 'test')
mkdirSync(logs, { recursive: true })

let passed = 0
let failed = 0
const failures: string[] = []
for (const [index, stage] of stages.entries()) {
  if (only.length > 0 && !only.some((word) => stage.name.includes(word))) continue
  const began = performance.now()
  console.log(`\n[${index + 1}/${stages.length}] ${stage.name}`)
  const { code, output, log } = await run(stage)
  const counts = stage.count?.(output)
  const stagePassed = counts?.passed ?? (code === 0 ? 1 : 0)
  const stageFailed = counts === undefined ? (code === 0 ? 0 : 1) : Math.max(counts.failed, code === 0 ? 0 : 1)
  passed += stagePassed
  failed += stageFailed
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const verdict = stageFailed === 0 ? 'ok' : 'FAILED'
  console.log(`    ${verdict}: ${stagePassed} passed, ${stageFailed} failed in ${seconds} s`)
  // What was judged now so and now otherwise is no failure yet, and nothing to be silent about.
  for (const [line] of output.matchAll(/^\S+ \S+: flaky .*$/gm)) console.log(`    ! ${line}`)
  if (stageFailed > 0) {
    failures.push(`${stage.name} (${log})`)
    console.log(excerpt(output))
  }
}

if (failures.length > 0) console.log(`\nFailed: ${failures.join('; ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

async function run(stage: Stage): Promise<{ code: number; output: string; log: string }> {
  const log = join(logs, `${stage.name.replaceAll(' ', '-')}.log`)
  const file = createWriteStream(log)
  const [command = node, ...words] = stage.command
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env })
  const chunks: Buffer[] = []
  const began = performance.now()
  const heartbeat = setInterval(() => {
    console.log(`    … ${Math.round((performance.now() - began) / 1000)} s`)
  }, 30_000)
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      file.write(chunk)
    })
  }
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      chunks.push(Buffer.from(`cannot start ${command}: ${error.message}\n`))
      resolve(127)
    })
    child.on('close', (exitCode) => resolve(exitCode ?? 1))
  })
  clearInterval(heartbeat)
  file.end()
  return { code, output: Buffer.concat(chunks).toString(), log }
}

/** tap ends with `# { total: 24, pass: 23, fail: 1 }`. */
function countTap(output: string): Counts | undefined {
  const summary = [...output.matchAll(/^# \{ total: (\d+)(?:, pass: (\d+))?(?:, fail: (\d+))?.*\}$/gm)].at(-1)
  if (summary === null || summary === undefined) return undefined
  return { passed: Number(summary[2] ?? 0), failed: Number(summary[3] ?? 0) }
}

function countPlain(output: string): Counts | undefined {
  const summary = [...output.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1)
  return summary === undefined ? undefined : { passed: Number(summary[1]), failed: Number(summary[2]) }
}

/** The failing lines where they can be told, else the end. */
function excerpt(output: string): string {
  const lines = output.split('\n')
  const telling = lines.flatMap((line, index) => (/^\s*not ok /.test(line) ? lines.slice(index, index + 25) : []))
  return (telling.length > 0 ? telling.slice(0, 200) : lines.slice(-60)).map((line) => `    | ${line}`).join('\n')
}
