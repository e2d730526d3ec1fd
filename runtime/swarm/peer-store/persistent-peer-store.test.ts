import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { multiaddr } from '@multiformats/multiaddr'
import t from 'tap'
import { SeededRandom } from '../../core/random.ts'
import { privateKeyFromSeed } from '../../crypto/keys.ts'
import { peerIdFromBytes, peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { sealPeerRecord, verifyPeerRecord } from '../../records/peer-record/peer-record.ts'
import { PeerFile } from './peer-file.ts'
import type { PeerStoreError } from './peer-store-error.ts'
import { openPeerStore, type PersistentPeerStore } from './persistent-peer-store.ts'
import { readEntry } from './stored-entry.ts'

// Sixty processes start one after another.
t.setTimeout(300_000)

const kills = 60
const writer = fileURLToPath(new URL('./killed-writer.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-peers-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const signer = peerIdFromPublicKey(privateKeyFromSeed(new Uint8Array(32).fill(1)).publicKey)
const address = multiaddr('/ip4/192.0.2.1/tcp/4001')

await t.test('a process that is killed at any moment loses nothing that was acknowledged [STORE-KEEP-1]', async (t) => {
  const path = join(folder, 'killed.sqlite')
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const random = new SeededRandom(seed)
  let acknowledged = 0
  let busy = 0
  for (let round = 0; round < kills; round += 1) {
    const child = start(path, String(acknowledged + 1))
    const exit = once(child, 'exit')
    const killAfter = random.below(12)
    const told = await linesOf(child, killAfter, random.below(400))
    child.kill('SIGKILL')
    await exit
    for (const line of told()) if (line !== 'open') acknowledged = Math.max(acknowledged, Number(line))
    if (told().length > 1) busy += 1
    const found = contentOf(path)
    t.ok(found.sequence >= acknowledged, `seed ${seed}, round ${round}: record ${found.sequence} of ${acknowledged}`)
    for (const number of [acknowledged, acknowledged - 1, acknowledged - 2])
      if (number > 0 && number >= found.sequence - 2) t.ok(found.ids.has(idOf(number)), `seed ${seed}: peer ${number}`)
    t.notOk(found.ids.has(idOf(acknowledged - 3)), `seed ${seed}: peer ${acknowledged - 3} was forgotten`)
    // What was written without an acknowledgement is there or not, but whole.
    acknowledged = found.sequence
  }
  t.ok(busy > kills / 2, `${busy} processes were killed while they wrote`)
})

await t.test('where the file cannot grow, the error says so and memory goes on', async (t) => {
  const path = join(folder, 'full.sqlite')
  // Node alone ignores the signal of a file too large; the preload of a test process takes it for an order to end.
  const limited = spawnSync(
    'bash',
    ['-c', 'unset NODE_OPTIONS; ulimit -f 96; exec "$0" "$@"', process.execPath, writer, path, '1', '100000'],
    {
      encoding: 'utf8',
    },
  )
  const lines = limited.stdout.trim().split('\n')
  t.equal(lines.at(-1), 'write-failed 1', 'a typed error, and the address is still known')
  const acknowledged = Number(lines.at(-2))
  t.ok(acknowledged > 3, `${acknowledged} were acknowledged before`)
  const { sequence, ids } = contentOf(path)
  t.ok(sequence >= acknowledged)
  t.ok(ids.has(idOf(acknowledged)))
})

await t.test('a full file is told of once, and is written again when there is room', async (t) => {
  const faults: PeerStoreError[] = []
  const path = join(folder, 'small.sqlite')
  const store = await openPeerStore(path, { maxFileBytes: 65_536, onFault: (fault) => faults.push(fault) })
  const many = Array.from({ length: 40 }, (_, at) => multiaddr(`/ip4/192.0.2.${at}/tcp/4001`))
  let added = 0
  while (faults.length === 0) {
    for (let count = 0; count < 10; count += 1) store.addAddresses(numberedPeer((added += 1)), many, 'identified')
    await store.flush().catch(() => undefined)
  }
  await t.rejects(store.flush(), { code: 'disk-full' })
  t.equal(store.addressesOf(numberedPeer(added)).length, 40, 'memory serves it')
  t.same(
    faults.map(({ code }) => code),
    ['disk-full'],
  )
  for (let number = 1; number <= added - 5; number += 1) store.forget(numberedPeer(number))
  await store.flush()
  await store.close()
  t.same(contentOf(path).ids, new Set(Array.from({ length: 5 }, (_, at) => idOf(added - at))))
})

await t.test('a second process is told that the file is in use, and gets it once the first is killed', async (t) => {
  const path = join(folder, 'shared.sqlite')
  const first = start(path, '1')
  await linesOf(first, 1, 0)
  await t.rejects(openPeerStore(path), { name: 'PeerStoreError', code: 'in-use' })
  const second = await linesOf(start(path, '1', '1'), 2, 0)
  t.same(second(), ['in-use 0'])
  const reader = new PeerFile(path, { readOnly: true })
  t.ok(reader.load().rows.length > 0, 'a reader beside it is let in')
  reader.close()
  const exit = once(first, 'exit')
  first.kill('SIGKILL')
  await exit
  const left = new PeerFile(path, { readOnly: true })
  t.ok(left.load().rows.length > 0, 'what a killed process left is read')
  left.close()
  const store = await openPeerStore(path)
  t.ok(store.peerCount > 0)
  await t.rejects(openPeerStore(path), { code: 'in-use' }, 'this process itself is no exception')
  await store.close()
})

await t.test('a file of a newer version, and a database of something else, are left as they are', async (t) => {
  for (const [code, statement] of [
    ['newer-version', 'PRAGMA user_version = 2'],
    ['not-a-store', 'PRAGMA application_id = 7'],
  ] as const) {
    const path = join(folder, `${code}.sqlite`)
    await filled(path)
    const database = new DatabaseSync(path)
    database.exec(statement)
    database.close()
    const before = readFileSync(path)
    await t.rejects(openPeerStore(path), { code })
    t.same(readFileSync(path), before)
  }
  const other = join(folder, 'other.sqlite')
  const database = new DatabaseSync(other)
  database.exec('CREATE TABLE mine (secret TEXT)')
  database.close()
  await t.rejects(openPeerStore(other), { code: 'not-a-store' })
  writeFileSync(join(folder, 'no-folder'), '')
  await t.rejects(openPeerStore(join(folder, 'no-folder', 'peers.sqlite')), { code: 'unreachable' })
})

await t.test('a damaged file is moved aside, what can be read of it is kept, and the store works', async (t) => {
  const faults: PeerStoreError[] = []
  const onFault = (fault: PeerStoreError): void => void faults.push(fault)
  const garbage = join(folder, 'garbage.sqlite')
  writeFileSync(garbage, 'this was never a database, and it is longer than a hundred bytes '.repeat(10))
  const fresh = await openPeerStore(garbage, { onFault })
  t.equal(fresh.peerCount, 0)
  t.match(faults, [{ code: 'damaged-file', message: /garbage\.sqlite\.damaged/ }])
  t.match(readFileSync(`${garbage}.damaged`, 'utf8'), /never a database/)
  fresh.addAddresses(signer, [address], 'identified')
  await fresh.flush()
  await fresh.close()
  t.equal(contentOf(garbage).ids.size, 1)

  const path = join(folder, 'torn.sqlite')
  await filled(path)
  const bytes = readFileSync(path)
  // The last pages are torn: the rows that stand in them are lost, the newest of all.
  bytes.fill(0xff, Math.floor(bytes.length * 0.7))
  writeFileSync(path, bytes)
  const torn = await openPeerStore(path, { onFault })
  t.match(faults.slice(1), [{ code: 'damaged-file' }])
  t.ok(torn.peerCount > 0 && torn.peerCount < 600, `${torn.peerCount} of 600 peers were rescued`)
  await torn.close()
  const again = await openPeerStore(path, { onFault })
  t.equal(again.peerCount, torn.peerCount, 'what was rescued stands in the new file')
  await again.close()
})

await t.test('an entry that was changed is left out and told of; the others are served [SPEER-FORM-1]', async (t) => {
  const path = join(folder, 'changed.sqlite')
  await filled(path)
  const database = new DatabaseSync(path)
  database.exec(`UPDATE peer SET entry = x'ffff' WHERE id = '${idOf(1)}'`)
  // A whole entry, which says nothing: its checksum alone tells.
  database.exec(`UPDATE peer SET entry = x'' WHERE id = '${idOf(3)}'`)
  database.close()
  const faults: PeerStoreError[] = []
  const store = await openPeerStore(path, { onFault: (fault) => faults.push(fault) })
  for (const number of [1, 3]) {
    t.ok(faults.some(({ code, message }) => code === 'damaged-entry' && message.includes(idOf(number))))
    t.same(store.addressesOf(numberedPeer(number)), [])
  }
  t.equal(faults.length, 2)
  t.equal(store.addressesOf(numberedPeer(2)).length, 1)
  await store.flush()
  await store.close()
  t.notOk(contentOf(path).ids.has(idOf(1)), 'it is taken out of the file')
})

await t.test('a forged record in a file is never handed out, though its entry is whole [SPEER-SIGN-1]', async (t) => {
  const path = join(folder, 'forged.sqlite')
  await spawnToEnd(path)
  const file = new PeerFile(path)
  const rows = file.load().rows
  const honest = rows.find(({ id }) => id === signer.toString())
  t.ok(honest)
  // The signed record of one peer under the name of another.
  file.write([{ id: idOf(77), entry: honest?.entry }])
  file.close()
  const faults: PeerStoreError[] = []
  const store = await openPeerStore(path, { onFault: (fault) => faults.push(fault) })
  t.same(faults, [], 'nobody has asked for it yet')
  t.equal(store.recordOf(numberedPeer(77)), undefined)
  t.same(store.addressesOf(numberedPeer(77)), [])
  t.match(faults, [{ code: 'damaged-entry' }])
  t.equal(store.addressesOf(signer)[0]?.source, 'certified')
  await store.close()
})

await t.test('the file and its folder are for their owner alone', async (t) => {
  const path = join(folder, 'new', 'folder', 'peers.sqlite')
  const store = await openPeerStore(path)
  store.addAddresses(signer, [address], 'identified')
  await store.flush()
  for (const end of ['', '-wal', '-shm', '.lock']) t.equal(statSync(path + end).mode & 0o077, 0, `peers.sqlite${end}`)
  t.equal(statSync(join(folder, 'new')).mode & 0o077, 0)
  await store.close()
  t.notOk(existsSync(`${path}-wal`), 'a close merges the log')
})

await t.test('an entry out of a file lives no longer than a fresh one, whatever it says [SPEER-TIME-1]', async (t) => {
  const moment = { now: 1_000, wallTime: 1_700_000_000_000 }
  const path = join(folder, 'times.sqlite')
  await spawnToEnd(path)
  const file = new PeerFile(path)
  const entry = file.load().rows[0]?.entry ?? new Uint8Array()
  file.close()
  // Written now, read by a clock that says 2023: far in the future.
  const unread = readEntry(entry, moment)
  const latest = Math.max(...(unread?.addresses.map(({ expiresAt }) => expiresAt) ?? [0]))
  t.equal(latest, moment.now + 3_600_000)
})

await t.test(
  'what was told in the public network leads into no private one after a restart either [SPEER-PUBLIC-1]',
  async (t) => {
    const path = join(folder, 'public.sqlite')
    const key = privateKeyFromSeed(new Uint8Array(32).fill(1))
    const texts = ['/ip4/127.0.0.1/tcp/6379', '/dns4/a.test/tcp/1', '/ip4/192.0.2.1/tcp/4001']
    const addresses = texts.map((text) => multiaddr(text))
    const plain = numberedPeer(1)
    const before = await openPeerStore(path)
    before.addRecord(signer, sealPeerRecord(key, { sequence: 1n, addresses: addresses.map(({ bytes }) => bytes) }), {
      fromPublic: true,
    })
    before.addAddresses(plain, addresses, 'identified', { fromPublic: true })
    await before.close()
    const after = await openPeerStore(path)
    for (const peer of [signer, plain]) {
      const known = after.addressesOf(peer)
      t.same(known.map(({ address }) => address.toString()).sort(), texts.slice(1))
      t.ok(
        known.every(({ fromPublic }) => fromPublic === true),
        'a name in it is watched as before',
      )
    }
    await after.close()
  },
)

function start(path: string, ...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [writer, path, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function spawnToEnd(path: string): Promise<void> {
  const child = start(path, '1', '5')
  await once(child, 'close')
}

async function filled(path: string): Promise<void> {
  const store: PersistentPeerStore = await openPeerStore(path)
  for (let number = 1; number <= 600; number += 1) store.addAddresses(numberedPeer(number), [address], 'identified')
  await store.close()
}

/** Waits for so many lines and then so many turns; the function gives all lines that came until it is called. */
async function linesOf(child: ChildProcess, count: number, turns: number): Promise<() => readonly string[]> {
  const lines: string[] = []
  if (child.stdout === null) throw new Error('the output of a writer is piped')
  const enough = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    if (lines.length === count) enough.resolve()
  })
  child.once('close', () => enough.resolve())
  if (count > 0) await enough.promise
  for (let turn = 0; turn < turns; turn += 1) await nextTurn()
  return () => lines
}

function contentOf(path: string): { readonly ids: ReadonlySet<string>; readonly sequence: number } {
  const file = new PeerFile(path)
  const { rows, damagedIds } = file.load()
  file.close()
  if (file.damage !== undefined || damagedIds.length > 0) throw file.damage ?? new Error('an entry is damaged')
  const own = rows.find(({ id }) => id === signer.toString())
  const moment = { now: 0, wallTime: Date.now() }
  const envelope = own === undefined ? undefined : readEntry(own.entry, moment)?.envelope
  const sequence = envelope === undefined ? 0 : Number(verifyPeerRecord(envelope, { expected: signer }).sequence)
  return { ids: new Set(rows.map(({ id }) => id)), sequence }
}

function numberedPeer(number: number) {
  const bytes = new Uint8Array(38)
  bytes[1] = 36
  new DataView(bytes.buffer).setUint32(2, number)
  return peerIdFromBytes(bytes)
}

function idOf(number: number): string {
  return numberedPeer(Math.max(0, number)).toString()
}
