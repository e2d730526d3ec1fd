import type { CaseFinished, Verdict } from '../events.ts'
import { markdownText } from './markdown-text.ts'
import { verdictMark } from './outcome.ts'
import type { Requirement, RequirementIndex } from './requirement-index.ts'
import { originLabel } from './requirement-index.ts'
import { protocolsOf, type RunRecord } from './run-record.ts'

/** Every requirement of the protocols that ran, with what the cases found: the origin, annotated. Markdown. */
export function annotated(record: RunRecord, requirements: RequirementIndex): string {
  const byRequirement = casesByRequirement(record.cases)
  const { subject } = record.started
  const head = [
    `# ${markdownText(subject.name)}: every requirement, and what the cases found`,
    '',
    `Agent ${markdownText(subject.agent ?? 'unknown')}, ${subject.mode}, seed ${record.started.seed}.`,
  ]
  const sections = protocolsOf(record).flatMap((protocol) => {
    const rows = [...requirements.values()].filter((requirement) => requirement.protocol === protocol)
    if (rows.length === 0) return []
    const table = rows.map((requirement) => row(requirement, byRequirement.get(requirement.id) ?? []))
    const covered = rows.filter((requirement) => byRequirement.has(requirement.id)).length
    return [
      '',
      `## ${markdownText(protocol)} (${covered} of ${rows.length} met by a case)`,
      '',
      '| id | level | stated | verdict | cases | what is asked | where |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...table,
    ].join('\n')
  })
  return `${head.join('\n')}\n${sections.join('\n')}\n`
}

export function casesByRequirement(cases: readonly CaseFinished[]): ReadonlyMap<string, readonly CaseFinished[]> {
  const index = new Map<string, CaseFinished[]>()
  for (const finished of cases) {
    for (const id of finished.requirements) index.set(id, [...(index.get(id) ?? []), finished])
  }
  return index
}

/** One verdict for many cases: the worst that says something of the subject; undecided only where nothing decided. */
export function foldVerdicts(all: readonly Verdict[]): Verdict | null {
  return worstFirst.find((verdict) => all.includes(verdict)) ?? null
}

const worstFirst: readonly Verdict[] = [
  'fail',
  'flaky',
  'nonstrict',
  'pass',
  'observed',
  'error',
  'blocked',
  'unsupported',
]

function row(requirement: Requirement, cases: readonly CaseFinished[]): string {
  const folded = foldVerdicts(cases.map((finished) => finished.verdict))
  const verdict = folded === null ? untested(requirement) : `${verdictMark[folded]} ${folded}`
  const held = cases.filter((finished) => finished.verdict === 'pass').length
  const where =
    requirement.origin === null
      ? originLabel(requirement)
      : `[${markdownText(originLabel(requirement))}](${encodeURI(requirement.origin.url)})`
  const cells = [
    requirement.id,
    requirement.level,
    requirement.stated,
    verdict,
    cases.length === 0 ? '' : `${held}/${cases.length}`,
    markdownText(requirement.text),
  ]
  return `| ${[...cells, requirement.origin === null ? markdownText(where) : where].join(' | ')} |`
}

/** Why no case speaks of it. */
export function untested(requirement: Requirement): string {
  if (requirement.byConstruction) return 'by construction'
  return requirement.exception === null ? 'no case' : `no case (${requirement.exception.reason})`
}
