import { styleText } from 'node:util'
import { plans, type Unit, type WorkName } from './plan.ts'
import type { Summary } from './sample.ts'

export interface TableOptions {
  readonly baseline: string
  readonly labels: readonly string[]
  /** The limits measured beside the contenders: told, but in no race with them. */
  readonly limits: readonly string[]
}

interface Cell {
  readonly text: string
  readonly best: boolean
}

interface Row {
  readonly head: string
  readonly cells: readonly Cell[]
}

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
      return [head.padEnd(headWidth), ...texts].join('  ').trimEnd()
    })
    .join('\n')
}

export function markdownTable(summaries: readonly Summary[], options: TableOptions): string {
  const { heads, rows } = tableOf(summaries, options)
  const lines = [
    ['', ...heads],
    ['---', ...heads.map(() => '---:')],
    ...rows.map(({ head, cells }) => [head, ...cells.map(({ text, best }) => (best ? `**${text}**` : text))]),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function tableOf(
  summaries: readonly Summary[],
  options: TableOptions,
): { readonly heads: readonly string[]; readonly rows: readonly Row[] } {
  const heads = [...options.labels, ...options.limits]
  const works = [...new Set(summaries.map(({ work }) => work))]
  const rows = works.flatMap((work) => {
    const of = (label: string): Summary | undefined =>
      summaries.find((summary) => summary.work === work && summary.label === label)
    return [mainRow(work, heads.map(of), options), ...cpuRows(work, heads.map(of)), ...heapRows(heads.map(of))]
  })
  return { heads, rows }
}

function mainRow(work: WorkName, found: readonly (Summary | undefined)[], options: TableOptions): Row {
  const { title, unit } = plans[work]
  const raced = found
    .slice(0, options.labels.length)
    .flatMap((summary) => (summary === undefined ? [] : [summary.median]))
  const best = unit.better === 'more' ? Math.max(...raced) : Math.min(...raced)
  return {
    head: `${title}, ${unit.label}`,
    cells: found.map((summary, column) => {
      if (summary === undefined) return { text: '–', best: false }
      const ratio =
        summary.ratio === undefined || summary.label === options.baseline || column >= options.labels.length
          ? ''
          : ` (${formatRatio(summary.ratio)})`
      return {
        text: `${formatFigure(summary.median, unit)} ±${spreadPercent(summary)}%${ratio}`,
        best: raced.length > 1 && column < options.labels.length && summary.median === best,
      }
    }),
  }
}

function cpuRows(work: WorkName, found: readonly (Summary | undefined)[]): Row[] {
  const { cpu } = plans[work]
  if (cpu === undefined || found.every((summary) => summary?.cpu === undefined)) return []
  const figure = (value: number | undefined): string => (value === undefined ? '?' : value.toFixed(2))
  return [
    {
      head: `  ${cpu.label}, dialer + listener`,
      cells: found.map((summary) => ({
        text: summary?.cpu === undefined ? '' : `${figure(summary.cpu.dialer)} + ${figure(summary.cpu.listener)}`,
        best: false,
      })),
    },
  ]
}

function heapRows(found: readonly (Summary | undefined)[]): Row[] {
  if (found.every((summary) => summary?.heapKib === undefined)) return []
  return [
    {
      head: '  heap of it, KiB',
      cells: found.map((summary) => ({ text: summary?.heapKib?.toFixed(1) ?? '', best: false })),
    },
  ]
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
