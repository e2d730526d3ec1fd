import { instance, type Viz } from '@viz-js/viz'
import type { Verdict } from '../../events.ts'
import { foldVerdicts } from '../annotated.ts'
import type { GraphEdge, RoleGraph } from '../machine-graph.ts'

/** One line of the picture: all edges with the same ends are one arrow. */
export interface Arrow {
  readonly index: number
  readonly from: string
  readonly to: string
  readonly byDefault: boolean
  readonly edges: readonly GraphEdge[]
}

/** Graph layout runs in WebAssembly: loaded once, used for every picture. */
export async function diagramMaker(): Promise<
  (graph: RoleGraph, verdictsOf: (edge: GraphEdge) => readonly Verdict[]) => string
> {
  const viz = await instance()
  return (graph, verdictsOf) => draw(viz, graph, verdictsOf)
}

export function arrowsOf(graph: RoleGraph): readonly Arrow[] {
  const groups = Map.groupBy(graph.edges, (edge) => `${edge.from} ${edge.to} ${edge.byDefault}`)
  return [...groups.values()].flatMap((edges, index) => {
    const first = edges[0]
    return first === undefined ? [] : [{ index, from: first.from, to: first.to, byDefault: first.byDefault, edges }]
  })
}

function draw(viz: Viz, graph: RoleGraph, verdictsOf: (edge: GraphEdge) => readonly Verdict[]): string {
  const arrows = arrowsOf(graph)
  const lines = arrows.map((arrow) => {
    const verdict = foldVerdicts(arrow.edges.flatMap((edge) => verdictsOf(edge)))
    const classes = [
      'arrow',
      `a${arrow.index}`,
      verdict === null ? 'unlit' : `v-${verdict}`,
      ...(arrow.byDefault ? ['default'] : []),
    ]
    const label = arrow.from === 'start' ? '' : arrow.edges.map((edge) => edge.event).join('\n')
    return `${id(arrow.from)} -> ${id(arrow.to)} [class=${id(classes.join(' '))} label=${id(label)}]`
  })
  const nodes = graph.states.map((state) => {
    const shape =
      state === 'start' ? 'shape=circle width=0.14 height=0.14 fixedsize=true label=""' : `label=${id(state)}`
    return `${id(state)} [class=${id(`state ${state === 'done' || state === 'failed' || state === 'start' ? state : ''}`.trim())} ${shape}]`
  })
  const dot = `digraph { rankdir=LR bgcolor=transparent nodesep=0.3 ranksep=0.55 pad=0.1
    node [shape=box style=rounded fontname="Helvetica" fontsize=13 height=0.36 margin="0.16,0.06"]
    edge [fontname="Helvetica" fontsize=10 arrowsize=0.7]
    ${[...nodes, ...lines].join('\n')} }`
  const svg = viz.renderString(dot, { format: 'svg' })
  return colourLabels(svg, arrows, verdictsOf)
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/<title>[\s\S]*?<\/title>\n?/g, '')
    .replace(/ id="(?:graph|node|edge)\d+"/g, '')
    .replace('<svg ', `<svg role="img" aria-label="State diagram of the ${graph.role} of ${graph.protocol}" `)
}

/** Each line of an arrow's label is one event with its own verdict. */
function colourLabels(
  svg: string,
  arrows: readonly Arrow[],
  verdictsOf: (edge: GraphEdge) => readonly Verdict[],
): string {
  return svg.replace(/<g [^>]*class="edge arrow a(\d+)[\s\S]*?<\/g>/g, (group, index: string) => {
    let line = 0
    return group.replaceAll('<text ', () => {
      const edge = arrows[Number(index)]?.edges[line++]
      const verdict = edge === undefined ? null : foldVerdicts(verdictsOf(edge))
      return `<text class="${verdict === null ? 'unlit' : `v-${verdict}`}" `
    })
  })
}

function id(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
