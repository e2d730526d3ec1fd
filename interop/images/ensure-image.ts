import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PeerError } from '../peers/peer-error.ts'
import { digestOf, type ImageFile } from './image-files.ts'

/** An image of files of this machine: no registry is asked for anything. */
export interface ImagePlan {
  readonly name: string
  /** The tag of an image that was built before; none: nothing but the files. */
  readonly base?: string
  readonly files: readonly ImageFile[]
  /** Lines of the Dockerfile after the files are in. */
  readonly lines: readonly string[]
}

const shownOutputCharacters = 2_000

/** Builds an image where the engine does not have one of the same files; its tag. */
export async function ensureImage(plan: ImagePlan, onProgress: (text: string) => void = () => {}): Promise<string> {
  const dockerfile = `FROM ${plan.base ?? 'scratch'}\nCOPY root /\n${plan.lines.join('\n')}\n`
  const digest = digestOf(plan.files, dockerfile)
  const tag = `p2pspec-${plan.name}:${digest}`
  if (hasImage(tag)) return tag
  onProgress(`building the image ${tag}`)
  const context = mkdtempSync(join(tmpdir(), 'p2pspec-image-'))
  try {
    for (const { from, to, link } of plan.files) {
      const place = join(context, 'root', to)
      mkdirSync(dirname(place), { recursive: true })
      if (link === undefined) copyFileSync(from, place)
      else symlinkSync(link, place)
    }
    writeFileSync(join(context, 'Dockerfile'), dockerfile)
    await build(context, tag, plan.name)
    return tag
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
}

function hasImage(tag: string): boolean {
  const found = spawnSync('docker', ['image', 'inspect', '--format', 'yes', tag], { encoding: 'utf8' })
  if (found.error !== undefined || /cannot connect/i.test(found.stderr)) {
    throw new PeerError(
      'build-failed',
      `no container engine answers${found.error === undefined ? '' : ', and there is no docker command'}. On Debian: interop/docker/start-engine.sh`,
    )
  }
  return found.status === 0
}

async function build(context: string, tag: string, name: string): Promise<void> {
  // The classic builder does without a registry and without buildx.
  const child = spawn('docker', ['build', '--label', `p2pspec.image=${name}`, '--tag', tag, context], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  })
  let output = ''
  const keep = (text: string): void => {
    output = (output + text).slice(-shownOutputCharacters)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (status !== 0)
    throw new PeerError('build-failed', `the image ${tag} was not built (exit code ${status})\n${output}`)
}
