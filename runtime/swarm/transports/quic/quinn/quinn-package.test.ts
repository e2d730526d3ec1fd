import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { quinnPackage, quinnVersion, runsOnMusl } from './quinn-package.ts'

const machines: readonly (readonly [platform: string, arch: string, isMusl: boolean, target: string | undefined])[] = [
  ['linux', 'x64', false, 'linux-x64-gnu'],
  ['linux', 'x64', true, 'linux-x64-musl'],
  ['linux', 'arm64', false, 'linux-arm64-gnu'],
  ['linux', 'arm64', true, 'linux-arm64-musl'],
  ['darwin', 'arm64', false, 'darwin-arm64'],
  ['darwin', 'x64', false, 'darwin-x64'],
  ['win32', 'x64', false, 'win32-x64-msvc'],
  ['win32', 'arm64', false, undefined],
  ['linux', 'riscv64', false, undefined],
  ['freebsd', 'x64', false, undefined],
]

t.test('each machine loads the package that is published for it, and no other', (t) => {
  for (const [platform, arch, isMusl, target] of machines) {
    const name = quinnPackage({ platform, arch, isMusl: () => isMusl })
    t.equal(name, target === undefined ? undefined : `@chainsafe/libp2p-quic-${target}`, `${platform} ${arch}`)
  }
  t.end()
})

t.test(
  'every package that may be loaded is an optional dependency of the runtime, in the version that was tried',
  (t) => {
    const manifest: unknown = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../../../../package.json'), 'utf8'),
    )
    const loadable = machines.flatMap(([, , , target]) =>
      target === undefined ? [] : [[`@chainsafe/libp2p-quic-${target}`, quinnVersion] as const],
    )
    t.has(manifest, { optionalDependencies: Object.fromEntries(loadable) })
    t.end()
  },
)

t.test('the C library is that which the process has loaded, whatever else is installed', (t) => {
  const maps = process.platform === 'linux' ? readFileSync('/proc/self/maps', 'utf8') : ''
  t.equal(process.platform === 'linux' && runsOnMusl(), maps.includes('ld-musl'))
  t.match(process.report, { excludeNetwork: false }, 'what the application asks of reports stays')
  t.end()
})
