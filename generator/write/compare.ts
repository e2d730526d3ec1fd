import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareText } from '../load/problem.ts'
import type { EmittedFile } from '../emit/emitter.ts'

/** How the files on disk differ from what the generator emits. */
export interface Difference {
  /** Below generated/. */
  readonly path: string
  readonly kind: 'missing' | 'changed' | 'extra'
}

/** Files of generated/ that people write: its manifest, and tests beside the code. */
export function isHandWritten(path: string): boolean {
  return path === 'package.json' || path.endsWith('.test.ts')
}

/** Compares in memory. `folders`: only files below these can be extra; all of generated/ where empty. */
export function compare(
  root: string,
  files: readonly EmittedFile[],
  folders: readonly string[],
): readonly Difference[] {
  const differences: Difference[] = []
  const emitted = new Set(files.map((file) => file.path))
  for (const { path, text } of files) {
    const found = readText(join(root, path))
    if (found === undefined) differences.push({ path, kind: 'missing' })
    else if (found !== text) differences.push({ path, kind: 'changed' })
  }
  const scopes = folders.length === 0 ? [''] : folders
  for (const scope of scopes) {
    for (const path of listFiles(root, scope)) {
      if (!emitted.has(path) && !isHandWritten(path)) differences.push({ path, kind: 'extra' })
    }
  }
  return differences.sort((a, b) => compareText(a.path, b.path))
}

function listFiles(root: string, below: string): readonly string[] {
  let entries
  try {
    entries = readdirSync(join(root, below), { withFileTypes: true })
  } catch {
    return []
  }
  return entries.flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.name === 'node_modules' || entry.name === 'dist') return []
    return entry.isDirectory() ? listFiles(root, path) : [path]
  })
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
