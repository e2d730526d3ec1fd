// Kills runs of the matrix at random moments and sees that what they leave behind is removed: node interop/matrix/kill-runs.ts [--rounds 50] [--longest 8000] -- <words for interop run>
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { setTimeout as delay } from 'node:timers/promises'
import { cleanUp } from './clean.ts'
import { findLeftovers } from './runtimes/docker-leftovers.ts'
import { findEngine } from './runtimes/engine.ts'
import { findLeftoverProcesses } from './runtimes/process-leftovers.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '50' },
    longest: { type: 'string', default: '8000' },
  },
})
const rounds = Number(values.rounds)
let leftSomething = 0

for (let round = 1; round <= rounds; round++) {
  const lifeMs = Math.round(Math.random() * Number(values.longest))
  const run = spawn(process.execPath, ['bin/p2pspec.ts', 'interop', 'run', '--plain', ...positionals], {
    stdio: 'ignore',
  })
  const exited = once(run, 'exit')
  await Promise.race([exited, delay(lifeMs)])
  const ended = run.exitCode !== null
  run.kill('SIGKILL')
  await exited
  const left = await leftovers()
  if (left.length > 0) leftSomething++
  console.log(
    `${round}/${rounds}: ${ended ? 'ended by itself' : `killed after ${lifeMs} ms`}, left ${left.length === 0 ? 'nothing' : left.join(', ')}`,
  )
}
await cleanUp({ all: false })
const remaining = await leftovers()
for (const thing of remaining) console.log(`still there: ${thing}`)
console.log(`${leftSomething} of ${rounds} runs left something behind; ${remaining.length} of it remains`)
console.log(`${remaining.length === 0 ? rounds : 0} passed, ${remaining.length} failed`)
process.exitCode = remaining.length === 0 ? 0 : 1

async function leftovers(): Promise<readonly string[]> {
  const engine = await findEngine()
  const processes = findLeftoverProcesses().map(({ pid, command }) => `process ${pid} (${command})`)
  if (engine instanceof Error) return processes
  return [...processes, ...(await findLeftovers(engine)).map(({ name }) => name)]
}
