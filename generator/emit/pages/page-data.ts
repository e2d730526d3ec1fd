import type { Machine, Message, Role, StateRow } from '../../model/machine.ts'
import type { Model, Protocol } from '../../model/model.ts'
import type { LayoutField, Requirement } from '../../model/spec-types.ts'
import { caseFile } from '../cases/case-file.ts'
import { everywhere, mermaid } from './diagram.ts'
import { expressionWords, rowActions, targetWords } from './expression-words.ts'

/** A page as its template wants it: text only, nothing left to decide. */
export interface ProtocolPage {
  readonly header: string
  readonly name: string
  readonly what: string | undefined
  readonly version: string | undefined
  readonly ids: readonly { readonly id: string; readonly opener: string; readonly acceptor: string }[]
  readonly sources: readonly { readonly alias: string; readonly document: string; readonly link: string }[]
  readonly framing: string | undefined
  readonly messages: readonly { readonly name: string; readonly form: string; readonly what: string }[]
  readonly timers: readonly string[]
  readonly roles: readonly RolePage[]
  readonly errors: readonly { readonly code: string; readonly text: string }[]
  readonly layouts: readonly LayoutPage[]
  readonly limits: readonly {
    readonly name: string
    readonly figure: string
    readonly go: string
    readonly rust: string
    readonly js: string
    readonly why: string
  }[]
  readonly vectors: readonly {
    readonly id: string
    readonly what: string
    readonly input: string
    readonly expect: string
    readonly origin: string
  }[]
  readonly requirements: readonly RequirementPage[]
  readonly tally: string
}

interface RolePage {
  readonly name: string
  readonly what: string | undefined
  readonly input: string
  readonly mermaid: string
  readonly everywhere: readonly string[]
  readonly states: readonly string[]
  readonly rows: readonly { readonly event: string; readonly condition: string; readonly cells: readonly string[] }[]
}

interface LayoutPage {
  readonly name: string
  readonly what: string
  readonly fields: readonly { readonly name: string; readonly form: string; readonly what: string }[]
}

interface RequirementPage {
  readonly id: string
  readonly level: string
  readonly stated: string
  readonly text: string
  readonly source: string
  readonly status: string
}

/** Everything that a protocol's page says. */
export function protocolPage(
  protocol: Protocol,
  machine: Machine | undefined,
  model: Model,
  header: string,
): ProtocolPage {
  const sources = Object.entries(machine?.source.data.sources ?? protocol.layout?.data.sources ?? {})
  const requirements = requirementRows(protocol, machine)
  return {
    header,
    name: protocol.name,
    what: machine?.what,
    version: machine?.version,
    ids: machine?.protocols ?? [],
    sources: sources.map(([alias, document]) => ({ alias, document, link: documentLink(document) })),
    framing: machine === undefined ? undefined : framingWords(machine),
    messages: (machine?.messages ?? []).map((message) => ({
      name: message.name,
      form: cell(messageForm(message)),
      what: cell(message.what ?? ''),
    })),
    timers: (machine?.timers ?? []).map(({ name, milliseconds }) => `\`${name}\` ${milliseconds} ms`),
    roles: machine?.roles.map(rolePage) ?? [],
    errors: (machine?.errors ?? []).map(({ code, text }) => ({ code, text: cell(text ?? '') })),
    layouts: Object.entries(protocol.layout?.data.layouts ?? {}).map(([name, { what, fields }]) => ({
      name,
      what,
      fields: Object.entries(fields).map(([field, spec]) => ({
        name: field,
        form: cell(layoutForm(spec)),
        what: cell(spec.what ?? ''),
      })),
    })),
    limits: Object.entries(model.limits?.data.limits[protocol.name] ?? {}).map(([name, limit]) => ({
      name,
      figure: `${limit.value} ${limit.unit}`,
      go: cell(figure(limit.go)),
      rust: cell(figure(limit.rust)),
      js: cell(figure(limit.js)),
      why: cell(limit.why),
    })),
    vectors: (protocol.vectors?.data.vectors ?? []).map(({ id, what, input, expect, origin }) => ({
      id,
      what: cell(what),
      input: cell(shortened(JSON.stringify(input))),
      expect: cell(
        shortened(
          typeof expect === 'object' && expect !== null && 'hex' in expect
            ? String(expect.hex)
            : JSON.stringify(expect),
        ),
      ),
      origin: cell(origin),
    })),
    requirements,
    tally: tally(requirements),
  }
}

function rolePage(role: Role): RolePage {
  const classes = role.events.flatMap((event) => event.classes.map((eventClass) => ({ event, eventClass })))
  return {
    name: role.name,
    what: role.what,
    input: role.input.map(({ name }) => `\`${name}\``).join(', '),
    mermaid: mermaid(role),
    everywhere: everywhere(role),
    states: role.states.map(({ name }) => name),
    rows: classes.map(({ event, eventClass }) => ({
      event: eventClass.key,
      condition:
        event.classes.length === 1
          ? ''
          : cell(eventClass.when === undefined ? 'else' : expressionWords(eventClass.when)),
      cells: role.states.map((state) => stateCell(state.rows.find((row) => row.eventClass === eventClass))),
    })),
  }
}

