import type { MemorySample } from './memory-watch.ts'

const width = 900
const height = 360
const left = 70
const right = 130
const top = 50
const bottom = 50
const mebibyte = 1_048_576

// Told apart by their names at the end of each line; colour is never the only key.
const lines = [
  { name: 'rss', kind: 'rss', light: '#0b62c4', dark: '#5aa9ff' },
  { name: 'committed', kind: 'committed', light: '#7a4bb3', dark: '#b892f2' },
  { name: 'heap', kind: 'heap', light: '#b4431f', dark: '#ff8a5c' },
  { name: 'buffers', kind: 'external', light: '#0a8f76', dark: '#3fc9a8' },
] as const

/** Memory over time, with the number of connections and streams said beside it. */
export function memorySvg(title: string, samples: readonly MemorySample[]): string {
  const last = samples.at(-1)
  const spanMs = Math.max(1, last?.atMs ?? 1)
  const most = Math.max(...samples.map(({ rss, heap }) => Math.max(rss, heap)), mebibyte) * 1.1
  const x = (atMs: number): number => round(left + (atMs / spanMs) * (width - left - right))
  const y = (bytes: number): number => round(height - bottom - (bytes / most) * (height - top - bottom))
  const step = niceStep(most / mebibyte / 5)
  const grid: string[] = []
  for (let value = 0; value * mebibyte <= most; value += step) {
    const at = y(value * mebibyte)
    grid.push(`<path class="grid" d="M${left} ${at}H${width - right}"/>`)
    grid.push(`<text class="scale" x="${left - 8}" y="${at + 4}" text-anchor="end">${value} MiB</text>`)
  }
  const minutes = spanMs / 60_000
  const tick = niceStep(minutes / 8)
  for (let value = 0; value <= minutes; value += tick)
    grid.push(
      `<text class="scale" x="${x(value * 60_000)}" y="${height - bottom + 20}" text-anchor="middle">${trim(value)}</text>`,
    )
  const ends = spread(lines.map(({ kind }) => (last === undefined ? 0 : y(last[kind]) + 4)))
  const drawn = lines.map(({ name, kind }, index) => {
    const points = samples.map((sample) => `${x(sample.atMs)} ${y(sample[kind])}`).join('L')
    const label = `${name} ${Math.round((last?.[kind] ?? 0) / mebibyte)} MiB`
    return `<path class="line s${index}" d="M${points}"/><text class="name s${index}" x="${width - right + 8}" y="${ends[index]}">${label}</text>`
  })
  const colours = (scheme: 'light' | 'dark'): string =>
    lines.map((line, index) => `.line.s${index}{stroke:${line[scheme]}}.name.s${index}{fill:${line[scheme]}}`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<style>
text{font:12px system-ui,sans-serif;fill:#1c2127}.title{font-size:15px;font-weight:600}.page{fill:#fff}.grid{stroke:#d8dde3}.line{fill:none;stroke-width:2}
${colours('light')}
@media (prefers-color-scheme:dark){text{fill:#e6e9ed}.page{fill:#14181d}.grid{stroke:#333b45}${colours('dark')}}
</style>
<rect class="page" width="${width}" height="${height}"/>
<text class="title" x="${left}" y="28">${title}</text>
${grid.join('\n')}
<text class="scale" x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle">minutes</text>
${drawn.join('\n')}
</svg>
`
}

/** Names stand apart even where lines meet. */
function spread(positions: readonly number[]): readonly number[] {
  const order = positions.map((_, index) => index).sort((one, other) => (positions[one] ?? 0) - (positions[other] ?? 0))
  const placed = [...positions]
  let above = -Infinity
  for (const index of order) {
    above = Math.max(placed[index] ?? 0, above + 15)
    placed[index] = above
  }
  return placed
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-6)))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10
  return factor * power
}

function trim(value: number): string {
  return Number(value.toFixed(2)).toString()
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
