import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmittedFile } from '../emit/emitter.ts'
import { compareText } from '../load/problem.ts'
import type { SpecFile } from '../load/spec-file.ts'
import type { Model } from '../model/model.ts'
import type { Requirement, RequirementsFile } from '../model/spec-types.ts'
import { scanCitations } from './scan-citations.ts'
import type { Citation } from './scan-citations.ts'
import { specReferences } from './spec-references.ts'

/** The road of one requirement: where it is written, made, and tested. */
export interface TracedRequirement {
  readonly id: string
  /** Protocol or record. */
  readonly owner: string
  readonly row: Requirement
  readonly file: SpecFile<RequirementsFile>
  /** Rows of machines and layouts, and `//=` comments: what makes it true. */
  readonly implementations: readonly string[]
  /** Ids of cases. */
  readonly cases: readonly string[]
  /** Test files. */
  readonly tests: readonly string[]
  readonly status: TraceStatus
}

/**
 * `covered`: made and tested. `construction`, `exception`, `todo`: a written reason. `untested`, `unmade`, `open`: a gap of one half, the other, both.
 */
export type TraceStatus = 'covered' | 'construction' | 'exception' | 'todo' | 'untested' | 'unmade' | 'open'

export interface Trace {
  readonly requirements: readonly TracedRequirement[]
  /** Citations in code of ids that no requirements.yaml has. */
  readonly unknown: readonly Citation[]
}

/** Follows every requirement through spec, code, cases and tests. `emitted`: cases as just generated, in place of those on disk. */
export function traceRequirements(root: string, model: Model, emitted: readonly EmittedFile[] = []): Trace {
  const citations = scanCitations(root)
  const references = specReferences(model)
  const cases = generatedCases(root, model, emitted)
  const owners = [...model.protocols, ...model.records]
  const requirements: TracedRequirement[] = []
  const known = new Set(model.interfaces.flatMap((file) => Object.keys(file.data.rules ?? {})))
  for (const { name: owner, requirements: file } of owners) {
    if (file === undefined) continue
    for (const [id, row] of requirementRows(file)) {
      known.add(id)
      const implementations = [
        ...references
          .filter((reference) => reference.id === id && reference.implements)
          .map((reference) => reference.what),
        ...citations.implementations.filter((citation) => citation.id === id).map((citation) => citation.file),
      ]
      const casesOf = [
        ...(cases.get(id) ?? []),
        ...citations.cases.filter((citation) => citation.id === id).map((citation) => citation.file),
      ]
      const tests = citations.tests.filter((citation) => citation.id === id).map((citation) => citation.file)
      const traced = {
        id,
        owner,
        row,
        file,
        implementations: unique(implementations),
        cases: unique(casesOf),
        tests: unique(tests),
      }
      requirements.push({ ...traced, status: statusOf(traced) })
    }
  }
  const unknown = [...citations.implementations, ...citations.tests, ...citations.cases].filter(
    (citation) => !known.has(citation.id) && looksOwned(citation.id, model),
  )
  return { requirements: requirements.sort((a, b) => compareText(a.id, b.id)), unknown }
}

/** The rows of a requirements file, without its two other keys. */
export function requirementRows(file: SpecFile<RequirementsFile>): readonly (readonly [string, Requirement])[] {
  // The schema allows `format`, `sources` and rows, nothing else.
  return Object.entries(file.data).filter(([key]) => key !== 'format' && key !== 'sources') as [string, Requirement][]
}

function statusOf({ row, implementations, cases, tests }: Omit<TracedRequirement, 'status'>): TraceStatus {
  const made = implementations.length > 0
  const tested = cases.length + tests.length > 0
  if (made && tested) return 'covered'
  if (row.by !== undefined) return 'construction'
  if (row.exception !== undefined) return 'exception'
  if (row.todo !== undefined) return 'todo'
  if (made) return 'untested'
  return tested ? 'unmade' : 'open'
}

/** Requirement id → ids of generated cases. */
function generatedCases(
  root: string,
  model: Model,
  emitted: readonly EmittedFile[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { name } of model.protocols) {
    const path = `protocols/${name}/cases.json`
    const disk = join(root, 'generated', path)
    const text =
      emitted.find((file) => file.path === path)?.text ?? (existsSync(disk) ? readFileSync(disk, 'utf8') : undefined)
    if (text === undefined) continue
    // Our own emitter's file; a file that is anything else gives no cases.
    const file = JSON.parse(text) as {
      readonly cases?: readonly { readonly id: string; readonly requirements?: readonly string[] }[]
    }
    for (const { id, requirements = [] } of file.cases ?? []) {
      for (const requirement of requirements) {
        const list = found.get(requirement) ?? []
        list.push(id)
        found.set(requirement, list)
      }
    }
  }
  return found
}

/** Ids of a protocol or record that is in the model: others (`RFC-7748`) are names of other things. */
function looksOwned(id: string, model: Model): boolean {
  const code = id.split('-')[0]
  const codes = [
    ...model.protocols.map((protocol) => protocol.machine?.data.code ?? protocol.layout?.data.code),
    ...model.records.map((record) => record.record?.data.code),
  ]
  return codes.includes(code)
}

function unique(list: readonly string[]): readonly string[] {
  return [...new Set(list)].sort(compareText)
}
