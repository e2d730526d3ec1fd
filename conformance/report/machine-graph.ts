import { existsSync } from 'node:fs'
import path from 'node:path'
import { asText, isRecord, readYaml, specFolder } from './requirement-index.ts'

/** One role of a machine as a graph: what a reader sees and what a case walks. */
export interface RoleGraph {
  readonly protocol: string
  readonly role: string
  readonly states: readonly string[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** `recv.protocol/supported`, `recv.*`, `io.eof`, … as the machine writes it. */
  readonly event: string
  /** A default row of `anyState`: drawn faintly. */
  readonly byDefault: boolean
}

/** The graphs of a protocol's roles; none where it has no machine. */
export function readGraphs(protocol: string, folder: string = specFolder): readonly RoleGraph[] {
  const file = path.join(folder, 'protocols', protocol, 'machine.yaml')
  const machine = existsSync(file) ? readYaml(file) : null
  if (machine === null || !isRecord(machine['roles'])) return []
  return Object.entries(machine['roles']).flatMap(([role, body]) =>
    isRecord(body) ? [graphOf(protocol, role, body, machine['anyState'])] : [],
  )
}

/** The edge that a case's last event takes, by the machine's own row choice: class, message, recv.*, default. */
export function edgeOf(graph: RoleGraph, state: string, event: string): GraphEdge | null {
  const outgoing = graph.edges.filter((edge) => edge.from === state)
  const [kind = '', name = '', ofClass] = event.split(/[./]/)
  const plain = `${kind}.${name}`
  const named = [
    ...(ofClass === undefined ? [] : [`${plain}/${ofClass}`]),
    plain,
    ...(kind === 'recv' && name !== 'malformed' ? ['recv.*'] : []),
  ]
  for (const own of [false, true]) {
    for (const name of named) {
      const found = outgoing.find((edge) => edge.event === name && edge.byDefault === own)
      if (found !== undefined) return found
    }
  }
  return null
}

/** Edges of a shortest way from the start to a state. */
export function wayTo(graph: RoleGraph, state: string): readonly GraphEdge[] {
  const ways = new Map<string, readonly GraphEdge[]>([['start', []]])
  const queue = ['start']
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const way = ways.get(at) ?? []
    if (at === state) return way
    for (const edge of graph.edges) {
      if (edge.from !== at || ways.has(edge.to)) continue
      ways.set(edge.to, [...way, edge])
      queue.push(edge.to)
    }
  }
  return []
}

function graphOf(
  protocol: string,
  role: string,
  body: Readonly<Record<string, unknown>>,
  machineAnyState: unknown,
): RoleGraph {
  const states = isRecord(body['states']) ? Object.keys(body['states']) : []
  const edges: GraphEdge[] = []
  const add = (from: string, event: string, row: unknown, byDefault: boolean): void => {
    if (!isRecord(row)) return
    const to = asText(row['to'])
    edges.push({ from, to: to.startsWith('failed') ? 'failed' : to, event, byDefault })
  }
  add('start', 'start', body['start'], false)
  for (const state of states) {
    const rows = isRecord(body['states']) ? body['states'][state] : null
    const own = isRecord(rows) ? rows : {}
    for (const [event, row] of Object.entries(own)) add(state, event, row, false)
    const defaults = { ...asRows(machineAnyState), ...asRows(body['anyState']) }
    for (const [event, row] of Object.entries(defaults)) if (own[event] === undefined) add(state, event, row, true)
  }
  const named = ['start', ...states, 'done', 'failed'].filter(
    (state) => state === 'start' || edges.some((edge) => edge.to === state || edge.from === state),
  )
  return { protocol, role, states: named, edges }
}

function asRows(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
