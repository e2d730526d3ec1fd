import { untested } from '../annotated.ts'
import { markdownText } from '../markdown-text.ts'
import { verdictMark } from '../outcome.ts'
import { originLabel } from '../requirement-index.ts'
import {
  foldCell,
  isTested,
  type ClauseCell,
  type ClauseProtocol,
  type ClauseTable,
  type Totals,
} from './clause-table.ts'

const marks = ['<!-- clauses:begin -->', '<!-- clauses:end -->'] as const

/** A page with the totals between its two marks, in place of what stood there. Throws where it has no such marks. */
export function withTotals(page: string, table: ClauseTable, details: string): string {
  const [begin, end] = marks.map((mark) => page.indexOf(mark))
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`the page has no place for the totals: write ${marks.join(' and ')} where they go`)
  const block = `
Requirements by implementation, from recorded runs (✔ met, ! a SHOULD missed, ✘ broken, ○ recorded and not judged, – says that it does not do this):

${summaryLines(table).join('\n')}

[Every requirement × every implementation](${details}).
`
  return `${page.slice(0, begin + marks[0].length)}${block}${page.slice(end)}`
}

/** The table as Markdown: totals first, then one table per protocol. */
export function clauseMarkdown(table: ClauseTable): string {
  const names = table.implementations.map((implementation) => markdownText(implementation.name))
  return `# Requirement by requirement, implementation by implementation

Written by \`p2pspec clauses\` from recorded runs; a cell is the worst verdict of all cases that cite the requirement.
✔ did what is asked · ! a SHOULD missed, still legal · ✘ broken · ≈ judged otherwise when tried again · ○ recorded, not judged (the origin is silent, or the rule binds this project alone) · – says that it does not do this · … a needed case failed · E fault of the suite · empty: no case.
Where a node answers differently when it is dialled (L, listener) and when it dials (D, dialer), the cell shows both.

${summaryLines(table).join('\n')}
${table.protocols.map((protocol) => protocolSection(protocol, names)).join('')}`
}

function summaryLines(table: ClauseTable): readonly string[] {
  const { implementations } = table
  const names = implementations.map((implementation) => markdownText(implementation.name))
  return [
    `| | ${names.join(' | ')} |`,
    `| --- | ${names.map(() => '---').join(' | ')} |`,
    `| agent | ${implementations.map((one) => markdownText(one.agent ?? 'unknown')).join(' | ')} |`,
    `| ran as | ${implementations.map((one) => one.modes.join(', ')).join(' | ')} |`,
    ...table.protocols.map(
      (protocol) => `| ${markdownText(protocol.protocol)} | ${protocol.totals.map(totalsText).join(' | ')} |`,
    ),
    `| **all** | ${implementations.map((one) => totalsText(one.totals)).join(' | ')} |`,
  ]
}

function protocolSection(protocol: ClauseProtocol, names: readonly string[]): string {
  const tested = protocol.rows.filter(isTested)
  const rest = protocol.rows.filter((row) => !isTested(row))
  const rows = tested.map(({ requirement, cells }) => {
    const label = originLabel(requirement)
    const where =
      requirement.origin === null
        ? markdownText(label)
        : `[${markdownText(label)}](${encodeURI(requirement.origin.url)})`
    return `| ${requirement.id} | ${requirement.level}, ${requirement.stated} | ${cells.map(cellText).join(' | ')} | ${markdownText(requirement.text)} | ${where} |`
  })
  const table =
    rows.length === 0
      ? []
      : [
          `| id | level | ${names.join(' | ')} | what is asked | where |`,
          `| --- | --- | ${names.map(() => '---').join(' | ')} | --- | --- |`,
          ...rows,
        ]
  const without = rest.map(
    ({ requirement }) =>
      `- ${requirement.id} (${requirement.level}, ${requirement.stated}): ${markdownText(requirement.text)} ${untested(requirement)}${requirement.exception === null ? '' : `: ${markdownText(requirement.exception.why)}`}`,
  )
  const untestedPart =
    without.length === 0
      ? []
      : [
          '',
          `<details><summary>${without.length} requirements that no case met</summary>`,
          '',
          ...without,
          '',
          '</details>',
        ]
  return `\n${[`## ${markdownText(protocol.protocol)}`, '', ...table, ...untestedPart].join('\n')}\n`
}

/** `✔`, or `L✔ D✘` where the directions differ. */
export function cellText(cell: ClauseCell): string {
  if (cell.listener !== null && cell.dialer !== null && cell.listener !== cell.dialer)
    return `L${verdictMark[cell.listener]} D${verdictMark[cell.dialer]}`
  const folded = foldCell(cell)
  return folded === null ? '' : verdictMark[folded]
}

export function totalsText(totals: Totals): string {
  const judged = totals.held + totals.nonstrict + totals.broken + totals.observed
  if (judged === 0) return '–'
  const parts = [
    `${totals.held} ✔`,
    ...(totals.nonstrict > 0 ? [`${totals.nonstrict} !`] : []),
    ...(totals.broken > 0 ? [`${totals.broken} ✘`] : []),
    ...(totals.observed > 0 ? [`${totals.observed} ○`] : []),
  ]
  return parts.join(' ')
}
