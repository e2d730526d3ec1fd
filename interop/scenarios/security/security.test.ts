import t from 'tap'
import { peerCommand } from '../../peers/commands.ts'
import { numberOf, runPeer, startListener } from '../../peers/peer-process.ts'

const patienceMs = 30_000

// A missing toolchain is a failure that says what to install; nothing is skipped.
const own = await peerCommand('p2pspec')
const securities = [
  ['tls', 'TLS', '[TLS-ID-1] [TLS-AUTH-1]'],
  ['plaintext', 'plaintext', '[PLAIN-ID-1] [PLAIN-SEND-1] [PLAIN-FRAME-1] [PLAIN-FRAME-2]'],
] as const
for (const name of ['go', 'rust', 'js', 'p2pspec'] as const) {
  const peer = await peerCommand(name)
  for (const [security, called, requirements] of securities) {
    await t.test(`${name} and p2pspec ping each other over ${called} ${requirements}`, async (t) => {
      for (const [dialer, listener, what] of [
        [own, peer, `p2pspec dials ${name}`],
        [peer, own, `${name} dials p2pspec`],
      ] as const) {
        const { process, address } = await startListener(listener, ['--security', security])
        const pinged = await runPeer(dialer, ['dial', address, '--security', security], 'pinged', {
          signal: AbortSignal.timeout(patienceMs),
        })
        await process.stop()
        t.ok(numberOf(pinged, 'rttMs') >= 0, what)
      }
    })
  }
}

await t.test(
  'a node that was not given plaintext refuses every peer that speaks nothing else [PLAIN-OFF-1]',
  async (t) => {
    const { process, address } = await startListener(own)
    for (const name of ['go', 'rust', 'js', 'p2pspec'] as const) {
      const signal = AbortSignal.timeout(patienceMs)
      const dialled = runPeer(await peerCommand(name), ['dial', address, '--security', 'plaintext'], 'pinged', {
        signal,
      })
      await t.rejects(dialled, name)
    }
    await process.stop()
  },
)

await t.test('a dialer with another security than the listener is told that they have none in common', async (t) => {
  const { process, address } = await startListener(own, ['--security', 'tls'])
  const signal = AbortSignal.timeout(patienceMs)
  const pinged = await runPeer(own, ['dial', address, '--security', 'noise'], 'pinged', { signal }).catch(String)
  t.match(pinged, /none of the offered protocols/)
  await process.stop()
})
