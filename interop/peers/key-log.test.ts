// Reads what went over the wire with the keys that a peer program wrote to SSLKEYLOGFILE, as Wireshark would.
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { peerCommand } from './commands.ts'
import type { PeerName } from './peer-names.ts'
import { runPeer, startListener } from './peer-process.ts'
import { decrypt, secretsIn, type Wire } from './testdata/tls-wire.ts'

const patienceMs = 120_000
t.setTimeout(patienceMs)
const signal = AbortSignal.timeout(patienceMs)
const folder = mkdtempSync(join(tmpdir(), 'key-log-'))
t.teardown(() => rmSync(folder, { recursive: true }))

interface Meeting {
  readonly dialer: PeerName
  readonly listener: PeerName
  /** Who is told of a key log. */
  readonly writes: 'dialer' | 'listener'
  readonly stack: readonly string[]
}

const tls = ['--security', 'tls']
const tcp: readonly Meeting[] = [
  { dialer: 'p2pspec', listener: 'go', writes: 'dialer', stack: tls },
  { dialer: 'go', listener: 'p2pspec', writes: 'listener', stack: tls },
  { dialer: 'js', listener: 'go', writes: 'dialer', stack: tls },
  { dialer: 'go', listener: 'js', writes: 'listener', stack: tls },
  { dialer: 'rust', listener: 'go', writes: 'dialer', stack: tls },
  { dialer: 'go', listener: 'rust', writes: 'listener', stack: tls },
]

for (const meeting of tcp)
  await t.test(
    `a TLS connection of ${meeting.dialer} with ${meeting.listener} is read with the key log of the ${meeting.writes}`,
    async (t) => {
      const { wire, keys } = await meet(meeting)
      const { sent, received } = decrypt(wire, keys, '/tls/1.0.0\n')
      t.ok(sent.includes('/ipfs/ping/1.0.0'), 'what the dialer sent')
      t.ok(received.includes('/ipfs/ping/1.0.0'), 'what the listener answered')
    },
  )

await t.test('the TLS around a WebSocket of go is read with its key log', async (t) => {
  const { wire, keys } = await meet({ dialer: 'p2pspec', listener: 'go', writes: 'listener', stack: ['--transport', 'wss'] })
  const { sent, received } = decrypt(wire, keys, '')
  t.match(sent.toString('latin1'), /^GET \/\S* HTTP\/1\.1\r\n/)
  t.match(received.toString('latin1'), /^HTTP\/1\.1 101 /)
})

await t.test('go and rust write the same keys of the QUIC connection between them', async (t) => {
  const [ofGo, ofRust] = [join(folder, 'quic-go.log'), join(folder, 'quic-rust.log')]
  const go = await peerCommand('go')
  const listener = await startListener(go, ['--transport', 'quic'], { environment: { SSLKEYLOGFILE: ofGo }, signal })
  const environment = { SSLKEYLOGFILE: ofRust }
  await runPeer(await peerCommand('rust'), ['dial', listener.address], 'pinged', { environment, signal })
  await listener.process.stop()
  const [secretsOfGo, secretsOfRust] = [secretsIn(ofGo), secretsIn(ofRust)]
  for (const label of ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0']) {
    const key = [...secretsOfGo.keys()].find((name) => name.startsWith(label)) ?? ''
    t.ok(secretsOfGo.get(key)?.byteLength, label)
    t.strictSame(secretsOfRust.get(key), secretsOfGo.get(key), label)
  }
})

await t.test('who is not told of a key log writes none', async (t) => {
  const { keys } = await meet({ dialer: 'rust', listener: 'p2pspec', writes: 'listener', stack: [] })
  t.equal(existsSync(keys), false, 'and over noise there is nothing to write')
})

/** Lets two programs meet through a relay that keeps what it passes on. */
async function meet(meeting: Meeting): Promise<{ readonly wire: Wire; readonly keys: string }> {
  const { dialer, listener, writes, stack } = meeting
  const keys = join(folder, `${Object.values(meeting).flat().join('')}.log`)
  const optionsOf = (side: Meeting['writes']) => ({
    signal,
    environment: { SSLKEYLOGFILE: side === writes ? keys : '' },
  })
  const listening = await startListener(await peerCommand(listener), stack, optionsOf('listener'))
  const port = Number(/\/tcp\/(\d+)/.exec(listening.address)?.[1])
  const [sent, received]: [Buffer[], Buffer[]] = [[], []]
  const relay = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    near.on('data', (chunk: Buffer) => sent.push(chunk))
    far.on('data', (chunk: Buffer) => received.push(chunk))
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => {})
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  try {
    const at = relay.address()
    if (typeof at !== 'object' || at === null) throw new TypeError('a TCP server has an address with a port')
    const address = listening.address.replace(`/tcp/${port}`, `/tcp/${at.port}`)
    const words = stack.includes('--transport') ? [] : stack
    await runPeer(await peerCommand(dialer), ['dial', address, ...words], 'pinged', optionsOf('dialer'))
  } finally {
    await listening.process.stop()
    relay.close()
  }
  return { wire: { sent: Buffer.concat(sent), received: Buffer.concat(received) }, keys }
}
