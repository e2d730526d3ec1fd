import { clip, visible } from '../visible.ts'
import { totalsText } from './clause-markdown.ts'
import { foldCell, isTested, type ClauseProtocol, type ClauseRow, type ClauseTable } from './clause-table.ts'
import { markup } from './markup.ts'

const cell = 12
const gap = 2
const pitch = cell + gap
const labelWidth = 92
const blockGap = 22
const pageWidth = 1000
const rowsTop = 26

/** The table as one small picture: a square per tested requirement and implementation, its upper half as listener, its lower half as dialer. */
export function clauseSvg(table: ClauseTable): string {
  const blocks = table.protocols
    .map((protocol) => ({ protocol, rows: protocol.rows.filter(isTested) }))
    .filter((block) => block.rows.length > 0)
  const lineHeight = rowsTop + table.implementations.length * pitch + 20
  const parts: string[] = []
  let x = labelWidth
  let y = 54
  const labels = (top: number): void => {
    table.implementations.forEach((one, index) =>
      parts.push(text(labelWidth - 10, top + rowsTop + index * pitch + 10, clip(visible(one.name), 12), 'end', 'name')),
    )
  }
  labels(y)
  for (const block of blocks) {
    const width = Math.max(block.rows.length * pitch, block.protocol.protocol.length * 7.4)
    if (x > labelWidth && x + width > pageWidth) {
      x = labelWidth
      y += lineHeight
      labels(y)
    }
    parts.push(blockPart(block.protocol, block.rows, x, y))
    x += width + blockGap
  }
  const totalsTop = y + lineHeight + 8
  table.implementations.forEach((one, index) => {
    parts.push(text(labelWidth - 10, totalsTop + index * 20, clip(visible(one.name), 12), 'end', 'name'))
    parts.push(
      text(
        labelWidth,
        totalsTop + index * 20,
        `${totalsText(one.totals)}   ${clip(visible(one.agent ?? ''), 70)}`,
        'start',
        'soft',
      ),
    )
  })
  const height = totalsTop + table.implementations.length * 20 + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${pageWidth + 20} ${height}" role="img" aria-label="Requirements met, per protocol and implementation">
<style>${svgStyle}</style>
<rect class="ground" width="100%" height="100%" rx="8"/>
${legend()}
${parts.join('\n')}
</svg>
`
}

function blockPart(protocol: ClauseProtocol, rows: readonly ClauseRow[], x: number, y: number): string {
  const squares = rows.flatMap((row, column) =>
    row.cells.map((one, index) => {
      const left = x + column * pitch
      const top = y + rowsTop + index * pitch
      const folded = foldCell(one)
      const upper = one.listener ?? one.dialer
      const lower = one.dialer ?? one.listener
      const title = `<title>${markup(`${row.requirement.id} (${row.requirement.level}): ${folded === null ? 'no case' : folded}. ${row.requirement.text}`)}</title>`
      const half = cell / 2
      if (upper === null || lower === null)
        return `<g>${title}<rect class="none" x="${left}" y="${top}" width="${cell}" height="${cell}" rx="2"/></g>`
      if (upper === lower)
        return `<g>${title}<rect class="v-${upper}" x="${left}" y="${top}" width="${cell}" height="${cell}" rx="2"/></g>`
      return `<g>${title}<rect class="v-${upper}" x="${left}" y="${top}" width="${cell}" height="${half}"/><rect class="v-${lower}" x="${left}" y="${top + half}" width="${cell}" height="${half}"/></g>`
    }),
  )
  return [text(x, y + 16, visible(protocol.protocol), 'start', 'head'), ...squares].join('')
}

function legend(): string {
  const items = [
    ['pass', 'did what is asked'],
    ['nonstrict', 'SHOULD missed'],
    ['fail', 'broken'],
    ['observed', 'not judged'],
    ['blocked', 'undecided'],
  ] as const
  let x = labelWidth
  const parts = items.map(([verdict, meaning]) => {
    const at = x
    x += 40 + meaning.length * 6.4
    return `<rect class="v-${verdict}" x="${at}" y="20" width="${cell}" height="${cell}" rx="2"/>${text(at + cell + 6, 30, meaning, 'start', 'soft')}`
  })
  return parts.join('')
}

function text(x: number, y: number, content: string, anchor: 'start' | 'end', kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}" xml:space="preserve">${markup(content)}</text>`
}

const svgStyle = `text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:#17211c}.head,.name{font-weight:600}.soft{fill:#5a675f}.ground{fill:#f6f7f5}.none{fill:none;stroke:#dde2dd}
.v-pass{fill:#2f9e66}.v-nonstrict{fill:#d9a62b}.v-fail,.v-flaky{fill:#d13b3b}.v-observed{fill:#7fb2d0}.v-unsupported,.v-blocked,.v-error{fill:#b6bfb9}
@media(prefers-color-scheme:dark){text{fill:#e4ebe6}.soft{fill:#94a39a}.ground{fill:#0f1512}.none{stroke:#2a352f}.v-pass{fill:#3fae7a}.v-observed{fill:#4f8db1}.v-unsupported,.v-blocked,.v-error{fill:#4b5750}}`
