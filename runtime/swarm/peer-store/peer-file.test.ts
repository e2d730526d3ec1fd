import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
