import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildName, builtByAnyToolchain, cacheFolder, isFinished, sourcesOf } from './cache.ts'
import { withLock } from './build-lock.ts'
import { PeerError } from './peer-error.ts'
import { versionOf, type ForeignPeer, type ForeignSubject } from './peer-names.ts'
import { recipes, type BuildStep, type Toolchain } from './recipes.ts'

const shownOutputCharacters = 4_000

export type BuildProgress =
  | { readonly type: 'waiting'; readonly owner: number | undefined }
  | { readonly type: 'step'; readonly step: string; readonly output: string }

export interface BuiltPeer {
  readonly peer: ForeignPeer
  readonly version: string
  readonly command: readonly string[]
  readonly folder: string
  /** False: it was in the cache. */
  readonly built: boolean
}

/** Builds a peer program from the package registries, or finds it in the cache. */
export async function buildPeer(
  name: ForeignSubject,
  onProgress: (progress: BuildProgress) => void = () => {},
): Promise<BuiltPeer> {
  const subject = versionOf(name)
  const { peer } = subject
  const recipe = recipes[peer]
  const found = (folder: string, built: boolean): BuiltPeer => ({
    ...subject,
    command: recipe.command(folder),
    folder,
    built,
  })

  const version = toolchainVersion(recipe.toolchain)
  if (version === undefined) {
    const folder = builtByAnyToolchain(subject)
    if (folder !== undefined) return found(folder, false)
    throw new PeerError(
      'toolchain-missing',
      `the ${peer} peer cannot be built: there is no '${recipe.toolchain.program}' here. Install ${recipe.toolchain.install}`,
    )
  }
  const folder = join(cacheFolder(), buildName(subject, version))
  if (isFinished(folder)) return found(folder, false)
  checkVersion(peer, recipe.toolchain, version)

  mkdirSync(cacheFolder(), { recursive: true })
  // One lock a version, not a build: different sources share the scratch folder.
  const shared = join(cacheFolder(), `${peer}-${subject.version}`)
  return await withLock(
    `${shared}.lock`,
    async () => {
      if (isFinished(folder)) return found(folder, false)
      const working = `${folder}.building`
      const places = {
        sources: join(working, 'sources'),
        output: join(working, 'output'),
        scratch: `${shared}.scratch`,
      }
      rmSync(working, { recursive: true, force: true })
      mkdirSync(places.output, { recursive: true })
      for (const [path, file] of sourcesOf(subject)) {
        mkdirSync(dirname(join(places.sources, path)), { recursive: true })
        cpSync(file, join(places.sources, path))
      }
      for (const step of recipe.steps(places)) await runStep(peer, { folder: places.sources, ...step }, onProgress)
      renameSync(places.output, folder)
      rmSync(working, { recursive: true, force: true })
      return found(folder, true)
    },
    (owner) => onProgress({ type: 'waiting', owner }),
  )
}

function toolchainVersion(toolchain: Toolchain): string | undefined {
  const run = spawnSync(toolchain.program, toolchain.versionArguments, { encoding: 'utf8' })
  return run.error === undefined && run.status === 0 ? run.stdout.trim() : undefined
}

function checkVersion(peer: ForeignPeer, toolchain: Toolchain, version: string): void {
  const match = /(\d+)\.(\d+)/.exec(version)
  if (match === null) return
  const [major, minor] = [Number(match[1]), Number(match[2])]
  const [atLeastMajor, atLeastMinor] = toolchain.atLeast
  if (major > atLeastMajor || (major === atLeastMajor && minor >= atLeastMinor)) return
  throw new PeerError(
    'toolchain-too-old',
    `the ${peer} peer cannot be built by ${toolchain.program} ${major}.${minor}, it takes ${toolchain.atLeast.join('.')}. Install ${toolchain.install}`,
  )
}

async function runStep(
  peer: ForeignPeer,
  step: BuildStep,
  onProgress: (progress: BuildProgress) => void,
): Promise<void> {
  const line = [step.program, ...step.arguments].join(' ')
  onProgress({ type: 'step', step: line, output: '' })
  const child = spawn(step.program, step.arguments, {
    cwd: step.folder,
    env: { ...process.env, ...step.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-shownOutputCharacters)
    onProgress({ type: 'step', step: line, output: chunk.trimEnd().split('\n').at(-1) ?? '' })
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (status !== 0)
    throw new PeerError('build-failed', `building the ${peer} peer failed (${line}: exit code ${status})\n${output}`)
}
