// What the peer store costs a dial, in memory and with a file behind it, and what a full file costs a start.
// `node interop/perf/micro/peer-store.bench.ts`
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as later } from 'node:timers/promises'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import { systemClock } from '@p2pspec/runtime/core/clock'
import { privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromBytes, peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { sealPeerRecord } from '@p2pspec/runtime/records/peer-record/peer-record'
import { MemoryPeerStore } from '@p2pspec/runtime/swarm/peer-store/memory-peer-store'
import { openPeerStore } from '@p2pspec/runtime/swarm/peer-store/persistent-peer-store'
import { Bench } from 'tinybench'

const peerCount = 20_000
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-bench-'))
const path = join(folder, 'peers.sqlite')
const key = privateKeyFromSeed(new Uint8Array(32).fill(1))
const signer = peerIdFromPublicKey(key.publicKey)
const envelope = sealPeerRecord(key, {
  sequence: 1n,
  // /ip4/192.0.2.1/tcp/4001 and its neighbours.
  addresses: [1, 2, 3, 4].map((host) => Uint8Array.of(4, 192, 0, 2, host, 6, 0x0f, 0xa1)),
})
const peers = Array.from({ length: peerCount }, (_, number) => numberedPeer(number))

const memory = new MemoryPeerStore(systemClock)
memory.addRecord(signer, envelope)
const addresses = memory.addressesOf(signer).map(({ address }) => address)
const kept = await openPeerStore(path)
for (const peer of peers) {
  memory.addAddresses(peer, addresses, 'identified')
  kept.addAddresses(peer, addresses, 'identified')
}
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const begun = performance.now()
await kept.flush()
const writtenMs = performance.now() - begun
await later(20)
delay.disable()
const { size } = statSync(path)
console.log(
  `${peerCount} peers with 4 addresses written in ${writtenMs.toFixed(0)} ms (${((writtenMs / peerCount) * 1000).toFixed(1)} µs a peer), ` +
    `file ${(size / 1_048_576).toFixed(1)} MiB; the event loop was held up ${(delay.max / 1e6).toFixed(1)} ms at most`,
)

const bench = new Bench({ time: 500 })
let at = 0
const next = (): PeerId => peers[(at = (at + 1) % peerCount)] ?? signer
for (const [name, store] of [
  ['in memory', memory],
  ['with a file', kept],
] as const satisfies readonly (readonly [string, PeerStore])[]) {
  store.addRecord(signer, envelope)
  bench.add(`addresses of a peer, as a dial asks, ${name}`, () => store.addressesOf(next()))
  bench.add(`address that was reached, ${name}`, () => store.addAddresses(next(), addresses.slice(0, 1), 'connected'))
  bench.add(`the same signed record again, ${name}`, () => store.addRecord(signer, envelope))
}
await bench.run()
console.table(bench.table())
await kept.close()

for (const round of [1, 2, 3]) {
  const before = performance.now()
  const again = await openPeerStore(path)
  console.log(`start ${round}: ${again.peerCount} peers read in ${(performance.now() - before).toFixed(0)} ms`)
  await again.close()
}
for (const round of [1, 2, 3]) {
  const before = performance.now()
  const empty = await openPeerStore(join(folder, `${round}.sqlite`))
  console.log(`start ${round} with a new file: ${(performance.now() - before).toFixed(0)} ms`)
  await empty.close()
}
rmSync(folder, { recursive: true })

function numberedPeer(number: number): PeerId {
  const bytes = new Uint8Array(38)
  bytes[1] = 36
  new DataView(bytes.buffer).setUint32(2, number)
  return peerIdFromBytes(bytes)
}
