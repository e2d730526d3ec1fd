import { join } from 'node:path'
import { emitAll } from './emit/emit-all.ts'
import { emitters } from './emit/emitters.ts'
import { loadModel } from './load/load-model.ts'
import { snapshotFile } from './trace/snapshot.ts'
import { traceRequirements } from './trace/trace.ts'
import type { Difference } from './write/compare.ts'
import { compare } from './write/compare.ts'
import { write } from './write/write.ts'

export interface GenerateOptions {
  /** Compare only; write nothing. */
  readonly check?: boolean
  /** These protocols alone; everything where empty. */
  readonly protocols?: readonly string[]
}

export interface GenerateResult {
  readonly differences: readonly Difference[]
  /** How many files were emitted. */
  readonly count: number
}

/** spec/ → generated/ below `root`. Throws a SpecFailure, and writes nothing, where the spec is at fault. */
export async function generate(
  root: string,
  { check = false, protocols = [] }: GenerateOptions = {},
): Promise<GenerateResult> {
  const model = loadModel(root, protocols)
  const emitted = await emitAll(model, emitters, protocols.length === 0)
  const files = protocols.length === 0 ? [...emitted, snapshotFile(traceRequirements(root, model, emitted))] : emitted
  const generated = join(root, 'generated')
  const found = compare(
    generated,
    files,
    protocols.map((name) => `protocols/${name}`),
  )
  // Interfaces that spec/ does not describe are written by hand.
  const differences =
    model.interfaces.length > 0
      ? found
      : found.filter(({ path, kind }) => kind !== 'extra' || !path.startsWith('interfaces/'))
  if (!check && differences.length > 0) write(generated, files, differences)
  return { differences, count: files.length }
}
