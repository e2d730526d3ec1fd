import { nearestName } from '../load/nearest-name.ts'
import { requirementRows } from '../trace/trace.ts'
import { specReferences } from '../trace/spec-references.ts'
import type { LintRule } from './rule.ts'

export const requirementIds: LintRule = {
  name: 'requirement-ids',
  about: 'Every requirement that spec/, code, cases or tests cite stands in a requirements.yaml.',
  check: ({ model, trace }) => {
    const known = new Set([
      ...[...model.protocols, ...model.records].flatMap(({ requirements }) =>
        requirements === undefined ? [] : requirementRows(requirements).map(([id]) => id),
      ),
      ...model.interfaces.flatMap((file) => Object.keys(file.data.rules ?? {})),
    ])
    const inSpec = specReferences(model)
      .filter((reference) => !known.has(reference.id))
      .map(({ id, file, path }) => ({
        ...file.positionOf(path),
        message: `there is no requirement ${id}`,
        fix: `${nearestName(id, sameCode(id, known))}Add it to requirements.yaml, or correct the id.`,
      }))
    const inCode = trace.unknown.map(({ id, file, line }) => ({
      file,
      line,
      column: 1,
      message: `there is no requirement ${id}`,
      fix: `${nearestName(id, sameCode(id, known))}Add it to requirements.yaml, or correct the id.`,
    }))
    return [...inSpec, ...inCode]
  },
}

/** A near id of another protocol is no help. */
function sameCode(id: string, known: ReadonlySet<string>): readonly string[] {
  const code = id.split('-')[0] ?? ''
  return [...known].filter((other) => other.startsWith(`${code}-`))
}
