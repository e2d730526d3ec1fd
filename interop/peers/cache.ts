import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PeerVersion } from './peer-names.ts'
import { recipes } from './recipes.ts'

const projectFolder = join(import.meta.dirname, '..', '..')

/** Where built peers are kept: `.cache/peers` of the project, or `peers` below P2PSPEC_CACHE. */
export function cacheFolder(): string {
  return join(process.env['P2PSPEC_CACHE'] ?? join(projectFolder, '.cache'), 'peers')
}

/** Where each source is, by the path that it has in the build: the lock files are a version's own. */
export function sourcesOf({ peer, version }: PeerVersion): ReadonlyMap<string, string> {
  const { sources, versioned } = recipes[peer]
  const folder = join(import.meta.dirname, peer)
  return new Map([
    ...versioned.map((path) => [path, join(folder, 'versions', version, path)] as const),
    ...sources.map((path) => [path, join(folder, path)] as const),
  ])
}

/** The name of a built peer: what it is made of, and by which toolchain where that decides the result. */
export function buildName(subject: PeerVersion, toolchainVersion: string): string {
  return `${buildPrefix(subject)}${digestOf(recipes[subject.peer].toolchain.decidesResult ? toolchainVersion : 'any').slice(0, 8)}`
}

/** A peer of these very sources, built before by whatever toolchain: what there is to run where none is installed. */
export function builtByAnyToolchain(subject: PeerVersion): string | undefined {
  const folder = cacheFolder()
  if (!existsSync(folder)) return undefined
  const prefix = buildPrefix(subject)
  const name = readdirSync(folder).find((entry) => entry.startsWith(prefix) && isFinished(join(folder, entry)))
  return name === undefined ? undefined : join(folder, name)
}

/** A build is renamed into place when it is complete, so that a folder without a dot in its name is one. */
export function isFinished(folder: string): boolean {
  return !folder.includes('.building') && existsSync(folder)
}

function buildPrefix(subject: PeerVersion): string {
  return `${subject.peer}-${subject.version}-${sourceDigest(subject)}-`
}

function sourceDigest(subject: PeerVersion): string {
  const recipe = recipes[subject.peer]
  const hash = createHash('sha256')
  hash.update(JSON.stringify(recipe.steps({ sources: 'sources', output: 'output', scratch: 'scratch' })))
  for (const [path, file] of sourcesOf(subject)) {
    const content = readFileSync(file)
    hash.update(`${path}\0${content.length}\0`)
    hash.update(content)
  }
  return hash.digest('hex').slice(0, 16)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
