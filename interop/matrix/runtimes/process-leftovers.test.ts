import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { removeLeftoverProcesses } from './process-leftovers.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'leftovers-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const project = path.join(import.meta.dirname, '../../..')
const matrix = path.join(folder, 'matrix.yaml')
writeFileSync(
  matrix,
  `
format: matrix/1
transports: { quic: { stacked: false } }
scenarios: { ping: { about: nobody ends, seconds: 600 } }
sets: {}
subjects:
  hangs: { about: a double, transports: [quic], security: [], muxers: [], scenarios: [ping], versions: [{ command: [${process.execPath}, interop/matrix/testdata/fake-peer.js, hangs] }] }
`,
)
/** Redis in its shell, and both sides. */
const groupsOfOneMeeting = 3
const patienceMs = 25_000

for (const round of [1, 2])
  t.test(`what a killed run leaves behind is removed by the next, round ${round}`, async (t) => {
    const out = path.join(folder, 'out')
    const words = ['interop', 'run', '--runtime', 'process', '--plain', '--matrix', matrix, '--out', out]
    const run = spawn(process.execPath, ['bin/p2pspec.ts', ...words], { cwd: project, stdio: 'ignore' })
    try {
      await until(() => run.exitCode !== null || groupsOf(run).length === groupsOfOneMeeting)
      t.equal(run.exitCode, null, 'the run goes on')
    } finally {
      run.kill('SIGKILL')
      await once(run, 'exit')
    }
    const groups = groupsOf(run)
    t.equal(groups.length, groupsOfOneMeeting, 'the killed run leaves processes')
    t.ok(
      membersOf(groups).some((pid) => read(`/proc/${pid}/comm`).startsWith('redis-server')),
      'Redis is among them',
    )
    removeLeftoverProcesses()
    await until(() => membersOf(groups).length === 0)
    t.strictSame(membersOf(groups), [])
  })

async function until(holds: () => boolean): Promise<void> {
  const giveUp = AbortSignal.timeout(patienceMs)
  while (!holds() && !giveUp.aborted) await delay(20)
}

/** Process groups whose leader tells by its environment that this process started it. */
function groupsOf(run: ChildProcess): readonly number[] {
  const mark = new RegExp(`^P2PSPEC_INTEROP_OWNER=[^/]*/[^/]*/${run.pid}/`, 'm')
  return processIds().filter(
    (pid) => groupOf(pid) === pid && mark.test(read(`/proc/${pid}/environ`).replaceAll('\0', '\n')),
  )
}

function membersOf(groups: readonly number[]): readonly number[] {
  return processIds().filter((pid) => groups.includes(groupOf(pid)))
}

/** Of a process that has ended: none. */
function groupOf(pid: number): number {
  const [state, , group] = (read(`/proc/${pid}/stat`).split(') ').at(-1) ?? '').split(' ')
  return state === 'Z' ? 0 : Number(group)
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
