import t from 'tap'
import { peerCommand } from '../../peers/commands.ts'
import { numberOf, runPeer, startListener } from '../../peers/peer-process.ts'

const patienceMs = 60_000
const bulkBytes = 16 * 1024 * 1024

// A missing toolchain is a failure that says what to install; nothing is skipped. go-libp2p has left mplex.
const own = await peerCommand('p2pspec')
for (const name of ['rust', 'js', 'p2pspec'] as const) {
  const peer = await peerCommand(name)
  await t.test(`${name} and p2pspec ping each other over mplex [MPX-PROTO-1] [MPX-HDR-1] [MPX-DATA-1]`, async (t) => {
    for (const [dialer, listener, what] of [
      [own, peer, `p2pspec dials ${name}`],
      [peer, own, `${name} dials p2pspec`],
    ] as const) {
      const { process, address } = await startListener(listener, ['--muxer', 'mplex'])
      const pinged = await runPeer(dialer, ['dial', address, '--muxer', 'mplex'], 'pinged', {
        signal: AbortSignal.timeout(patienceMs),
      })
      await process.stop()
      t.ok(numberOf(pinged, 'rttMs') >= 0, what)
    }
  })

  await t.test(`megabytes go from ${name} to p2pspec and back over mplex [MPX-DATA-2]`, async (t) => {
    const { process, address } = await startListener(peer, ['--muxer', 'mplex'])
    for (const work of ['bulk-up', 'bulk-down']) {
      const words = ['perf', address, '--muxer', 'mplex', '--work', work, '--bytes', String(bulkBytes)]
      const result = await runPeer(own, words, 'result', { signal: AbortSignal.timeout(patienceMs) })
      t.equal(numberOf(result, 'bytes'), bulkBytes, work)
    }
    await process.stop()
  })
}
