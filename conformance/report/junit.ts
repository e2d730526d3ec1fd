import type { CaseFinished } from '../events.ts'
import { isUnexpectedPass, caseOutcome } from './outcome.ts'
import { protocolsOf, type RunRecord } from './run-record.ts'
import { visible } from './visible.ts'

/** JUnit XML: a flaky case passes with its <flakyFailure>, a verdict that differs is a <failure>, a fault of our engine an <error>, what was not judged or is known a <skipped>. */
export function junit(record: RunRecord): string {
  const suites = protocolsOf(record).map((protocol) => suite(protocol, record))
  const all = totals(record.cases)
  const { subject } = record.started
  const attributes = `name=${quoted(`p2pspec: ${subject.name} (${subject.mode})`)} ${all} time=${quoted(inSeconds(record.finished?.durationMs ?? 0))}`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${suites.join('')}</testsuites>\n`
}

function suite(protocol: string, record: RunRecord): string {
  const cases = record.cases.filter((finished) => finished.protocol === protocol)
  const { subject, seed, suiteVersion, startedAt } = record.started
  const properties = {
    subject: subject.name,
    agent: subject.agent ?? '',
    address: subject.address ?? '',
    mode: subject.mode,
    seed: String(seed),
    suiteVersion,
  }
  const head = `name=${quoted(protocol)} ${totals(cases)} time=${quoted(inSeconds(cases.reduce((sum, finished) => sum + finished.durationMs, 0)))}`
  const lines = Object.entries(properties).map(
    ([name, value]) => `      <property name=${quoted(name)} value=${quoted(value)}/>\n`,
  )
  const timestamp = `timestamp=${quoted(startedAt)}`
  return `  <testsuite ${head} ${timestamp}>\n    <properties>\n${lines.join('')}    </properties>\n${cases.map(testCase).join('')}  </testsuite>\n`
}

function testCase(finished: CaseFinished): string {
  const head = `    <testcase classname=${quoted(`${finished.protocol}.${finished.role}`)} name=${quoted(finished.id)} time=${quoted(inSeconds(finished.durationMs))}`
  const inside = body(finished)
  return inside === '' ? `${head}/>\n` : `${head}>\n${inside}    </testcase>\n`
}

function body(finished: CaseFinished): string {
  const outcome = caseOutcome(finished)
  const story = [
    finished.title,
    `requirements: ${finished.requirements.join(', ') || 'none'}${finished.level === null ? '' : ` (${finished.level}, ${finished.stated ?? ''})`}`,
    `did: ${finished.did}`,
    `allowed: ${finished.allowed}`,
    ...finished.earlier.map(({ verdict, did }, index) => `try ${index + 1}: ${verdict}: ${did}`),
    ...(finished.survived === false ? ['survived: no, a fresh dial was not served afterwards'] : []),
    ...(finished.evidence === null ? [] : [`evidence: ${finished.evidence}`]),
    `again: ${finished.replay}`,
  ]
  const text = escapeXml(story.map(visible).join('\n'))
  const why = (message: string): string => `message=${quoted(message)}`
  switch (outcome) {
    case 'passed':
      return ''
    case 'flaky':
      return `      <flakyFailure type="flaky" ${why(finished.did)}>${text}</flakyFailure>\n`
    case 'known':
      return `      <skipped ${why(`known ${finished.verdict}: ${finished.expected?.reason ?? ''}`)}/>\n`
    case 'skipped':
      return `      <skipped ${why(`${finished.verdict}: ${finished.did}`)}/>\n`
    case 'error':
      return `      <error type="error" ${why(finished.did)}>${text}</error>\n`
    case 'failed': {
      const message = isUnexpectedPass(finished)
        ? `unexpected pass: listed as ${finished.expected?.verdict ?? ''}, take the row out`
        : finished.did
      return `      <failure type=${quoted(isUnexpectedPass(finished) ? 'unexpected-pass' : finished.verdict)} ${why(message)}>${text}</failure>\n`
    }
  }
}

function totals(cases: readonly CaseFinished[]): string {
  const count = (...outcomes: readonly string[]): string =>
    quoted(String(cases.filter((finished) => outcomes.includes(caseOutcome(finished))).length))
  return `tests=${quoted(String(cases.length))} failures=${count('failed')} errors=${count('error')} skipped=${count('known', 'skipped')}`
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}

function quoted(text: string): string {
  return `"${escapeXml(visible(text))}"`
}

/** The five markup characters; what XML cannot carry at all is already visible text by then. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}
