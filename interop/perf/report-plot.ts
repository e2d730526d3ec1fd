import { limitNames } from './limits.ts'
import { plans } from './plan.ts'
import { formatFigure, formatRatio, type TableOptions } from './report-table.ts'
import type { Summary } from './sample.ts'

const columns = 2
const panelWidth = 560
const nameWidth = 140
const figureWidth = 150
const barHeight = 14
const barStep = 19
const titleHeight = 30
const headingHeight = 40
const gap = 24
const width = columns * panelWidth + (columns + 1) * gap

// Told apart by lightness too, and each bar carries its name: colour is never the only key.
const colours = {
  light: ['#0b62c4', '#c9a200', '#0a8f76', '#b4431f', '#7a4bb3', '#666d78'],
  dark: ['#5aa9ff', '#e8c547', '#3fc9a8', '#ff8a5c', '#b892f2', '#9aa3b0'],
} as const
const limitSeries = colours.light.length - 1

type PlotOptions = Pick<TableOptions, 'baseline' | 'labels'>

/** A heading a stack, a panel a piece of work, a bar a contender: its length the median, the line on it the spread. */
export function plotSvg(summaries: readonly Summary[], options: PlotOptions): string {
  let top = gap
  const parts: string[] = []
  for (const stack of new Set(summaries.map(({ stack }) => stack))) {
    const ofStack = summaries.filter((summary) => summary.stack === stack)
    parts.push(`<text class="heading" x="${gap}" y="${top + 18}">${escape(stack === '' ? 'any stack' : stack)}</text>`)
    top += headingHeight
    const panels = [...new Set(ofStack.map(({ work }) => work))].map((work) =>
      [...options.labels, ...limitNames].flatMap((label) =>
        ofStack.filter((summary) => summary.work === work && summary.label === label),
      ),
    )
    for (let row = 0; row < panels.length; row += columns) {
      const beside = panels.slice(row, row + columns)
      for (const [column, bars] of beside.entries()) parts.push(panelSvg(bars, column, top, options))
      top += titleHeight + Math.max(...beside.map((bars) => bars.length)) * barStep + gap
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-label="${escape(`Measured side by side: ${options.labels.join(', ')}`)}">
<style>
${styleSheet()}
</style>
<rect class="page" width="${width}" height="${top}"/>
${parts.join('\n')}
</svg>
`
}

function panelSvg(bars: readonly Summary[], column: number, top: number, options: PlotOptions): string {
  const [first] = bars
  if (first === undefined) return ''
  const { title, unit } = plans[first.work]
  const left = gap + column * (panelWidth + gap)
  const room = panelWidth - nameWidth - figureWidth
  const raced = bars.filter(({ label }) => options.labels.includes(label))
  // A limit far beyond the race would flatten it: its bar is cut there, and says so.
  const longest = Math.max(...raced.map(({ max }) => max), Number.MIN_VALUE) * 1.15
  const lines = bars.map((bar, index) => {
    const y = top + titleHeight + index * barStep
    const x = left + nameWidth
    const scaled = (value: number): number => (Math.max(0, Math.min(value, longest)) / longest) * room
    const isCut = bar.median > longest
    const place = options.labels.indexOf(bar.label)
    const series = place === -1 ? limitSeries : Math.min(place, limitSeries - 1)
    const ratio =
      bar.ratio === undefined || bar.label === options.baseline || place === -1
        ? ''
        : `, ${formatRatio(bar.ratio)} ${options.baseline}`
    const middle = y + barHeight / 2
    const whisker =
      isCut || bar.min === bar.max
        ? ''
        : `<path class="spread" d="M${round(x + scaled(bar.min))} ${middle}H${round(x + scaled(bar.max))}"/>`
    const figureX = round(x + scaled(Math.max(bar.median, bar.max)) + 6)
    const figure = `${isCut ? '» ' : ''}${escape(`${formatFigure(bar.median, unit)} ${unit.label}${ratio}`)}`
    return `<text class="name" x="${x - 8}" y="${y + 11}">${escape(bar.label.replace('ChaCha20-Poly1305', 'cipher'))}</text><rect class="series-${series}" x="${x}" y="${y}" width="${round(Math.max(1, scaled(bar.median)))}" height="${barHeight}" rx="2"/>${whisker}<text class="figure" x="${figureX}" y="${y + 11}">${figure}</text>`
  })
  const hint = unit.better === 'more' ? 'longer is better' : 'shorter is better'
  return `<text class="title" x="${left}" y="${top + 16}">${escape(title)} <tspan class="hint">(${escape(unit.label)}, ${hint})</tspan></text>\n${lines.join('\n')}`
}

function styleSheet(): string {
  const series = (palette: readonly string[]): string =>
    palette.map((colour, index) => `.series-${index}{fill:${colour}}`).join('')
  return `text{font:13px system-ui,sans-serif;fill:#1c2330}.page{fill:#fff}.heading{font-weight:700;font-size:17px}.title{font-weight:600;font-size:14px}.hint{font-weight:400;fill:#5c6675}.name{text-anchor:end}.figure{font-variant-numeric:tabular-nums}.spread{stroke:#1c2330;stroke-width:1.5;stroke-opacity:.75}${series(colours.light)}
@media (prefers-color-scheme: dark){text{fill:#e6e9ef}.page{fill:#12161d}.hint{fill:#a2acbb}.spread{stroke:#fff}${series(colours.dark)}}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)
}
