import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeNetworkKeyFile, generateNetworkKey } from '@p2pspec/runtime/protocols/pnet/network-key'
import t from 'tap'
import { peerCommand } from '../../peers/commands.ts'
import { numberOf, runPeer, startListener } from '../../peers/peer-process.ts'

t.setTimeout(300_000)

const patienceMs = 30_000
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-network-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const key = keyFile('swarm.key')
const otherKey = keyFile('other.key')

// A missing toolchain is a failure that says what to install; nothing is skipped.
const own = await peerCommand('p2pspec')
for (const name of ['go', 'rust', 'js'] as const) {
  const peer = await peerCommand(name)
  for (const [dialer, listener, what] of [
    [own, peer, `p2pspec dials ${name}`],
    [peer, own, `${name} dials p2pspec`],
  ] as const) {
    await t.test(
      `${what} in one private network, and a ping comes back [PNET-KEY-2] [PNET-NONCE-1] [PNET-DATA-1]`,
      async (t) => {
        const { process, address } = await startListener(listener, ['--psk', key])
        const pinged = await runPeer(dialer, ['dial', address, '--psk', key], 'pinged', {
          signal: AbortSignal.timeout(patienceMs),
        })
        await process.stop()
        t.ok(numberOf(pinged, 'rttMs') >= 0)
      },
    )

    await t.test(`${what} in vain with another key, or with none [PNET-NET-1] [PNET-NET-2]`, async (t) => {
      const { process, address } = await startListener(listener, ['--psk', key])
      for (const network of [['--psk', otherKey], []]) {
        const signal = AbortSignal.timeout(patienceMs)
        await t.rejects(runPeer(dialer, ['dial', address, ...network], 'pinged', { signal }), { code: 'peer-failed' })
      }
      await process.stop()
    })
  }
}

function keyFile(name: string): string {
  const file = join(folder, name)
  writeFileSync(file, encodeNetworkKeyFile(generateNetworkKey()), { mode: 0o600 })
  return file
}
