import { readFileSync } from 'node:fs'
import { markup } from '@p2pspec/conformance/report/clauses/markup'
import { outcomeOf, verdictMark, type Outcome } from '@p2pspec/conformance/report/outcome'
import { cellKey } from '../cells.ts'
import type { CellFinished } from '../events.ts'
import { trendText, type History, type PastVerdict } from './history.ts'
import { sidesOf, type MatrixRecord } from './matrix-record.ts'

const outcomes: readonly { readonly name: Outcome; readonly says: string }[] = [
  { name: 'passed', says: 'went well' },
  { name: 'failed', says: 'not as expected' },
  { name: 'known', says: 'known to fail' },
  { name: 'skipped', says: 'cannot run here' },
  { name: 'error', says: 'the matrix failed' },
]

/** One page that needs nothing else: a grid a scenario, each box the stacks of one pair, and every cell with its logs and its trend. */
export function matrixPage(record: MatrixRecord, history: History): string {
  const { started, cells, finished } = record
  const scenarios = [...Map.groupBy(cells, ({ scenario }) => scenario)]
  const counts = outcomes
    .map(({ name, says }) => ({ name, says, count: cells.filter((cell) => outcomeOf(cell) === name).length }))
    .filter(({ count }) => count > 0)
  const where = started.runtime === 'docker' ? 'containers' : 'processes'
  const part = started.shard === null ? '' : `, shard ${started.shard.index} of ${started.shard.of}`
  const time = finished === null ? 'cut short' : `${(finished.durationMs / 1000).toFixed(0)} s`
  const body = [
    '<h1>Interop</h1>',
    `<p>${cells.length} of ${started.total} meetings${started.set === null ? '' : ` of the set “${markup(started.set)}”`}${part}, in ${where}, ${time}, ${markup(started.startedAt.slice(0, 16).replace('T', ' '))} UTC</p>`,
    `<ul class="figures">${counts.map(({ count, says }) => `<li><b>${count}</b> ${says}</li>`).join('')}</ul>`,
    `<p class="legend">${outcomes.map(({ name, says }) => `<span><i class="${name}"></i>${says}</span>`).join('')}</p>`,
    contents(scenarios),
    ...scenarios.map(([scenario, members]) => section(scenario, members, started.parties)),
    cellTable(cells, history),
  ]
  const style = readFileSync(new URL('matrix-page.css', import.meta.url), 'utf8')
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>p2pspec interop</title>\n<style>\n${style}</style>\n</head>\n<body>\n${body.join('\n')}\n<script>\n${script}</script>\n</body>\n</html>\n`
}

/** A link to each grid, with what a reader looks for first. */
function contents(scenarios: readonly (readonly [string, readonly CellFinished[]])[]): string {
  const entries = scenarios.map(([scenario, members]) => {
    const notable = outcomes
      .filter(({ name }) => name !== 'passed')
      .map(({ name, says }) => ({ says, count: members.filter((cell) => outcomeOf(cell) === name).length }))
      .filter(({ count }) => count > 0)
      .map(({ says, count }) => `, ${count} ${says}`)
    return `<span><a href="#${anchorOf(scenario)}">${markup(scenario)}</a> ${members.length}${notable.join('')}</span>`
  })
  return `<nav class="contents">${[...entries, '<a href="#meetings">every meeting</a>'].join('')}</nav>`
}

function anchorOf(scenario: string): string {
  return `s-${encodeURIComponent(scenario)}`
}

function section(scenario: string, cells: readonly CellFinished[], parties: readonly string[] | undefined): string {
  const { dialers, listeners } = sidesOf(cells, parties)
  const shape = shapeOf(cells)
  const head = `<thead><tr><th class="corner" scope="col">dials ↓ listens →</th>${listeners.map((name) => `<th scope="col">${markup(name)}</th>`).join('')}</tr></thead>`
  const rows = dialers.map((dialer) => {
    const boxes = listeners.map((listener) => {
      const members = cells.filter((cell) => cell.dialer === dialer && cell.listener === listener)
      return `<td>${box(members, shape)}</td>`
    })
    return `<tr><th scope="row">${markup(dialer)}</th>${boxes.join('')}</tr>`
  })
  return `<h2 id="${anchorOf(scenario)}">${markup(scenario)}</h2>\n<div class="scroll"><table class="grid">${head}<tbody>${rows.join('\n')}</tbody></table>${stackKey(shape)}</div>`
}

/** Transports across, what is on top of them down; a transport that brings its own is one tall square. */
interface Shape {
  readonly transports: readonly string[]
  readonly tops: readonly string[]
}

function shapeOf(cells: readonly CellFinished[]): Shape {
  const split = [...new Set(cells.map(({ stack }) => stack))].map(splitStack)
  const tops = [...new Set(split.map(({ top }) => top))].filter((top) => top !== '')
  return { transports: [...new Set(split.map(({ transport }) => transport))], tops: tops.length === 0 ? [''] : tops }
}

function splitStack(stack: string): { readonly transport: string; readonly top: string } {
  const [transport = '', ...rest] = stack.split('+')
  return { transport, top: rest.join('+') }
}

/** The shape of every box, with its names. */
function stackKey({ transports, tops }: Shape): string {
  const across = transports.map(
    (name, index) => `<span class="across" style="grid-area:1/${index + 1}">${markup(name)}</span>`,
  )
  const down = tops.map(
    (top, index) =>
      `<span style="grid-area:${index + 2}/${transports.length + 1}">${markup(top.replaceAll('+', ' · '))}</span>`,
  )
  const squares = transports.flatMap((_, column) =>
    tops.map((_, row) => `<i class="none" style="grid-area:${row + 2}/${column + 1}"></i>`),
  )
  return `<div class="key">${[...across, ...squares, ...down].join('')}</div>`
}

function box(cells: readonly CellFinished[], { transports, tops }: Shape): string {
  const byStack = new Map(cells.map((cell) => [cell.stack, cell]))
  const squares = transports.flatMap((transport, column) => {
    const alone = byStack.get(transport)
    if (alone !== undefined) return [square(alone, `1/${column + 1}/span ${tops.length}`)]
    return tops.map((top, row) => square(byStack.get(`${transport}+${top}`), `${row + 1}/${column + 1}`))
  })
  return `<div class="stacks">${squares.join('')}</div>`
}

function square(cell: CellFinished | undefined, area: string): string {
  if (cell === undefined) return `<span class="none" style="grid-area:${area}"></span>`
  const says = `${cell.id}: ${cell.verdict}, ${cell.did}`
  return `<a class="${outcomeOf(cell)}" style="grid-area:${area}" href="#c${cellKey(cell.id)}" title="${markup(says)}">${verdictMark[cell.verdict]}</a>`
}

function cellTable(cells: readonly CellFinished[], history: History): string {
  const rows = cells.map((cell) => {
    const reason =
      cell.expected === null
        ? ''
        : ` <span class="corner">${markup(`expected ${cell.expected.verdict}: ${cell.expected.reason}`)}</span>`
    const figures = Object.entries(cell.measures)
      .slice(0, figuresShown)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    return `<tr id="c${cellKey(cell.id)}"><td><span class="mark ${outcomeOf(cell)}">${verdictMark[cell.verdict]} ${cell.verdict}</span></td><td><code>${markup(cell.id)}</code></td><td>${markup(cell.did)}${reason}<br><span class="corner">${markup(figures.join(', '))}</span></td><td>${duration(cell.durationMs)}</td><td>${trend(history.get(cell.id) ?? [])}</td><td>${links(cell)}</td></tr>`
  })
  return `<h2 id="meetings">Every meeting</h2>\n<input id="filter" type="search" placeholder="part of an id or of what happened" aria-label="Filter the meetings">\n<table class="cells"><thead><tr><th>verdict</th><th>meeting</th><th>what happened</th><th>took</th><th title="the runs before this one, the oldest on the left">runs before</th><th>kept</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`
}

const figuresShown = 4

/** A bar for each run, the oldest on the left, as high as the meeting was long beside the longest of them. */
function trend(past: readonly PastVerdict[]): string {
  if (past.length === 0) return '<span class="corner">new</span>'
  const longest = Math.max(1, ...past.map(({ durationMs }) => durationMs))
  const bars = past.map((run) => {
    const height = Math.round(barMin + (1 - barMin) * (run.durationMs / longest) * 100) / 100
    const says = `${run.startedAt.slice(0, 16).replace('T', ' ')}: ${run.verdict}, ${duration(run.durationMs)}`
    return `<i class="${outcomeOf({ ...run, expected: null })}" style="height:${height}rem" title="${markup(says)}"></i>`
  })
  const good = past.filter(({ asExpected }) => asExpected).length
  const words = `<b${good === past.length ? '' : ' class="differs"'}>${good}/${past.length}</b>`
  return `<span class="trend" title="${markup(trendText(past))}">${bars.join('')}${words}</span>`
}

/** The lowest bar that is seen, in rem. */
const barMin = 0.25

function duration(ms: number): string {
  return ms < 10_000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}

function links(cell: CellFinished): string {
  const { evidence, files } = cell
  if (evidence === null) return ''
  return files
    .map(
      (file) =>
        `<a href="${markup([evidence, file].join('/').split('/').map(encodeURIComponent).join('/'))}">${markup(file)}</a>`,
    )
    .join('<br>')
}

/** The page's only script: rows that do not hold the words are hidden. */
const script = `const filter = document.getElementById('filter')
filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase()
  for (const row of document.querySelectorAll('.cells tbody tr')) row.hidden = !row.textContent.toLowerCase().includes(words)
})
`
