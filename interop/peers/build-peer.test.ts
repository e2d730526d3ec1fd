import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import t from 'tap'
import { buildPeer } from './build-peer.ts'
import { withLock } from './build-lock.ts'
import { buildName, cacheFolder } from './cache.ts'
import { PeerError } from './peer-error.ts'
import { foreignPeers, versionOf } from './peer-names.ts'

const environment = { path: process.env['PATH'] ?? '', cache: process.env['P2PSPEC_CACHE'] }
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-build-'))
process.env['P2PSPEC_CACHE'] = folder

t.afterEach(() => {
  process.env['PATH'] = environment.path
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
})
t.teardown(() => {
  rmSync(folder, { recursive: true, force: true })
  if (environment.cache === undefined) delete process.env['P2PSPEC_CACHE']
  else process.env['P2PSPEC_CACHE'] = environment.cache
})

await t.test('a missing toolchain fails with what to install', async (t) => {
  process.env['PATH'] = folder
  for (const peer of foreignPeers) {
    await t.rejects(
      buildPeer(peer),
      { code: 'toolchain-missing', message: /there is no '\w+' here\. Install \w+/ },
      peer,
    )
  }
})

await t.test('a toolchain that is too old fails with both versions', async (t) => {
  placeProgram('go', 'echo go version go1.19.8 linux/amd64')
  await t.rejects(buildPeer('go'), { code: 'toolchain-too-old', message: /by go 1\.19, it takes 1\.26/ })
})

await t.test('a build that fails shows the last output and leaves nothing that looks built', async (t) => {
  placeProgram(
    'go',
    'case "$1" in version) echo go version go1.30.0 linux/amd64;; *) echo no network here >&2; exit 3;; esac',
  )
  await t.rejects(buildPeer('go'), { code: 'build-failed', message: /exit code 3[^]*no network here/ })
  t.notOk(existsSync(join(cacheFolder(), buildName(versionOf('go'), 'go version go1.30.0 linux/amd64'))))
  t.notOk(existsSync(join(cacheFolder(), 'go-0.51.lock')), 'the lock is free again')
})

await t.test('two builds at once build once, and the next one finds it in the cache', async (t) => {
  const log = join(folder, 'builds.log')
  placeProgram(
    'go',
    `case "$1" in version) echo go version go1.30.0 linux/amd64;; *) echo built >> ${log}; while [ "$1" != -o ]; do shift; done; echo program > "$2";; esac`,
  )
  const both = await Promise.all([buildPeer('go'), buildPeer('go')])
  const [first, second] = both
  t.equal(first?.folder, second?.folder)
  t.equal(both.filter(({ built }) => built).length, 1)
  t.match(await buildPeer('go'), { built: false, folder: first?.folder ?? '' })

  process.env['PATH'] = folder
  rmSync(join(folder, 'go'))
  t.match(
    await buildPeer('go'),
    { built: false, folder: first?.folder ?? '' },
    'without a toolchain what was built from these sources serves',
  )
})

await t.test('a plain name is the newest version, and versions are built apart', async (t) => {
  placeProgram(
    'go',
    'case "$1" in version) echo go version go1.30.0 linux/amd64;; *) while [ "$1" != -o ]; do shift; done; head -n 6 go.mod > "$2";; esac',
  )
  const builtFrom = async (name: 'go' | 'go@0.51' | 'go@0.48'): Promise<string> => {
    const { command } = await buildPeer(name)
    return readFileSync(command[0] ?? '', 'utf8')
  }
  t.match(await builtFrom('go'), /go-libp2p v0\.51\./)
  t.match(await buildPeer('go@0.51'), { built: false, peer: 'go', version: '0.51' })
  t.match(await builtFrom('go@0.48'), /go-libp2p v0\.48\./)
})

await t.test('a lock left by a dead process is taken over', async (t) => {
  const lock = join(folder, 'x.lock')
  mkdirSync(lock)
  writeFileSync(join(lock, 'pid'), '4194305')
  t.equal(
    await withLock(
      lock,
      async () => await Promise.resolve('done'),
      () => {},
    ),
    'done',
  )
  t.notOk(existsSync(lock))
})

await t.test('a peer error is known across copies of this module by its brand', (t) => {
  t.ok(new PeerError('build-failed', 'x') instanceof PeerError)
  t.notOk(new Error('x') instanceof PeerError)
  t.end()
})

function placeProgram(name: string, script: string): void {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  process.env['PATH'] = `${folder}${delimiter}${environment.path}`
}
