import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { generatePrivateKey } from '../crypto/keys.ts'
import { SimulatedClock } from '../core/simulated-clock.ts'
import { verifyPeerRecord } from '../records/peer-record/peer-record.ts'
import { MemoryPeerStore } from '../swarm/peer-store/memory-peer-store.ts'
import { createNode, type P2pNode } from './create-node.ts'
import type { TraceEvent } from './trace/trace-event.ts'

t.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-data-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const listen = ['/ip4/127.0.0.1/tcp/0']

async function meet(node: P2pNode, address: string | undefined): Promise<void> {
  const identified = new Promise((resolve) => node.events.on('peer-identified', resolve))
  await node.dial(address ?? '')
  await identified
}

await t.test('a node with a data folder dials a peer by its id alone after a restart', async (t) => {
  const server = await createNode({ listen })
  t.teardown(() => server.stop())
  const dataFolder = join(folder, 'restart')
  const first = await createNode({ dataFolder })
  await meet(first, server.addresses[0])
  await t.rejects(createNode({ dataFolder }), { name: 'PeerStoreError', code: 'in-use' })
  await first.stop()
  const second = await createNode({ dataFolder })
  t.match(second.explain(server.peerId), { addresses: [{ rank: 0, source: 'certified', transport: 'tcp' }] })
  t.ok((await second.dial(server.peerId)).remotePeer.equals(server.peerId))
  await second.stop()
})

await t.test('a store that is handed in is shared, and stays open when its nodes stop', async (t) => {
  const server = await createNode({ listen })
  t.teardown(() => server.stop())
  const peerStore = new MemoryPeerStore(new SimulatedClock())
  const [first, second] = [await createNode({ peerStore }), await createNode({ peerStore })]
  await meet(first, server.addresses[0])
  await first.stop()
  t.ok((await second.dial(server.peerId)).remotePeer.equals(server.peerId))
  await second.stop()
  t.ok(peerStore.recordOf(server.peerId))
})

await t.test(
  "a node's record is newer than its last one, also after a restart with a clock that went back [PREC-SEQ-1]",
  async (t) => {
    const privateKey = generatePrivateKey('ed25519')
    const dataFolder = join(folder, 'sequence')
    const sequences: bigint[] = []
    for (const wallTimeAtStart of [1_700_000_000_000, 1_600_000_000_000]) {
      const clock = new SimulatedClock({ wallTimeAtStart })
      const node = await createNode({ privateKey, dataFolder, listen, clock })
      const asking = await createNode()
      await meet(asking, node.addresses[0])
      const record = asking.peerStore.recordOf(node.peerId)
      sequences.push(verifyPeerRecord(record ?? new Uint8Array()).sequence)
      await asking.stop()
      await node.stop()
    }
    t.ok((sequences[1] ?? 0n) > (sequences[0] ?? 0n), sequences.join(' then '))
  },
)

await t.test('what is wrong with the file is told to who listens after the start, and in the trace', async (t) => {
  const dataFolder = join(folder, 'damaged')
  const before = await createNode({ dataFolder })
  await before.stop()
  writeFileSync(join(dataFolder, 'peers.sqlite'), 'no database at all '.repeat(100))
  const events: TraceEvent[] = []
  const node = await createNode({ dataFolder, trace: (event) => events.push(event) })
  const fault = new Promise<{ readonly error: Error }>((resolve) => node.events.on('peer-store-fault', resolve))
  t.match((await fault).error, { code: 'damaged-file' })
  t.match(events, [{ layer: 'store', type: 'fault', fault: { code: 'damaged-file' } }])
  await node.stop()
})

await t.test('a file of a newer version stops the start, and nothing is left open', async (t) => {
  const dataFolder = join(folder, 'newer')
  await (await createNode({ dataFolder })).stop()
  const database = new DatabaseSync(join(dataFolder, 'peers.sqlite'))
  database.exec('PRAGMA user_version = 9')
  database.close()
  await t.rejects(createNode({ dataFolder, listen }), { code: 'newer-version' })
})
