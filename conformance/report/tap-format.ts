import type { CaseFinished } from '../events.ts'
import { caseOutcome } from './outcome.ts'
import type { RunRecord } from './run-record.ts'
import { visible } from './visible.ts'

/** TAP 14, one test point per case: known failures are TODO, a flaky case is ok and says so, what was not judged is SKIP, the rest carries a YAML diagnostic. */
export function tapFormat(record: RunRecord): string {
  const points = record.cases.map((finished, index) => point(finished, index + 1))
  const cut = record.finished === null ? ['Bail out! The run ended before its last case'] : []
  const { subject } = record.started
  const about = [
    `# subject: ${comment(subject.name)} (${subject.mode})`,
    `# agent: ${comment(subject.agent ?? 'unknown')}`,
  ]
  // A plan of nothing ends the stream for a reader: it would not see the bail-out behind it.
  const plan =
    record.cases.length > 0 ? [`1..${record.cases.length}`] : cut.length > 0 ? [] : ['1..0 # SKIP no case ran']
  return `${['TAP version 14', ...about, ...plan, ...points, ...cut].join('\n')}\n`
}

function point(finished: CaseFinished, number: number): string {
  const name = `${number} - ${description(finished.id)}`
  switch (caseOutcome(finished)) {
    case 'passed':
      return `ok ${name}`
    case 'flaky':
      return `ok ${name} (flaky)\n${diagnostic(finished)}`
    case 'skipped':
      return `ok ${name} # SKIP ${description(`${finished.verdict}: ${finished.did}`)}`
    case 'known':
      return `not ok ${name} # TODO ${description(`known ${finished.verdict}: ${finished.expected?.reason ?? ''}`)}`
    case 'failed':
    case 'error':
      return `not ok ${name}\n${diagnostic(finished)}`
  }
}

function diagnostic(finished: CaseFinished): string {
  const fields = {
    verdict: finished.verdict,
    title: finished.title,
    requirements: finished.requirements,
    level: finished.level,
    did: finished.did,
    earlier: finished.earlier,
    allowed: finished.allowed,
    reaction: finished.reaction,
    survived: finished.survived,
    evidence: finished.evidence,
    again: finished.replay,
  }
  // JSON is YAML; one value a line keeps it readable.
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${safeJson(value)}`)
  return ['  ---', ...lines, '  ...'].join('\n')
}

function safeJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? visible(inner) : inner))
}

/** `#` begins a directive and `\` escapes. */
function description(text: string): string {
  return visible(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#')
}

function comment(text: string): string {
  return visible(text)
}
