import type { CaseFinished, Verdict } from '../../events.ts'
import { caseText, readCases, type CaseText } from '../case-source.ts'
import { edgeOf, readGraphs, wayTo, type GraphEdge, type RoleGraph } from '../machine-graph.ts'
import { isRecord, readRequirements } from '../requirement-index.ts'
import { protocolsOf, type RunRecord } from '../run-record.ts'
import { readEvidence, type TranscriptFile } from '../transcript-file.ts'
import { visible } from '../visible.ts'
import { anchorOf, caseView, type CaseView } from './case-view.ts'
import { arrowsOf, diagramMaker } from './diagram.ts'

export interface ProtocolView {
  readonly protocol: string
  readonly anchor: string
  readonly total: number
  readonly graphs: readonly { readonly role: string; readonly anchor: string; readonly svg: string }[]
  readonly cases: readonly CaseView[]
}

export interface ViewSources {
  readonly folder: string
  readonly spec: string
  readonly project?: string
}

interface Walk {
  readonly graph: RoleGraph
  readonly way: readonly GraphEdge[]
  readonly last: GraphEdge
}

export async function protocolViews(record: RunRecord, sources: ViewSources): Promise<readonly ProtocolView[]> {
  const draw = await diagramMaker()
  const requirements = readRequirements(protocolsOf(record), sources.spec)
  return protocolsOf(record).map((protocol) => {
    const finished = record.cases.filter((one) => one.protocol === protocol)
    const graphs = readGraphs(protocol, sources.spec)
    const texts = readCases(protocol, sources.project)
    const walks = new Map(finished.map((one) => [one.id, walkOf(one, graphs)]))
    const cases = finished.map((one) => {
      const transcript = readEvidence(sources.folder, one.evidence)
      const walk = walks.get(one.id) ?? null
      return caseView(one, {
        text: textOf(one, transcript, texts),
        transcript,
        requirements,
        walk: walk === null ? null : { graph: graphAnchor(walk.graph), ...arrowNumbers(walk) },
      })
    })
    const shownGraphs = graphs.map((graph) => ({
      role: graph.role,
      anchor: graphAnchor(graph),
      svg: draw(graph, (edge) => verdictsOn(edge, graph, finished, walks)),
    }))
    return {
      protocol: visible(protocol),
      anchor: anchorOf(protocol),
      total: finished.length,
      graphs: shownGraphs,
      cases,
    }
  })
}

function textOf(
  finished: CaseFinished,
  transcript: TranscriptFile | null,
  texts: ReadonlyMap<string, CaseText>,
): CaseText | null {
  const written = texts.get(finished.id) ?? texts.get(finished.id.split('~', 1)[0] ?? '')
  if (written !== undefined) return written
  return transcript !== null && isRecord(transcript.case)
    ? caseText(transcript.case, finished.protocol, 'transcript.json')
    : null
}

/** The id of a generated case says its state and event: `<protocol>/<role>/<state>/<event>[.<class>][~<chunking>]`. */
function walkOf(finished: CaseFinished, graphs: readonly RoleGraph[]): Walk | null {
  const [, role, state, event, ...rest] = (finished.id.split('~', 1)[0] ?? '').split('/')
  const graph = graphs.find((one) => one.role === role)
  if (graph === undefined || state === undefined || event === undefined || rest.length > 0) return null
  const last = edgeOf(graph, state, event)
  return last === null ? null : { graph, way: wayTo(graph, state), last }
}

function arrowNumbers(walk: Walk): { readonly lit: readonly number[]; readonly last: number; readonly line: number } {
  const arrows = arrowsOf(walk.graph)
  const numberOf = (edge: GraphEdge): number => arrows.find((arrow) => arrow.edges.includes(edge))?.index ?? -1
  return {
    lit: walk.way.map(numberOf),
    last: numberOf(walk.last),
    line: arrows[numberOf(walk.last)]?.edges.indexOf(walk.last) ?? 0,
  }
}

function verdictsOn(
  edge: GraphEdge,
  graph: RoleGraph,
  finished: readonly CaseFinished[],
  walks: ReadonlyMap<string, Walk | null>,
): readonly Verdict[] {
  return finished.flatMap((one) => {
    const walk = walks.get(one.id) ?? null
    if (
      walk === null ||
      walk.graph !== graph ||
      one.verdict === 'blocked' ||
      one.verdict === 'unsupported' ||
      one.verdict === 'error'
    )
      return []
    if (walk.last === edge) return [one.verdict]
    // On the way there the subject did what was asked, or the case would not have come this far.
    return walk.way.includes(edge) && one.verdict === 'pass' ? ['pass' as const] : []
  })
}

function graphAnchor(graph: RoleGraph): string {
  return anchorOf(`graph-${graph.protocol}-${graph.role}`)
}
