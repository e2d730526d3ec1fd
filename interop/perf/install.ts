import { execFile } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PeerName } from '../peers/peer-names.ts'

const run = promisify(execFile)

export interface Installed {
  readonly megabytes: number
  readonly packages: number
}

/** What js-libp2p needs for TCP, noise, yamux, identify and ping. */
const jsPackages = ['libp2p', '@libp2p/tcp', '@libp2p/noise', '@libp2p/yamux', '@libp2p/identify', '@libp2p/ping']
const ownPackages = ['generated', 'runtime']

/** Installs a library of this registry into an empty folder and weighs it; undefined where npm has nothing to do with it. */
export function measureInstall(name: PeerName, signal: AbortSignal): Promise<Installed> | undefined {
  if (name === 'p2pspec') return installed(packOwn, signal)
  if (name === 'js') return installed(() => Promise.resolve(versionsOfJs()), signal)
  return undefined
}

type Dependencies = Readonly<Record<string, string>>

async function installed(
  dependencies: (folder: string, signal: AbortSignal) => Promise<Dependencies>,
  signal: AbortSignal,
): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'p2pspec-install-'))
  try {
    const project = join(folder, 'project')
    mkdirSync(project)
    const manifest = { name: 'empty', private: true, dependencies: await dependencies(folder, signal) }
    writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
    const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
    await run('npm', words, { cwd: project, signal })
    const files = globSync('node_modules/**', { cwd: project, withFileTypes: true }).filter((entry) => entry.isFile())
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
    return { megabytes: bytes / 1e6, packages: countPackages(join(project, 'node_modules', '.package-lock.json')) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** This project's own packages as they would be published. */
async function packOwn(folder: string, signal: AbortSignal): Promise<Dependencies> {
  const root = join(import.meta.dirname, '..', '..')
  const entries = ownPackages.map(async (name) => {
    // Packed from a copy: npm takes a workspace's own folder for part of the whole.
    const copy = join(folder, name)
    cpSync(join(root, name), copy, { recursive: true, filter: (path) => !path.includes('node_modules') })
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: copy, signal })
    return [`@p2pspec/${name}`, `file:${join(folder, stdout.trim())}`] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function versionsOfJs(): Dependencies {
  const [manifest] = globSync('**/package.json', {
    cwd: join(import.meta.dirname, '..', 'peers', 'js'),
    exclude: (path) => path === 'node_modules',
  }).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  if (manifest === undefined) throw new Error('the js peer has no package.json')
  const known = dependenciesOf(
    JSON.parse(readFileSync(join(import.meta.dirname, '..', 'peers', 'js', manifest), 'utf8')),
  )
  return Object.fromEntries(
    jsPackages.map((name) => {
      const version = known[name]
      if (version === undefined) throw new Error(`the js peer does not use ${name}`)
      return [name, version]
    }),
  )
}

function dependenciesOf(manifest: unknown): Readonly<Record<string, string>> {
  const found: unknown =
    typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest ? manifest.dependencies : {}
  return Object.fromEntries(
    Object.entries(found ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function countPackages(lockFile: string): number {
  const lock: unknown = JSON.parse(readFileSync(lockFile, 'utf8'))
  if (typeof lock !== 'object' || lock === null || !('packages' in lock)) throw new Error('npm wrote no lock file')
  return Object.keys(lock.packages ?? {}).length
}
