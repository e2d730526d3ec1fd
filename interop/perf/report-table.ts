import { styleText } from 'node:util'
import { limitNames } from './limits.ts'
import { plans, type Unit, type WorkName } from './plan.ts'
import type { Summary } from './sample.ts'

export interface TableOptions {
  readonly baseline: string
  readonly labels: readonly string[]
  /** Further lines under the figures: CPU, heap. */
  readonly details: boolean
}

interface Cell {
  readonly text: string
  readonly best: boolean
}

interface Row {
  readonly head: string
  /** The heading of a stack has none. */
  readonly cells: readonly Cell[]
}

const limitHead = 'limit'

/** The figures as aligned columns for a terminal. */
export function terminalTable(summaries: readonly Summary[], options: TableOptions): string {
  const { heads, rows } = tableOf(summaries, options)
  const lines = [{ head: '', cells: heads.map((text) => ({ text, best: false })) }, ...rows]
  const headWidth = Math.max(...lines.map(({ head }) => head.length))
  const widths = heads.map((_, column) => Math.max(...lines.map(({ cells }) => cells[column]?.text.length ?? 0)))
  return lines
    .map(({ head, cells }, index) => {
      const texts = cells.map(({ text, best }, column) => {
        const padded = text.padStart(widths[column] ?? 0)
        return best ? styleText('bold', padded) : index === 0 ? styleText('dim', padded) : padded
      })
      return [cells.length === 0 ? styleText('underline', head) : head.padEnd(headWidth), ...texts].join('  ').trimEnd()
    })
    .join('\n')
}

export function markdownTable(summaries: readonly Summary[], options: TableOptions): string {
  const { heads, rows } = tableOf(summaries, options)
  const lines = [
    ['', ...heads],
    ['---', ...heads.map(() => '---:')],
    ...rows.map(({ head, cells }) =>
      cells.length === 0
        ? [`**${head}**`, ...heads.map(() => '')]
        : [head, ...cells.map(({ text, best }) => (best ? `**${text}**` : text))],
    ),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function tableOf(
  summaries: readonly Summary[],
  options: TableOptions,
): { readonly heads: readonly string[]; readonly rows: readonly Row[] } {
  const stacks = [...new Set(summaries.map(({ stack }) => stack))]
  const rows = stacks.flatMap((stack) => {
    const ofStack = summaries.filter((summary) => summary.stack === stack)
    const works = [...new Set(ofStack.map(({ work }) => work))]
    return [
      // One stack alone needs no heading; what belongs to none stands under a plain one.
      ...(stacks.length === 1 ? [] : [{ head: stack === '' ? 'any stack' : stack, cells: [] }]),
      ...works.flatMap((work) => rowsOf(work, ofStack, options)),
    ]
  })
  return { heads: [...options.labels, limitHead], rows }
}

function rowsOf(work: WorkName, ofStack: readonly Summary[], options: TableOptions): Row[] {
  const found = options.labels.map((label) => ofStack.find((each) => each.work === work && each.label === label))
  const limits = ofStack.filter((each) => each.work === work && limitNames.some((name) => name === each.label))
  const main = mainRow(work, found, limits, options)
  return options.details ? [main, ...cpuRows(work, found), ...heapRows(found)] : [main]
}

function mainRow(
  work: WorkName,
  found: readonly (Summary | undefined)[],
  limits: readonly Summary[],
  options: TableOptions,
): Row {
  const { title, unit } = plans[work]
  const raced = found.flatMap((summary) => (summary === undefined ? [] : [summary.median]))
  const best = unit.better === 'more' ? Math.max(...raced) : Math.min(...raced)
  const limit = limits.map((each) => `${formatFigure(each.median, unit)} ${each.label}`).join(', ')
  return {
    head: `${title}, ${unit.label}`,
    cells: [
      ...found.map((summary) => {
        if (summary === undefined) return { text: '–', best: false }
        const { ratio, label, rounds, median } = summary
        const times = ratio === undefined || label === options.baseline ? '' : ` (${formatRatio(ratio)})`
        const spread = rounds < 2 ? '' : ` ±${spreadPercent(summary)}%`
        return { text: `${formatFigure(median, unit)}${spread}${times}`, best: raced.length > 1 && median === best }
      }),
      { text: limit, best: false },
    ],
  }
}

function cpuRows(work: WorkName, found: readonly (Summary | undefined)[]): Row[] {
  const { cpu } = plans[work]
  if (cpu === undefined || found.every((summary) => summary?.cpu === undefined)) return []
  const figure = (value: number | undefined): string => (value === undefined ? '?' : value.toFixed(2))
  return [
    plainRow(
      `  ${cpu.label}, dialer + listener`,
      found.map((summary) =>
        summary?.cpu === undefined ? '' : `${figure(summary.cpu.dialer)} + ${figure(summary.cpu.listener)}`,
      ),
    ),
  ]
}

function heapRows(found: readonly (Summary | undefined)[]): Row[] {
  if (found.every((summary) => summary?.heapKib === undefined)) return []
  return [
    plainRow(
      '  heap of it, KiB',
      found.map((summary) => summary?.heapKib?.toFixed(1) ?? ''),
    ),
  ]
}

function plainRow(head: string, texts: readonly string[]): Row {
  return { head, cells: [...texts, ''].map((text) => ({ text, best: false })) }
}

export function formatFigure(value: number, unit: Unit): string {
  return value.toLocaleString('en', { minimumFractionDigits: unit.digits, maximumFractionDigits: unit.digits })
}

export function formatRatio(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)}×`
}

/** Half of the distance between the smallest and the largest figure, as a share of the median. */
function spreadPercent({ min, max, median }: Summary): string {
  return median === 0 ? '0' : ((50 * (max - min)) / Math.abs(median)).toFixed(0)
}
