import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { PeerFile, type PeerRow } from './peer-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-peer-file-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

t.test('a full file takes what is new in the very write that makes room for it', (t) => {
  const file = new PeerFile(join(folder, 'full.sqlite'), { maxBytes: 65_536 })
  const rows = (prefix: string, isThere: boolean): readonly PeerRow[] =>
    Array.from({ length: 8 }, (_, at) => ({ id: `${prefix}${at}`, entry: isThere ? new Uint8Array(4_000) : undefined }))
  file.write(rows('old', true))
  t.throws(() => file.write(rows('new', true)), { code: 'disk-full' })
  t.equal(file.load().rows.length, 8, 'nothing of a failed write is there')
  file.write([...rows('new', true), ...rows('old', false)])
  t.same(
    file.load().rows.map(({ id }) => id),
    rows('new', true).map(({ id }) => id),
  )
  file.close()
  t.end()
})

t.test('a write that fails in the middle leaves nothing behind, and the next one works', (t) => {
  const file = new PeerFile(join(folder, 'torn.sqlite'))
  const entry = Uint8Array.of(1)
  file.write([{ id: 'before', entry }])
  const torn = [
    { id: 'first', entry },
    { id: 'second', entry: Symbol('no bytes') },
  ] as unknown as readonly PeerRow[] // what no database takes
  t.throws(() => file.write(torn))
  file.write([{ id: 'after', entry }])
  t.same(
    file.load().rows.map(({ id }) => id),
    ['before', 'after'],
  )
  file.close()
  t.end()
})

t.test('who reads beside a node holds up none of its writes, and sees none of them half', (t) => {
  const path = join(folder, 'beside.sqlite')
  const file = new PeerFile(path)
  const entry = Uint8Array.of(1)
  file.write([{ id: 'before', entry }])
  const reader = new DatabaseSync(path, { readOnly: true })
  const count = (): unknown => reader.prepare('SELECT count(*) AS peers FROM peer').get()?.['peers']
  reader.exec('BEGIN')
  t.equal(count(), 1)
  file.write([{ id: 'after', entry }])
  t.equal(count(), 1, 'what it reads stays as it was when it began')
  reader.exec('COMMIT')
  t.equal(count(), 2)
  reader.close()
  file.close()
  t.end()
})

t.test(
  'a file that is damaged while it is open is moved aside with the write that finds it, and the next one begins anew',
  (t) => {
    const path = join(folder, 'damaged-open.sqlite')
    const file = new PeerFile(path)
    const rows = Array.from({ length: 2_000 }, (_, at): PeerRow => ({
      id: `peer ${at}`,
      entry: new Uint8Array(4_000).fill(at),
    }))
    // More than the library keeps in memory, so that it has to look into the file again.
    file.write(rows)
    for (const end of ['', '-wal']) {
      const damaged = openSync(`${path}${end}`, 'r+')
      const { size } = fstatSync(damaged)
      writeSync(damaged, new Uint8Array(Math.max(0, size - 100)).fill(0xff), 0, undefined, Math.min(size, 100))
      closeSync(damaged)
    }
    t.throws(() => file.write(rows.map(({ id }) => ({ id, entry: undefined }))), { code: 'damaged-file' })
    t.ok(existsSync(`${path}.damaged`), 'it is moved aside')
    t.same(file.load().rows, [], 'the new one is empty')
    const entry = Uint8Array.of(1)
    file.write([{ id: 'after', entry }])
    t.same(
      file.load().rows.map(({ id }) => id),
      ['after'],
    )
    file.close()
    const again = new PeerFile(path)
    t.equal(again.damage, undefined, 'the new file is whole')
    t.equal(again.load().rows.length, 1)
    again.close()
    t.end()
  },
)
