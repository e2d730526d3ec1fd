import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A file of this machine and where it is in an image; a link has what it points to. */
export interface ImageFile {
  readonly from: string
  readonly to: string
  readonly link?: string
}

/** Every file below a folder that is wanted, sorted, so that the same files make the same image. */
export function filesBelow(folder: string, to: string, isWanted: (path: string) => boolean = () => true): ImageFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, from: join(entry.parentPath, entry.name) }))
    .filter(({ entry, from }) => !entry.isDirectory() && isWanted(relative(folder, from)))
    .map(({ entry, from }) => ({
      from,
      to: join(to, relative(folder, from)),
      ...(entry.isSymbolicLink() ? { link: readlinkSync(from) } : {}),
    }))
    .toSorted((one, other) => (one.to < other.to ? -1 : 1))
}

/** The libraries that these programs load, at their own places. */
export function librariesOf(programs: readonly string[]): ImageFile[] {
  const found = new Set<string>()
  for (const program of programs) {
    // ldd prints a line a library: `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader alone.
    const text = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    for (const [, file = ''] of text.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)) found.add(file)
  }
  return [...found].toSorted().map((file) => ({ from: file, to: file }))
}

export interface WantedBy {
  readonly folder: string
  /** Some of what this package needs; everything without it. */
  readonly only?: readonly string[]
}

/** The packages that these ones need, at the places where npm put them, themselves left out. */
export function packagesOf(packages: readonly WantedBy[], nodeModules: string): string[] {
  const found = new Set<string>()
  const visit = ({ folder, only }: WantedBy): void => {
    const { dependencies = {}, optionalDependencies = {} } = readPackage(folder)
    for (const name of only ?? Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = [join(folder, 'node_modules', name), join(nodeModules, name)].find((each) => existsSync(each))
      // What is optional need not be there, and the rooms of this project are there as what they are.
      if (place === undefined || found.has(place) || name.startsWith('@p2pspec/')) continue
      found.add(place)
      visit({ folder: place })
    }
  }
  for (const each of packages) visit(each)
  return [...found].toSorted()
}

export function digestOf(files: readonly ImageFile[], ...texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text}\0`)
  for (const { from, to, link } of files) hash.update(`${to}\0`).update(link ?? readFileSync(from))
  return hash.digest('hex').slice(0, 16)
}

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

function readPackage(folder: string): PackageFile {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile // npm wrote or checked it
}
