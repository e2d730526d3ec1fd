import t from 'tap'
import { peerCommand } from '../../peers/commands.ts'
import { numberOf, runPeer, startListener } from '../../peers/peer-process.ts'

const patienceMs = 30_000

// A missing toolchain is a failure that says what to install; nothing is skipped.
const own = await peerCommand('p2pspec')
for (const name of ['go', 'rust', 'js', 'p2pspec'] as const) {
  const peer = await peerCommand(name)
  await t.test(`${name} and p2pspec ping each other over TLS [TLS-ID-1] [TLS-AUTH-1]`, async (t) => {
    for (const [dialer, listener, what] of [
      [own, peer, `p2pspec dials ${name}`],
      [peer, own, `${name} dials p2pspec`],
    ] as const) {
      const { process, address } = await startListener(listener, ['--security', 'tls'])
      const pinged = await runPeer(dialer, ['dial', address, '--security', 'tls'], 'pinged', {
        signal: AbortSignal.timeout(patienceMs),
      })
      await process.stop()
      t.ok(numberOf(pinged, 'rttMs') >= 0, what)
    }
  })
}

await t.test('a dialer with another security than the listener is told that they have none in common', async (t) => {
  const { process, address } = await startListener(own, ['--security', 'tls'])
  const signal = AbortSignal.timeout(patienceMs)
  const pinged = await runPeer(own, ['dial', address, '--security', 'noise'], 'pinged', { signal }).catch(String)
  t.match(pinged, /none of the offered protocols/)
  await process.stop()
})
