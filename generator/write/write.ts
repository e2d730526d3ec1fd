import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EmittedFile } from '../emit/emitter.ts'
import type { Difference } from './compare.ts'

/**
 * Makes generated/ what was emitted: changed and missing files appear whole, extra files go.
 * Everything is written beside its place first and renamed at the end, so that a fault on the way leaves generated/ as it was.
 */
export function write(root: string, files: readonly EmittedFile[], differences: readonly Difference[]): void {
  const texts = new Map(files.map((file) => [file.path, file.text]))
  const wanted = differences.filter((difference) => difference.kind !== 'extra')
  mkdirSync(root, { recursive: true })
  const waiting = mkdtempSync(join(root, '.writing-'))
  try {
    const moves = wanted.map(({ path }, index) => {
      const text = texts.get(path)
      if (text === undefined) throw new Error(`generated/${path} was not emitted`)
      const from = join(waiting, String(index))
      writeFileSync(from, text)
      return { from, to: join(root, path) }
    })
    for (const { to } of moves) mkdirSync(dirname(to), { recursive: true })
    for (const { from, to } of moves) renameSync(from, to)
    for (const { path, kind } of differences) if (kind === 'extra') rmSync(join(root, path))
  } finally {
    rmSync(waiting, { recursive: true, force: true })
  }
}
