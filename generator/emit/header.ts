import { compareText } from '../load/problem.ts'
import { sha256Hex } from '../load/spec-file.ts'
import type { Model } from '../model/model.ts'

/** What a generated file is made from. */
export interface Source {
  readonly path: string
  readonly sha256: string
}

const closers = { '//': '', '#': '', '<!--': ' -->' } as const

/** The first lines of a generated file: what it was made from, and that nobody edits it. Ends in a line feed. */
export function fileHeader(comment: keyof typeof closers, sources: readonly Source[]): string {
  const lines = bySourcePath(sources).map(({ path, sha256 }) => `Generated from ${path} sha256:${sha256}`)
  lines.push('Do not edit: change the spec and run `p2pspec generate`.')
  return lines.map((line) => `${comment} ${line}${closers[comment]}\n`).join('')
}

/** The same for formats without comments: the value of a first key `generatedFrom`. */
export function sourceDigests(sources: readonly Source[]): Readonly<Record<string, string>> {
  return Object.fromEntries(bySourcePath(sources).map(({ path, sha256 }) => [path, sha256]))
}

function bySourcePath(sources: readonly Source[]): readonly Source[] {
  return [...new Map(sources.map((source) => [source.path, source])).values()].sort((a, b) =>
    compareText(a.path, b.path),
  )
}

/** One table of spec/common/limits.yaml as a source: other protocols' limits do not make a file stale. */
export function limitsSource(model: Model, owner: string): readonly Source[] {
  const table = model.limits?.data.limits[owner]
  return table === undefined
    ? []
    : [{ path: `spec/common/limits.yaml#${owner}`, sha256: sha256Hex(JSON.stringify(table)) }]
}
