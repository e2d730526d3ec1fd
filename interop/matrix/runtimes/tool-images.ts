import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MatrixError } from '../matrix-error.ts'
import { isGone, type Engine } from './engine.ts'

/** An image of programs that this machine has, with the libraries that they load: no registry is asked. */
export interface ToolImage {
  readonly name: string
  readonly programs: readonly string[]
  /** Libraries that a program loads by itself at run time: folders, looked for in the places of libraries. */
  readonly plugins?: readonly string[]
  readonly packages: string
}

export const redisImage: ToolImage = { name: 'redis', programs: ['redis-server'], packages: 'redis-server' }

/** What breaks a network, and what watches one. */
export const labImage: ToolImage = {
  name: 'lab',
  programs: ['iptables', 'ip6tables', 'tc', 'ip', 'tcpdump', 'sleep'],
  plugins: ['xtables'],
  packages: 'iptables iproute2 tcpdump',
}

/** Builds an image where the engine does not have it; its tag. */
export async function ensureToolImage(
  engine: Engine,
  image: ToolImage,
  onProgress: (text: string) => void,
): Promise<string> {
  const files = filesOf(image)
  const tag = `p2pspec-interop-${image.name}:${digestOf(files)}`
  if (await has(engine, tag)) return tag
  onProgress(`building the image ${tag} from ${image.programs.join(', ')} of this machine`)
  const context = mkdtempSync(path.join(tmpdir(), 'p2pspec-image-'))
  try {
    for (const { from, to } of files) {
      mkdirSync(path.join(context, 'root', path.dirname(to)), { recursive: true })
      // A program is often a link to another name of it.
      copyFileSync(realpathSync(from), path.join(context, 'root', to))
    }
    for (const folder of ['tmp', 'run', 'etc']) mkdirSync(path.join(context, 'root', folder), { recursive: true })
    writeFileSync(path.join(context, 'root/etc/passwd'), 'root:x:0:0::/:/bin/sh\n')
    writeFileSync(
      path.join(context, 'Dockerfile'),
      `FROM scratch\nCOPY root /\nENV PATH=/usr/sbin:/usr/bin:/sbin:/bin\n${image.programs.length === 1 ? `ENTRYPOINT ["${files[0]?.to ?? ''}"]\n` : ''}`,
    )
    const { GenericContainer } = await import('testcontainers')
    await GenericContainer.fromDockerfile(context).build(tag, { deleteOnExit: false })
    return tag
  } finally {
    rmSync(context, { recursive: true })
  }
}

async function has(engine: Engine, tag: string): Promise<boolean> {
  try {
    await engine.getImage(tag).inspect()
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

interface CopiedFile {
  readonly from: string
  readonly to: string
}

function filesOf(image: ToolImage): readonly CopiedFile[] {
  const programs = image.programs.map((name) => findProgram(name, image))
  const plugins = (image.plugins ?? []).flatMap(findPlugins)
  const libraries = [...programs, ...plugins].flatMap(librariesOf)
  return [...new Set([...programs, ...plugins, ...libraries])].map((file) => ({ from: file, to: file }))
}

function findProgram(name: string, { name: image, packages }: ToolImage): string {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  for (const folder of folders) {
    const file = path.join(folder, name)
    if (existsSync(file)) return file
  }
  throw new MatrixError(
    'no-image',
    `the image "${image}" is made of programs of this machine, and ${name} is not there. Debian: apt-get install ${packages}`,
  )
}

function findPlugins(folder: string): readonly string[] {
  const places = [`/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`, '/usr/lib64', '/usr/lib']
  for (const place of places) {
    try {
      return readdirSync(path.join(place, folder)).map((name) => path.join(place, folder, name))
    } catch {
      // The next place.
    }
  }
  return []
}

/** ldd prints a line a library: `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader alone. */
function librariesOf(program: string): readonly string[] {
  try {
    const text = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return [...text.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].map(([, file = '']) => file)
  } catch {
    // A static program loads nothing.
    return []
  }
}

function digestOf(files: readonly CopiedFile[]): string {
  const hash = createHash('sha256')
  for (const { from, to } of files) hash.update(`${to}\0`).update(readFileSync(from))
  return hash.digest('hex').slice(0, 12)
}
