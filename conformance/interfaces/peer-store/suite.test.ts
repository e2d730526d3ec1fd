import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import { peerStoreRules } from '@p2pspec/generated/interfaces/peer-store.rules'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { MemoryPeerStore } from '@p2pspec/runtime/swarm/peer-store/memory-peer-store'
import { openPeerStore } from '@p2pspec/runtime/swarm/peer-store/persistent-peer-store'
import t from 'tap'
import { peerStoreChecks, type PeerStoreSubject } from './suite.ts'

t.setTimeout(300_000)
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-peer-store-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

const subjects: Readonly<Record<string, () => Promise<PeerStoreSubject>>> = {
  'the store in memory': async () => {
    const clock = new SimulatedClock()
    return { clock, store: new MemoryPeerStore(clock) }
  },
  'the store with a file': persistent,
}

for (const [name, make] of Object.entries(subjects)) {
  await t.test(`${name} keeps every rule of the interface`, async (t) => {
    for (const [rule, check] of Object.entries(peerStoreChecks)) {
      const { text } = peerStoreRules[rule as keyof typeof peerStoreRules] // a suite has the rules of its interface as keys
      await t.test(`${text} [${rule}]`, async () => {
        const subject = await make()
        try {
          await check(subject)
        } finally {
          await subject.store.close()
        }
      })
    }
  })
}

await t.test('the checks notice a store that breaks its rules', async (t) => {
  const broken: readonly (readonly [keyof typeof peerStoreChecks, string, (store: PeerStore) => object])[] = [
    ['STORE-CAP-1', 'forgets nobody', () => ({ addressesOf: () => [1, 2, 3, 4] })],
    ['STORE-CAP-2', 'takes no notice of connections', () => ({ setConnected: () => undefined })],
    ['STORE-CERT-3', 'takes any record', (store) => ({ addRecord: taking(store) })],
    ['STORE-KEEP-1', 'acknowledges what it never wrote', () => ({ flush: async () => undefined })],
    ['STORE-TTL-1', 'nothing runs out', (store) => ({ addressesOf: growing(store) })],
  ]
  for (const [rule, what, members] of broken) {
    const subject = await persistent()
    const store = altered(subject.store, members(subject.store))
    await t.rejects(async () => peerStoreChecks[rule]({ ...subject, store }), `${rule}: ${what}`)
    await subject.store.close()
  }
})

async function persistent(): Promise<PeerStoreSubject> {
  const clock = new SimulatedClock()
  const path = newPath()
  const store = await openPeerStore(path, { clock })
  return {
    clock,
    store,
    reopened: async () => await openPeerStore(copied(path), { clock }),
    damaged: async () => {
      const random = new SeededRandom(5)
      const stores: PeerStore[] = []
      for (let round = 0; round < 12; round += 1)
        stores.push(await openPeerStore(damagedCopy(path, random, round), { clock }))
      return stores
    },
  }
}

/** What a kill leaves behind: the file and its log, without a word of goodbye. */
function copied(path: string): string {
  const copy = newPath()
  for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end)
  return copy
}

/** The log is merged first, so that the damage meets what is in the file. */
function damagedCopy(path: string, random: SeededRandom, round: number): string {
  const copy = copied(path)
  const target = round % 3 === 0 && existsSync(`${copy}-wal`) ? `${copy}-wal` : copy
  const { size } = statSync(target)
  if (round % 4 === 3) truncateSync(target, random.below(size))
  else {
    const bytes = readFileSync(target)
    for (let count = 0; count <= round; count += 1) bytes[random.below(size)] = random.below(256)
    writeFileSync(target, bytes)
  }
  return copy
}

function newPath(): string {
  files += 1
  return join(folder, `${files}.sqlite`)
}

function taking(store: PeerStore): PeerStore['addRecord'] {
  return (peer) => {
    store.addAddresses(peer, [multiaddr('/ip4/192.0.2.1/tcp/1')], 'identified')
    return true
  }
}

function growing(store: PeerStore): PeerStore['addressesOf'] {
  let seen: ReturnType<PeerStore['addressesOf']> = []
  return (peer) => {
    const found = store.addressesOf(peer)
    if (found.length > seen.length) seen = found
    return seen
  }
}

/** The store with some members replaced. */
function altered(store: PeerStore, members: object): PeerStore {
  return new Proxy(store, {
    get: (target, key) => {
      const value: unknown = key in members ? Reflect.get(members, key) : Reflect.get(target, key, target)
      // Private members answer only to the store itself.
      return typeof value === 'function' && !(key in members) ? value.bind(target) : value
    },
  })
}
