import { markup } from '@p2pspec/conformance/report/clauses/markup'
import { isUnexpectedPass, outcomeOf } from '@p2pspec/conformance/report/outcome'
import type { CellFinished } from '../events.ts'
import type { MatrixRecord } from './matrix-record.ts'

/** JUnit XML: a suite a scenario. A verdict that differs is a <failure>, a fault of the matrix an <error>, what is known or cannot run here a <skipped>. */
export function matrixJunit({ started, cells, finished }: MatrixRecord): string {
  const suites = Map.groupBy(cells, ({ scenario }) => scenario)
  const head = `name="p2pspec interop (${started.runtime})" ${totals(cells)} time="${seconds(finished?.durationMs ?? 0)}"`
  const body = [...suites].map(
    ([scenario, members]) =>
      `  <testsuite name="${markup(scenario)}" ${totals(members)} time="${seconds(members.reduce((sum, one) => sum + one.durationMs, 0))}" timestamp="${markup(started.startedAt)}">\n${members.map(testCase).join('')}  </testsuite>\n`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${body.join('')}</testsuites>\n`
}

function testCase(cell: CellFinished): string {
  const head = `    <testcase classname="${markup(`${cell.scenario}.${cell.stack}`)}" name="${markup(cell.id)}" time="${seconds(cell.durationMs)}"`
  const inside = inner(cell)
  return inside === '' ? `${head}/>\n` : `${head}>\n      ${inside}\n    </testcase>\n`
}

function inner(cell: CellFinished): string {
  switch (outcomeOf(cell)) {
    case 'passed':
      return ''
    case 'known':
      return `<skipped message="${markup(`known ${cell.verdict}: ${cell.expected?.reason ?? ''}`)}"/>`
    case 'skipped':
      return `<skipped message="${markup(cell.did)}"/>`
    case 'error':
      return `<error type="error" message="${markup(cell.did)}"/>`
    case 'failed': {
      const passes = isUnexpectedPass(cell)
      const message = passes ? `unexpected pass: listed as ${cell.expected?.verdict ?? ''}, take the row out` : cell.did
      const text = markup([cell.did, `evidence: ${cell.evidence ?? 'none'}`, `tries: ${cell.attempts}`].join('; '))
      return `<failure type="${passes ? 'unexpected-pass' : cell.verdict}" message="${markup(message)}">${text}</failure>`
    }
  }
}

function totals(cells: readonly CellFinished[]): string {
  const count = (...outcomes: readonly string[]): number =>
    cells.filter((cell) => outcomes.includes(outcomeOf(cell))).length
  return `tests="${cells.length}" failures="${count('failed')}" errors="${count('error')}" skipped="${count('known', 'skipped')}"`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}
