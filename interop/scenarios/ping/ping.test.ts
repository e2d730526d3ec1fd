import t from 'tap'
import { peerCommand } from '../../peers/commands.ts'
import { numberOf, runPeer, startListener } from '../../peers/peer-process.ts'
import { peerNames } from '../../peers/peer-names.ts'

const patienceMs = 30_000

// A missing toolchain is a failure that says what to install; nothing is skipped.
const commands = await Promise.all(peerNames.map(async (name) => ({ name, command: await peerCommand(name) })))

for (const transport of ['tcp', 'ws', 'quic'] as const) {
  for (const listener of commands) {
    await t.test(`${listener.name} listens by ${transport}`, async (t) => {
      await using listening = await listenWith(listener.command, transport)
      for (const dialer of commands) {
        await t.test(`${dialer.name} dials ${listener.name} by ${transport} and its ping comes back`, async (t) => {
          const pinged = await runPeer(dialer.command, ['dial', listening.address], 'pinged', {
            signal: AbortSignal.timeout(patienceMs),
          })
          t.ok(numberOf(pinged, 'rttMs') >= 0)
        })
      }
    })
  }
}

await t.test('a dialer tells why it failed, and does not hang, when nobody listens', async (t) => {
  for (const { name, command } of commands) {
    const gone = await startListener(command)
    await gone.process.stop()
    await t.rejects(
      runPeer(command, ['dial', gone.address], 'pinged', { signal: AbortSignal.timeout(patienceMs) }),
      { code: 'peer-failed', message: /the peer failed: ./ },
      name,
    )
  }
})

async function listenWith(
  command: readonly string[],
  transport: string,
): Promise<AsyncDisposable & { readonly address: string }> {
  const { process, address } = await startListener(command, ['--transport', transport])
  return { address, [Symbol.asyncDispose]: async () => await process.stop() }
}
