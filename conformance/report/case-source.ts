import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeExpectation, describeOutcomes, describeStep, flowText } from './describe-step.ts'
import { asText, isRecord, readYaml, specProtocols } from './requirement-index.ts'

/** What a reader is told of a case before it runs: from the generated cases or the hand-written ones. */
export interface CaseText {
  readonly id: string
  readonly protocol: string
  readonly role: string
  readonly title: string
  readonly requirements: readonly string[]
  readonly level: string | null
  readonly stated: string | null
  readonly observeOnly: boolean
  /** State and event of a generated case: its edge in the machine. Null for a script. */
  readonly edge: { readonly state: string; readonly event: string } | null
  readonly chunking: string
  readonly given: string
  readonly steps: readonly string[]
  readonly allowed: readonly string[]
  /** The case as data. */
  readonly data: unknown
  /** File that says it, relative to the project. */
  readonly file: string
}

export const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

/** All cases of one protocol as text, by id. */
export function readCases(protocol: string, folder: string = projectFolder): ReadonlyMap<string, CaseText> {
  const cases = new Map<string, CaseText>()
  const generated = `generated/protocols/${protocol}/cases.json`
  if (existsSync(path.join(folder, generated))) {
    const file: unknown = JSON.parse(readFileSync(path.join(folder, generated), 'utf8'))
    const list = isRecord(file) && Array.isArray(file['cases']) ? file['cases'] : []
    for (const one of list) if (isRecord(one)) cases.set(asText(one['id']), caseText(one, protocol, generated))
  }
  const extra = `conformance/protocols/${protocol}/extra.cases.yaml`
  const written = readYaml(path.join(folder, extra))?.['cases']
  for (const [key, one] of Object.entries(isRecord(written) ? written : {})) {
    if (!isRecord(one)) continue
    for (const role of Array.isArray(one['roles']) ? one['roles'].map(asText) : []) {
      const id = `${protocol}/${role}/${key}`
      cases.set(id, caseText({ ...one, id, role }, protocol, extra))
    }
  }
  return cases
}

/** The case with this id, also where only another chunking of it is written down. */
export function findCase(id: string, folder: string = projectFolder): CaseText | null {
  const protocol = id.split('/', 1)[0] ?? ''
  if (!specProtocols(path.join(folder, 'spec')).includes(protocol)) return null
  const cases = readCases(protocol, folder)
  const found = cases.get(id) ?? cases.get(id.split('~', 1)[0] ?? '')
  return found === undefined ? null : { ...found, id, chunking: id.split('~')[1] ?? found.chunking }
}

/** The case text of a case that a transcript carries. */
export function caseText(one: Readonly<Record<string, unknown>>, protocol: string, file: string): CaseText {
  const { given, expect, outcomes, state, event } = one
  const steps = Array.isArray(one['steps']) ? one['steps'] : []
  return {
    id: asText(one['id']),
    protocol,
    role: asText(one['role']),
    title: asText(one['title']),
    requirements: Array.isArray(one['requirements']) ? one['requirements'].map(asText) : [],
    level: asText(one['level']) || null,
    stated: asText(one['stated']) || null,
    observeOnly: one['verdict'] === 'observe',
    edge: typeof state === 'string' && typeof event === 'string' ? { state, event } : null,
    chunking: asText(one['chunking']) || 'whole',
    given: givenText(given, one),
    steps: steps.map(describeStep),
    allowed: isRecord(expect) ? describeExpectation(expect) : describeOutcomes(outcomes),
    data: one,
    file,
  }
}

/** What holds before the first step: inputs of a generated case; place and altered handshake of a script. */
function givenText(given: unknown, one: Readonly<Record<string, unknown>>): string {
  if (isRecord(given)) return Object.keys(given).length > 0 ? flowText(given) : ''
  const setting = Object.fromEntries(
    ['at', 'stream', 'alter'].flatMap((key) => (one[key] === undefined ? [] : [[key, one[key]] as const])),
  )
  return Object.keys(setting).length > 0 ? flowText(setting) : ''
}
