import { markdownText } from '@p2pspec/conformance/report/markdown-text'
import { outcomeOf, verdictMark } from '@p2pspec/conformance/report/outcome'
import type { CellFinished } from '../events.ts'
import { sidesOf, type MatrixRecord } from './matrix-record.ts'

/** A table a scenario, dialers down and listeners across, for a summary that a CI system shows. */
export function matrixMarkdown({ started, cells, finished }: MatrixRecord): string {
  const head = [
    '# Interop',
    '',
    `${cells.length} of ${started.total} cells${started.shard === null ? '' : ` of shard ${started.shard.index}/${started.shard.of}`} with ${started.runtime === 'docker' ? 'containers' : 'processes'}, ${finished === null ? 'cut short' : `${(finished.durationMs / 1000).toFixed(0)} s`}. A figure is how many stacks went as expected.`,
  ]
  const scenarios = [...Map.groupBy(cells, ({ scenario }) => scenario)].map(([scenario, members]) =>
    [`## ${markdownText(scenario)}`, '', grid(members, started.parties)].join('\n'),
  )
  const bad = cells.filter((cell) => ['failed', 'error'].includes(outcomeOf(cell)))
  const known = cells.filter((cell) => outcomeOf(cell) === 'known')
  return `${[head.join('\n'), ...scenarios, list('Not as expected', bad), list('Known', known)].filter((part) => part !== '').join('\n\n')}\n`
}

function grid(cells: readonly CellFinished[], parties: readonly string[] | undefined): string {
  const { dialers, listeners } = sidesOf(cells, parties)
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  return [
    row(['dials ↓ listens →', ...listeners.map(markdownText)]),
    row(['---', ...listeners.map(() => '---')]),
    ...dialers.map((dialer) =>
      row([
        markdownText(dialer),
        ...listeners.map((listener) =>
          box(cells.filter((cell) => cell.dialer === dialer && cell.listener === listener)),
        ),
      ]),
    ),
  ].join('\n')
}

function box(cells: readonly CellFinished[]): string {
  const count = (...outcomes: readonly string[]): number =>
    cells.filter((cell) => outcomes.includes(outcomeOf(cell))).length
  const parts = [
    [count('passed'), verdictMark.pass],
    [count('known'), 'known'],
    [count('failed'), verdictMark.fail],
    [count('error'), verdictMark.error],
    [count('skipped'), verdictMark.unsupported],
  ] as const
  return parts
    .filter(([number]) => number > 0)
    .map(([number, mark]) => `${number} ${mark}`)
    .join(' ')
}

function list(title: string, cells: readonly CellFinished[]): string {
  if (cells.length === 0) return ''
  const rows = cells.map(
    (cell) =>
      `- \`${cell.id.replaceAll('`', '')}\` ${cell.verdict}: ${markdownText(cell.did)}${cell.expected === null ? '' : ` (${markdownText(cell.expected.reason)})`}`,
  )
  return [`## ${title}`, '', ...rows].join('\n')
}
