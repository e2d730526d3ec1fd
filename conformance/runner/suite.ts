import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Case, CaseFile } from '@p2pspec/generated/common/cases'
import { TesterError } from '../tester/tester-error.ts'
import { adapterOf } from './adapters.ts'
import type { ExtraCase } from './extra-case.ts'
import { readExtraCases } from './extra-case-file.ts'
import { readRequirements } from './requirements.ts'
import type { RequirementRow } from './requirements.ts'
import type { Level, Stated } from './verdict.ts'

export const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

/** A case of the suite, generated or written by hand. */
export interface SuiteCase {
  readonly id: string
  readonly protocol: string
  readonly role: string
  readonly title: string
  readonly requirements: readonly string[]
  readonly level: Level | null
  readonly stated: Stated | null
  readonly verdict: 'judge' | 'observe'
  readonly body:
    | { readonly kind: 'generated'; readonly item: Case; readonly fixtures: CaseFile['fixtures'] }
    | { readonly kind: 'script'; readonly item: ExtraCase }
}

/** All cases of one protocol, by file and in the order of the files. */
export function loadCases(protocol: string, folder: string = projectFolder): readonly SuiteCase[] {
  const rows = readRequirements(path.join(folder, 'spec/protocols', protocol, 'requirements.yaml'))
  const cases = [...generatedCases(protocol, folder), ...scripts(protocol, folder, rows)]
  const ids = new Set<string>()
  for (const { id } of cases) {
    if (ids.has(id)) throw new TesterError('bad-case', 'protocol', `two cases of ${protocol} have the id ${id}`)
    ids.add(id)
  }
  return cases
}

/** Requirement rows by id, for reports and evidence. */
export function loadRequirements(
  protocol: string,
  folder: string = projectFolder,
): ReadonlyMap<string, RequirementRow> {
  return readRequirements(path.join(folder, 'spec/protocols', protocol, 'requirements.yaml'))
}

function generatedCases(protocol: string, folder: string): SuiteCase[] {
  const file = path.join(folder, 'generated/protocols', protocol, 'cases.json')
  if (!existsSync(file)) return []
  const content = JSON.parse(readFileSync(file, 'utf8')) as CaseFile // written by the generator in this format
  return content.cases.map((item) => ({
    id: item.id,
    protocol,
    role: item.role,
    title: item.title,
    requirements: item.requirements,
    level: item.level,
    stated: item.stated,
    verdict: item.verdict,
    body: { kind: 'generated', item, fixtures: content.fixtures },
  }))
}

function scripts(protocol: string, folder: string, rows: ReadonlyMap<string, RequirementRow>): SuiteCase[] {
  const file = `conformance/protocols/${protocol}/extra.cases.yaml`
  const place = path.join(folder, file)
  if (!existsSync(place)) return []
  return readExtraCases(readFileSync(place, 'utf8'), file, rows).map((item) => {
    const { id, role, title, requirements, level, stated, verdict } = item
    if (adapterOf(protocol)?.roles[role] === undefined)
      throw new TesterError('bad-case', 'protocol', `${file}: ${id} names the unknown role ${role}`)
    return { id, protocol, role, title, requirements, level, stated, verdict, body: { kind: 'script', item } }
  })
}
