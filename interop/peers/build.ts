// Builds the foreign peer programs: node interop/peers/build.ts [js] [go@0.48] [rust] [--all-versions] [--json]
import { parseArgs } from 'node:util'
import { buildPeer, type BuildProgress, type BuiltPeer } from './build-peer.ts'
import { peerCommand } from './commands.ts'
import { foreignPeers, foreignSubjects, isForeignSubject, type ForeignSubject } from './peer-names.ts'

const plainProgressMs = 15_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, 'all-versions': { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !isForeignSubject(name))
if (unknown.length > 0) {
  console.error(`no such peer: ${unknown.join(', ')}. There are ${[...foreignPeers, ...foreignSubjects].join(', ')}`)
  process.exit(2)
}
const everything = values['all-versions'] ? foreignSubjects : foreignPeers
const wanted = positionals.length === 0 ? everything : positionals.filter(isForeignSubject)
const built = new Map<ForeignSubject, BuiltPeer>()
let failed = false
for (const peer of wanted) {
  try {
    const result = await buildWithProgress(peer)
    built.set(peer, result)
    if (!values.json)
      console.log(`${peer.padEnd(9)} ${result.command.join(' ')}${result.built ? '' : '  (from the cache)'}`)
  } catch (error) {
    failed = true
    console.error(error instanceof Error ? error.message : String(error))
  }
}
if (values.json) {
  const commands = Object.fromEntries([...built].map(([peer, { command }]) => [peer, command]))
  console.log(
    JSON.stringify(positionals.length === 0 ? { p2pspec: await peerCommand('p2pspec'), ...commands } : commands),
  )
}
process.exit(failed ? 1 : 0)

async function buildWithProgress(peer: ForeignSubject): Promise<BuiltPeer> {
  const begin = performance.now()
  let state = 'looking into the cache'
  const show = (): void => {
    const line = `building the ${peer} peer, ${((performance.now() - begin) / 1000).toFixed(0)} s: ${state}`
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`)
    else console.error(line)
  }
  const timer = setInterval(show, process.stderr.isTTY ? 500 : plainProgressMs)
  try {
    return await buildPeer(peer, (progress) => {
      state = describe(progress)
    })
  } finally {
    clearInterval(timer)
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  }
}

function describe(progress: BuildProgress): string {
  if (progress.type === 'waiting') return `process ${progress.owner ?? '?'} is building it, waiting for that`
  return progress.output === '' ? progress.step : progress.output
}
