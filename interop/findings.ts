// Runs the experiments on js-libp2p that docs/findings.md tells of: node interop/findings.ts [name…]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildPeer } from './peers/build-peer.ts'

const experiments = ['noise-muxer-choice', 'end-during-negotiation', 'slow-reader']
const { folder } = await buildPeer('js')
let failed = false
for (const name of process.argv.length > 2 ? process.argv.slice(2) : experiments) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'findings.js'), name], {
    encoding: 'utf8',
  })
  console.log(`${name}: ${status === 0 ? stdout.trim() : `failed\n${stderr.trim()}`}`)
  failed ||= status !== 0
}
process.exitCode = failed ? 1 : 0
