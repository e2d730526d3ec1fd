import type { Role, Row, StateRow } from '../../model/machine.ts'
import { actionWords, targetWords } from './expression-words.ts'

/** One arrow: everything that leads from one state to another. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly labels: readonly string[]
  /** Every one of its rows is about something that the origin is silent on. */
  readonly observed: boolean
}

/** The arrows of a role, without the rows that hold in any state: those are said once, beside the diagram. */
export function arrowsOf(role: Role): readonly Arrow[] {
  const arrows = new Map<string, { from: string; to: string; labels: string[]; observed: boolean }>()
  for (const state of role.states) {
    for (const row of state.rows) {
      if (row.from === 'anyState' || row.from === 'ignored') continue
      const to = nodeOf(row)
      const key = `${state.name} ${to}`
      const arrow = arrows.get(key) ?? { from: state.name, to, labels: [], observed: true }
      arrows.set(key, arrow)
      const label = labelOf(row)
      if (!arrow.labels.includes(label)) arrow.labels.push(label)
      arrow.observed &&= row.verdict === 'observe'
    }
  }
  return [...arrows.values()]
}

/** Rows that hold in every state, in words, each once. */
export function everywhere(role: Role): readonly string[] {
  const rows = role.states.flatMap(({ rows }) => rows.filter(({ from }) => from === 'anyState'))
  return [...new Set(rows.map((row) => `${eventWords(row)} → ${targetWords(row.to)}`))]
}

export function startLabel(start: Row): string {
  const sends = sendWords(start)
  return sends === '' ? 'start' : `start ▸ ${sends}`
}

/** A state diagram as mermaid text. */
export function mermaid(role: Role): string {
  const lines = [
    'stateDiagram-v2',
    '  direction LR',
    `  [*] --> ${nodeOf(role.start)}: ${plain(startLabel(role.start))}`,
  ]
  for (const { from, to, labels } of arrowsOf(role)) lines.push(`  ${from} --> ${to}: ${labels.map(plain).join('\\n')}`)
  return lines.join('\n')
}

/** The same for Graphviz. */
export function dot(role: Role): string {
  const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  const lines = [
    'digraph {',
    '  rankdir=LR; bgcolor=white; pad=0.3; nodesep=0.45; ranksep=0.9;',
    '  node [shape=box, style="rounded,filled", fillcolor="#eef4fb", color="#3b6ea5", fontname="Helvetica", fontsize=13, margin="0.18,0.09", penwidth=1.2];',
    '  edge [fontname="Helvetica", fontsize=10, color="#4a5568", fontcolor="#1a202c", arrowsize=0.7];',
    '  start [shape=circle, style=filled, fillcolor="#2d3748", color="#2d3748", label="", width=0.16, fixedsize=true];',
  ]
  const arrows = arrowsOf(role)
  const nodes = new Set([...role.states.map(({ name }) => name), nodeOf(role.start), ...arrows.map(({ to }) => to)])
  for (const node of nodes) lines.push(`  ${quote(node)}${nodeStyle(node)};`)
  lines.push(`  start -> ${quote(nodeOf(role.start))} [label=${quote(startLabel(role.start))}];`)
  for (const { from, to, labels, observed } of arrows) {
    const grey = to === 'failed' ? ', color="#c05746", fontcolor="#9b2c2c"' : ''
    const dashed = observed ? ', style=dashed' : ''
    lines.push(`  ${quote(from)} -> ${quote(to)} [label=${quote(shortLabel(labels))}${grey}${dashed}];`)
  }
  return `${[...lines, '}'].join('\n')}\n`
}

/** Lines that one arrow carries; the table has them all. */
const maxLabelLines = 10

function shortLabel(labels: readonly string[]): string {
  if (labels.length <= maxLabelLines) return labels.join('\n')
  return [...labels.slice(0, maxLabelLines - 1), `… and ${labels.length - maxLabelLines + 1} more, in the table`].join(
    '\n',
  )
}

function nodeStyle(node: string): string {
  if (node === 'done') return ' [fillcolor="#e6f4ea", color="#2f855a", peripheries=2]'
  return node === 'failed' ? ' [fillcolor="#fdecea", color="#c05746", peripheries=2]' : ''
}

function nodeOf({ to }: Row): string {
  return to.kind === 'state' ? to.state : to.kind
}

function labelOf(row: StateRow): string {
  const sends = sendWords(row)
  const error = row.to.kind === 'failed' ? ` (${row.to.error})` : ''
  return `${eventWords(row)}${error}${sends === '' ? '' : ` ▸ ${sends}`}`
}

/** `recv.*` rows are one label, not one for each message. */
function eventWords(row: StateRow): string {
  if (row.from === 'recv.*') return 'recv.*'
  return row.from === 'event' ? row.eventClass.event : row.eventClass.key
}

function sendWords(row: Row): string {
  return row.do
    .filter(({ kind }) => kind === 'send' || kind === 'output')
    .map((action) => (action.kind === 'send' ? action.message : actionWords(action)))
    .join(', ')
}

/** Mermaid reads : and ; as its own, and # as the start of an entity. */
function plain(text: string): string {
  return text.replaceAll(':', '꞉').replaceAll(';', ',').replaceAll('#', '')
}
