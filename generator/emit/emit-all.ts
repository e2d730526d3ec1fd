import type { Model } from '../model/model.ts'
import { compareText, SpecFailure, sortProblems } from '../load/problem.ts'
import type { Problem } from '../load/problem.ts'
import type { EmittedFile, Emitter } from './emitter.ts'

/** Runs every emitter; all their problems together, or every file, sorted by path. */
export async function emitAll(
  model: Model,
  emitters: readonly Emitter[],
  whole: boolean,
): Promise<readonly EmittedFile[]> {
  const problems: Problem[] = []
  const files = new Map<string, EmittedFile>()
  for (const emitter of emitters) {
    try {
      for (const file of await emitter.emit({ model, protocols: model.protocols, whole })) {
        if (files.has(file.path))
          throw new Error(`two emitters write generated/${file.path}; the second is ${emitter.name}`)
        if (!file.text.endsWith('\n'))
          throw new Error(`generated/${file.path} by ${emitter.name} does not end in a line feed`)
        files.set(file.path, file)
      }
    } catch (error) {
      if (!(error instanceof SpecFailure)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new SpecFailure(sortProblems(problems))
  return [...files.values()].sort((a, b) => compareText(a.path, b.path))
}
