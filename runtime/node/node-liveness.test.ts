import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { peerIdFromString } from '../crypto/peer-id.ts'
import { createNode, type P2pNode } from './create-node.ts'

// A wait in vain is a failure.
t.setTimeout(100_000)
const program = fileURLToPath(new URL('./killed-peer.ts', import.meta.url))

interface Peer {
  readonly child: ChildProcess
  readonly address: string
}

async function startPeer(t: Test, seed: number, port = 0): Promise<Peer> {
  const child = spawn(process.execPath, [program, String(seed), String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, address }
}

async function start(t: Test, options: Parameters<typeof createNode>[0]): Promise<P2pNode> {
  const node = await createNode(options)
  t.teardown(() => node.stop())
  return node
}

await t.test(
  'a peer that stands still without a word is noticed by its silence, and its connection ended',
  async (t) => {
    const { child, address } = await startPeer(t, 7)
    const node = await start(t, { connectionManager: { livenessIntervalMs: 200, livenessTimeoutMs: 500 } })
    const connection = await node.dial(address)
    t.equal(await connection.measureRoundTrip().then(() => 'alive'), 'alive')
    child.kill('SIGSTOP')
    const error = await connection.closed
    t.match(error, { code: 'timeout' })
    t.match(error?.message, /did not answer a ping/)
    t.equal(node.connections.length, 0)
    child.kill('SIGCONT')
    const again = await node.dial(address)
    t.equal(again.status, 'open', 'once it runs again it is dialled as any other')
  },
)

await t.test('a kept peer that was killed is connected again when it is back', async (t) => {
  const first = await startPeer(t, 8)
  const port = Number(first.address.split('/')[4])
  const peer = peerIdFromString(first.address.split('/').at(-1) ?? '')
  const node = await start(t, {})
  const opened = (): Promise<unknown> => new Promise((resolve) => node.events.on('connection-opened', resolve))
  const connected = opened()
  node.connectionManager.keep(peer, [first.address])
  await connected
  const lost = new Promise((resolve) => node.events.on('connection-closed', resolve))
  const back = opened()
  first.child.kill('SIGKILL')
  await lost
  t.equal(node.connections.length, 0)
  await startPeer(t, 8, port)
  await back
  t.ok(node.connections[0]?.remotePeer.equals(peer))
})
