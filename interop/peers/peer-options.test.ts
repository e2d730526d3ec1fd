import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { peerCommand } from './commands.ts'
import { numberOf, runPeer, startListener } from './peer-process.ts'
import { peerNames, type PeerName } from './peer-names.ts'

// Some forty programs are started, on a busy machine for seconds each.
const patienceMs = 300_000
t.setTimeout(patienceMs)
const unsupportedExitCode = 127

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-peer-options-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const key = networkKey('key', 0x17)
const otherKey = networkKey('other-key', 0x71)

/** What each peer dials itself with; the matrix has them meet each other. */
const own: Readonly<Record<PeerName, readonly (readonly string[])[]>> = {
  p2pspec: [['--transport', 'wss'], ['--transport', 'quic'], ['--psk', key], ['--muxer', 'yamux', '--security', 'tls']],
  js: [
    ['--transport', 'wss'],
    ['--transport', 'quic'],
    ['--muxer', 'mplex', '--security', 'plaintext'],
    ['--psk', key, '--transport', 'ws'],
    ['--with', 'kad,gossipsub,relay,relay-client,autonat,autonat-client'],
  ],
  go: [
    ['--transport', 'wss'],
    ['--transport', 'quic'],
    ['--muxer', 'yamux', '--security', 'plaintext'],
    ['--psk', key, '--transport', 'ws'],
    ['--with', 'kad,gossipsub,relay,relay-client,autonat,autonat-client'],
  ],
  rust: [
    ['--transport', 'quic'],
    ['--muxer', 'mplex', '--security', 'plaintext'],
    ['--psk', key, '--transport', 'ws'],
    ['--with', 'kad,gossipsub,relay,relay-client,autonat,autonat-client,rendezvous'],
  ],
}

for (const name of peerNames) {
  const command = await peerCommand(name)
  await t.test(`${name} tells by exit code 127 what it does not have`, (t) => {
    for (const words of [
      ['--transport', 'pigeon'],
      ['--security', 'none'],
      ['--muxer', 'spdy'],
      ['--with', 'everything'],
    ]) {
      const [program = '', ...rest] = [...command, 'listen', ...words]
      const { status, stdout } = spawnSync(program, rest, { encoding: 'utf8', timeout: patienceMs })
      t.equal(status, unsupportedExitCode, words.join(' '))
      t.match(JSON.parse(stdout), { event: 'failed', reason: /--\w+ takes / }, words.join(' '))
    }
    t.end()
  })

  await t.test(`${name} reaches itself with every option that it takes`, async (t) => {
    for (const words of own[name]) {
      const { process, address } = await startListener(command, words)
      const pinged = await runPeer(command, ['dial', address, ...words], 'pinged', {
        signal: AbortSignal.timeout(patienceMs),
      })
      await process.stop()
      t.ok(numberOf(pinged, 'rttMs') >= 0, words.join(' '))
    }
  })

  await t.test(`${name} does not reach itself under another network key`, async (t) => {
    const { process, address } = await startListener(command, ['--psk', key])
    const dialed = runPeer(command, ['dial', address, '--psk', otherKey], 'pinged', {
      signal: AbortSignal.timeout(patienceMs),
    })
    await t.rejects(dialed, { code: 'peer-failed' })
    await process.stop()
  })
}

function networkKey(name: string, byte: number): string {
  const path = join(folder, name)
  writeFileSync(path, `/key/swarm/psk/1.0.0/\n/base16/\n${Buffer.alloc(32, byte).toString('hex')}\n`)
  return path
}
