import path from 'node:path'
import { findCase, projectFolder, readCases, type CaseText } from './case-source.ts'
import { nearMatches } from './near-matches.ts'
import {
  isRecord,
  originLabel,
  readRequirements,
  specProtocols,
  type Requirement,
  type RequirementIndex,
} from './requirement-index.ts'
import { hexText, staticBytesOf } from './static-bytes.ts'
import { clip } from './visible.ts'

export type Explanation =
  { readonly found: true; readonly text: string } | { readonly found: false; readonly text: string }

/** What a case sends, what is allowed, which sentence says so and how to run it; or what a requirement asks and which cases cite it. */
export function explain(id: string, project: string = projectFolder): Explanation {
  const spec = path.join(project, 'spec')
  const one = findCase(id, project)
  const requirements = readRequirements(specProtocols(spec), spec)
  if (one !== null) return { found: true, text: explainCase(one, requirements, spec) }
  const requirement = requirements.get(id)
  if (requirement !== undefined) return { found: true, text: explainRequirement(requirement, project) }
  const names = [
    ...specProtocols(spec).flatMap((protocol) => [...readCases(protocol, project).keys()]),
    ...requirements.keys(),
  ]
  const near = nearMatches(id, names, 5)
  const hint =
    near.length === 0
      ? 'Case ids look like ping/listener/<state>/<event>; `p2pspec check --list` prints them all.'
      : `Did you mean:\n${near.map((name) => `  ${name}`).join('\n')}`
  return { found: false, text: `There is no case or requirement "${id}".\n${hint}\n` }
}

function explainCase(one: CaseText, requirements: RequirementIndex, spec: string): string {
  const bytesOf = staticBytesOf(one.protocol, spec)
  const rawSteps = isRecord(one.data) && Array.isArray(one.data['steps']) ? one.data['steps'] : []
  const steps = one.steps.flatMap((step, index) => {
    const bytes = bytesOf(rawSteps[index])
    return [`  ${index + 1}. ${step}`, ...(bytes === null ? [] : [`     ${clip(hexText(bytes), 160)}`])]
  })
  const chunking = one.chunking === 'whole' ? [] : [`  The bytes go out ${chunkings[one.chunking] ?? one.chunking}.`]
  const where = one.edge === null ? [] : [`In state ${one.edge.state} of the ${one.role}, at ${one.edge.event}.`]
  const lines = [
    one.id,
    one.title,
    ...where,
    '',
    `The suite, facing a ${one.role}, does${one.given === '' ? '' : ` (given ${one.given})`}:`,
    ...(steps.length === 0 ? ['  nothing more; a probe behind it asks whether the place is still served'] : steps),
    ...chunking,
    '',
    one.observeOnly
      ? 'Recorded and judged by nobody, for the origin is silent. Expected of our own runtime:'
      : 'Allowed:',
    ...one.allowed.map((line) => `  ${line}`),
    '',
    ...(one.requirements.length === 0
      ? ['No requirement says this.']
      : one.requirements.flatMap((id) => requirementLines(id, requirements))),
    '',
    `Written in ${one.file}`,
    `Run it:  p2pspec check ${rawSteps.some(isForAgent) ? `--agent --filter '${one.id}' -- <command>` : `<address> --filter '${one.id}'`}`,
  ]
  return `${lines.join('\n')}\n`
}

/** A step of a hand-written case that tells the application something. */
function isForAgent(step: unknown): boolean {
  return isRecord(step) && 'agent' in step
}

function explainRequirement(requirement: Requirement, project: string): string {
  const citing = [...readCases(requirement.protocol, project).values()].filter((one) =>
    one.requirements.includes(requirement.id),
  )
  const applies = requirement.applies === null ? [] : [`Binds: ${requirement.applies.join(', ')}`]
  const why =
    requirement.exception === null
      ? 'No case cites it.'
      : `No case cites it: ${requirement.exception.reason}. ${requirement.exception.why}`
  const cases = citing.length === 0 ? [why] : [`${citing.length} cases cite it:`, ...citing.map((one) => `  ${one.id}`)]
  return `${[...requirementLines(requirement.id, new Map([[requirement.id, requirement]])), ...applies, '', ...cases].join('\n')}\n`
}

function requirementLines(id: string, requirements: RequirementIndex): readonly string[] {
  const requirement = requirements.get(id)
  if (requirement === undefined) return [`${id}: the spec has no row with this id`]
  const { origin } = requirement
  const place =
    origin === null
      ? originLabel(requirement)
      : `${originLabel(requirement)} (commit ${origin.commit})\n  ${origin.url}`
  return [
    `${id} ${requirement.level}, ${statedText[requirement.stated] ?? requirement.stated}`,
    `  ${requirement.text}`,
    `  ${place}`,
  ]
}

const statedText: Readonly<Record<string, string>> = {
  keyword: 'with the keyword in the text',
  prose: 'stated as fact in the text',
  'de-facto': 'in no text: what implementations do',
  project: 'a rule of this project alone',
}

const chunkings: Readonly<Record<string, string>> = {
  bytewise: 'one byte at a time',
  coalesced: 'glued together in one packet',
  trailing: 'with application bytes right behind them',
}