/** Rows that hold in any state are small and grey where the reader's Markdown can do that; silent origins are marked. */
function stateCell(row: StateRow | undefined): string {
  if (row === undefined || row.from === 'ignored') return '<sub>ignored</sub>'
  const actions = rowActions(row).map((text) => `\`${text}\``)
  const observed = row.verdict === 'observe' ? ' †' : ''
  const req =
    row.req.length === 0 ? '' : `<br><sub>${row.req.map((id) => `[${id}](#${id.toLowerCase()})`).join(' ')}</sub>`
  if (row.from === 'anyState') return `<sub>${cell([targetWords(row.to), ...actions].join('<br>'))}${observed}</sub>`
  return cell([`**${targetWords(row.to)}**${observed}`, ...actions].join('<br>')) + req
}

function framingWords({ framing }: Machine): string {
  switch (framing.kind) {
    case 'uvarint-prefixed': {
      const suffix = framing.suffix === undefined ? '' : `, ${JSON.stringify(framing.suffix)} behind it`
      return `Each message behind its length as an unsigned varint${suffix}; at most ${framing.limit} bytes are read, ${framing.sendLimit} sent.`
    }
    case 'u16be-prefixed':
      return `Each message behind its length in two bytes, big-endian; at most ${framing.limit} bytes are read.`
    case 'fixed':
      return `Each message has exactly ${framing.length} bytes.`
    case 'manual':
      return 'The protocol cuts its own messages.'
    default: {
      const missed: never = framing
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

function messageForm(message: Message): string {
  const fields = message.fields.map(({ name }) => name).join(', ')
  switch (message.kind) {
    case 'equals':
      return `the text \`${message.equals}\``
    case 'text':
      return `any other UTF-8 text: \`${fields}\``
    case 'bytes':
      return message.length === undefined ? `bytes: \`${fields}\`` : `${message.length} bytes: \`${fields}\``
    case 'proto':
      return `protobuf \`${message.typeName}\` of ${message.protoFile}`
    case 'layout':
      return `layout \`${message.layout}\`${message.sendOnly ? ', only sent' : ''}`
    case 'manual':
      return fields === '' ? 'no fields' : `fields \`${fields}\``
    default: {
      const missed: never = message.kind
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function layoutForm(field: LayoutField): string {
  const parts: string[] = [field.type]
  if (field.size !== undefined) parts.push(`size ${field.size}`)
  if (field.counts !== undefined)
    parts.push(`counts ${field.counts}${field.countsSuffix === true ? ' and its end' : ''}`)
  if (field.equals !== undefined)
    parts.push(`always ${typeof field.equals === 'object' ? field.equals.hex : field.equals}`)
  const named = field.values ?? field.flags
  if (named !== undefined)
    parts.push(
      Object.entries(named)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', '),
    )
  if (field.suffix !== undefined) parts.push(`then ${JSON.stringify(field.suffix)}`)
  if (field.max !== undefined) parts.push(`at most ${field.max}`)
  if (field.type === 'list') parts.push(`of ${Object.keys(field.of ?? {}).join(', ')}, until ${String(field.until)}`)
  return parts.join('; ')
}

function requirementRows(protocol: Protocol, machine: Machine | undefined): readonly RequirementPage[] {
  const cases = new Map<string, number>()
  if (machine !== undefined)
    for (const { requirements } of caseFile(machine).cases)
      for (const id of requirements) cases.set(id, (cases.get(id) ?? 0) + 1)
  return Object.entries(protocol.requirements?.data ?? {}).flatMap(([id, row]): readonly RequirementPage[] => {
    if (typeof row !== 'object' || !('level' in row) || typeof row.level !== 'string') return []
    const requirement = row as Requirement // a row with a level is a requirement; `sources` has none
    return [
      {
        id,
        level: requirement.level,
        stated: requirement.stated,
        text: cell(requirement.text),
        source:
          requirement.source ??
          (requirement.evidence === undefined
            ? ''
            : cell(
                Object.entries(requirement.evidence)
                  .map(
                    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
                  )
                  .join(', '),
              )),
        status: cell(statusOf(requirement, cases.get(id) ?? 0)),
      },
    ]
  })
}

function statusOf({ by, exception, todo }: Requirement, cases: number): string {
  if (exception !== undefined) return `${exception.reason}: ${exception.why}`
  if (todo !== undefined) return `to do: ${todo}`
  if (cases > 0) return `${cases} generated case${cases === 1 ? '' : 's'}`
  return by === undefined ? 'cases or tests written by hand' : 'by construction'
}

function tally(requirements: readonly RequirementPage[]): string {
  const counts = new Map<string, number>()
  for (const { level } of requirements) counts.set(level, (counts.get(level) ?? 0) + 1)
  return [...counts].map(([level, count]) => `${count} ${level}`).join(', ')
}

/** `owner/repository@commit:path` on GitHub. */
function documentLink(document: string): string {
  const groups = /^(?<repository>[^@]+)@(?<commit>[^:]+):(?<path>.+)$/.exec(document)?.groups
  return groups === undefined
    ? ''
    : `https://github.com/${groups['repository']}/blob/${groups['commit']}/${groups['path']}`
}

function figure(value: number | string | null | undefined): string {
  return value === null || value === undefined ? '–' : String(value)
}

function shortened(text: string): string {
  return text.length <= 72 ? text : `${text.slice(0, 60)}… (${text.length} characters)`
}

/** Fits a table's cell: one line, and no bar that would end it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')
}
