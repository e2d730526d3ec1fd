import { plans } from './plan.ts'
import { formatFigure, formatRatio, type TableOptions } from './report-table.ts'
import type { Summary } from './sample.ts'

const width = 760
const labelWidth = 168
const figureWidth = 170
const barHeight = 16
const barStep = 22
const titleHeight = 34
const margin = 16

// Told apart by lightness too, and each bar carries its name: colour is never the only key.
const colours = {
  light: ['#0b62c4', '#c9a200', '#0a8f76', '#b4431f', '#7a4bb3', '#666d78'],
  dark: ['#5aa9ff', '#e8c547', '#3fc9a8', '#ff8a5c', '#b892f2', '#9aa3b0'],
} as const

/** One panel a piece of work, one bar a contender, its length the median, the line on it the spread. */
export function plotSvg(summaries: readonly Summary[], options: TableOptions): string {
  const names = [...options.labels, ...options.limits]
  const works = [...new Set(summaries.map(({ work }) => work))]
  let top = margin
  const panels = works.map((work) => {
    const bars = names.flatMap((label) =>
      summaries.filter((summary) => summary.work === work && summary.label === label),
    )
    const panel = panelSvg(bars, top, names, options)
    top += titleHeight + bars.length * barStep + margin
    return panel
  })
  const height = top
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(`Measured side by side: ${names.join(', ')}`)}">
<style>
${styleSheet()}
</style>
<rect class="page" width="${width}" height="${height}"/>
${panels.join('\n')}
</svg>
`
}

function panelSvg(bars: readonly Summary[], top: number, names: readonly string[], options: TableOptions): string {
  const [first] = bars
  if (first === undefined) return ''
  const { title, unit } = plans[first.work]
  const room = width - 2 * margin - labelWidth - figureWidth
  const raced = bars.filter(({ label }) => options.labels.includes(label))
  // A limit far beyond the race would flatten it: its bar is cut there, and says so.
  const longest = Math.max(...raced.map(({ max }) => max)) * 1.15
  const lines = bars.map((bar, index) => {
    const y = top + titleHeight + index * barStep
    const scaled = (value: number): number => (Math.max(0, Math.min(value, longest)) / longest) * room
    const x = margin + labelWidth
    const isCut = bar.median > longest
    const series = Math.min(names.indexOf(bar.label), colours.light.length - 1)
    const ratio =
      bar.ratio === undefined || bar.label === options.baseline || !options.labels.includes(bar.label)
        ? ''
        : `, ${formatRatio(bar.ratio)} ${options.baseline}`
    const middle = y + barHeight / 2
    const whisker =
      isCut || bar.min === bar.max
        ? ''
        : `<path class="spread" d="M${round(x + scaled(bar.min))} ${middle}H${round(x + scaled(bar.max))}"/>`
    return `<text class="name" x="${x - 8}" y="${y + 12}">${escape(bar.label)}</text><rect class="series-${series}" x="${x}" y="${y}" width="${round(Math.max(1, scaled(bar.median)))}" height="${barHeight}" rx="2"/>${whisker}<text class="figure" x="${round(x + scaled(Math.max(bar.median, bar.max)) + 8)}" y="${y + 12}">${isCut ? '» ' : ''}${escape(`${formatFigure(bar.median, unit)} ${unit.label}${ratio}`)}</text>`
  })
  const hint = unit.better === 'more' ? 'longer is better' : 'shorter is better'
  return `<text class="title" x="${margin}" y="${top + 20}">${escape(title)} <tspan class="hint">(${escape(unit.label)}, ${hint})</tspan></text>\n${lines.join('\n')}`
}

function styleSheet(): string {
  const series = (palette: readonly string[]): string =>
    palette.map((colour, index) => `.series-${index}{fill:${colour}}`).join('')
  return `text{font:13px system-ui,sans-serif;fill:#1c2330}.page{fill:#fff}.title{font-weight:600;font-size:14px}.hint{font-weight:400;fill:#5c6675}.name{text-anchor:end}.figure{font-variant-numeric:tabular-nums}.spread{stroke:#1c2330;stroke-width:1.5;stroke-opacity:.75}${series(colours.light)}
@media (prefers-color-scheme: dark){text{fill:#e6e9ef}.page{fill:#12161d}.hint{fill:#a2acbb}.spread{stroke:#fff}${series(colours.dark)}}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)
}
