import { untested } from '../annotated.ts'
import { verdictMark, verdictMeaning, verdicts } from '../outcome.ts'
import { originLabel } from '../requirement-index.ts'
import { cellText, totalsText } from './clause-markdown.ts'
import { clauseSvg } from './clause-svg.ts'
import { foldCell, isTested, type ClauseRow, type ClauseTable } from './clause-table.ts'
import { markup } from './markup.ts'

/** The table as one file that opens offline. No script: it is a table to read, search and print. */
export function clauseHtml(table: ClauseTable): string {
  const heads = table.implementations.map((one) => `<th scope="col">${markup(one.name)}</th>`).join('')
  const sections = table.protocols.map((protocol) => {
    const rows = protocol.rows.map((row) => rowHtml(row)).join('\n')
    const totals = protocol.totals.map((one) => `<td class="sum">${markup(totalsText(one))}</td>`).join('')
    return `<h2 id="${markup(protocol.protocol)}">${markup(protocol.protocol)}</h2>
<div class="scroll"><table><thead><tr><th scope="col">id</th><th scope="col">level</th>${heads}<th scope="col">what is asked</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><th scope="row" colspan="2">${protocol.rows.filter(isTested).length} of ${protocol.rows.length} met by a case</th>${totals}<td></td></tr></tfoot></table></div>`
  })
  const keys = verdicts
    .map(
      (verdict) =>
        `<li><b class="v-${verdict}">${verdictMark[verdict]}</b> ${verdict}: ${verdictMeaning[verdict]}</li>`,
    )
    .join('')
  const jumps = table.protocols
    .map((protocol) => `<a href="#${markup(protocol.protocol)}">${markup(protocol.protocol)}</a>`)
    .join(' ')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><link rel="icon" href="data:,">
<title>libp2p, requirement by requirement</title><style>${style}</style></head><body>
<h1>libp2p, requirement by requirement</h1>
<p>What each implementation did when the suite asked. A cell is the worst verdict of all cases that cite the requirement; L as listener, D as dialer where they differ.</p>
<div class="scroll picture">${clauseSvg(table)}</div>
<ul class="key">${keys}</ul><nav>${jumps}</nav>
${sections.join('\n')}
</body></html>
`
}

function rowHtml(row: ClauseRow): string {
  const { requirement, cells } = row
  const marks = cells
    .map(
      (cell) =>
        `<td class="mark v-${foldCell(cell) ?? 'none'}" title="${markup(`as listener: ${cell.listener ?? 'no case'}, as dialer: ${cell.dialer ?? 'no case'}`)}">${markup(cellText(cell))}</td>`,
    )
    .join('')
  const label = markup(originLabel(requirement))
  const where =
    requirement.origin === null ? label : `<a href="${markup(requirement.origin.url)}" rel="noreferrer">${label}</a>`
  const why = isTested(row)
    ? ''
    : ` <em>${markup(untested(requirement))}${requirement.exception === null ? '' : `: ${markup(requirement.exception.why)}`}</em>`
  return `<tr id="${markup(requirement.id)}"><th scope="row">${markup(requirement.id)}</th><td class="level">${markup(requirement.level)} <small>${markup(requirement.stated)}</small></td>${marks}<td>${markup(requirement.text)}${why} <small>${where}</small></td></tr>`
}

const style = `:root{--ground:#f6f7f5;--card:#fff;--ink:#17211c;--soft:#5a675f;--line:#dde2dd;--link:#0b5f7d;--pass:#1a7f4b;--nonstrict:#97690a;--fail:#c22f2f;--observed:#2b6f96}
@media(prefers-color-scheme:dark){:root{--ground:#0f1512;--card:#171f1b;--ink:#e4ebe6;--soft:#94a39a;--line:#2a352f;--link:#6dc2e0;--pass:#4cc38a;--nonstrict:#e0b04b;--fail:#ff7b72;--observed:#6cb3dc}}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:74rem;background:var(--ground);color:var(--ink);font:.95rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}h1{letter-spacing:-.02em;line-height:1.15}
a{color:var(--link)}small,em{color:var(--soft)}.scroll{overflow-x:auto}.picture svg{min-width:40rem;width:100%;height:auto}nav a{margin-right:1rem}
table{border-collapse:collapse;background:var(--card);border-radius:8px;width:100%}th,td{text-align:left;padding:.4rem .7rem;border-bottom:1px solid var(--line);vertical-align:baseline}thead th{font-size:.82rem;color:var(--soft);font-weight:500}
tbody th{font:600 .84rem ui-monospace,Menlo,Consolas,monospace;white-space:nowrap}.level{white-space:nowrap;font-size:.84rem}.mark,.sum{text-align:center;white-space:nowrap;font-weight:700}tfoot th,tfoot td{font-weight:500;font-size:.84rem;border:0;color:var(--soft)}
tr:target{outline:2px solid var(--link)}.key{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));font-size:.86rem;color:var(--soft)}.key li{display:grid;grid-template-columns:1.4rem 1fr}
.v-pass{color:var(--pass)}.v-nonstrict{color:var(--nonstrict)}.v-fail,.v-flaky{color:var(--fail)}.v-observed{color:var(--observed)}.v-unsupported,.v-blocked,.v-error,.v-none{color:var(--soft)}`
