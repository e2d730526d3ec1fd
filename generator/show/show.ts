import { nearestName } from '../load/nearest-name.ts'
import { loadModel } from '../load/load-model.ts'
import { UnknownName } from '../load/unknown-name.ts'
import type { Machine } from '../model/machine.ts'
import type { Model } from '../model/model.ts'
import { resolveMachine } from '../model/resolve-machine.ts'
import type { TracedRequirement, TraceStatus } from '../trace/trace.ts'
import { traceRequirements } from '../trace/trace.ts'

/** How a word is to look; the command decides what a terminal can do. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan', text: string) => string

export interface ShowOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly paint: Paint
  /** Only requirements with a gap. */
  readonly gaps?: boolean
}

/** The road of every requirement of one protocol or record: where it is written, made and tested, and what is missing. */
export function show(root: string, name: string, { width, paint, gaps = false }: ShowOptions): string {
  const model = loadModel(root)
  const trace = traceRequirements(root, model)
  const owners = [...model.protocols, ...model.records]
  const owner = owners.find((one) => one.name === name)
  if (owner === undefined) {
    const names = owners.map((one) => one.name)
    throw new UnknownName(
      `there is no protocol or record \`${name}\`. ${nearestName(name, names)}Known: ${names.join(', ')}.`,
    )
  }
  const requirements = trace.requirements
    .filter((requirement) => requirement.owner === name)
    .sort((a, b) => lineOf(a) - lineOf(b))
  const shown = gaps ? requirements.filter(({ status }) => gapOf[status] !== undefined) : requirements
  const lines = [
    ...heading(model, name, paint),
    '',
    ...shown.flatMap((requirement) => road(requirement, width, paint)),
    ...summary(requirements, paint),
  ]
  return `${lines.join('\n')}\n`
}

const gapOf: Partial<Record<TraceStatus, string>> = {
  untested: 'no case, no test',
  unmade: 'nothing makes it',
  open: 'nothing makes it, nothing tests it',
  todo: 'to do',
}

function heading(model: Model, name: string, paint: Paint): readonly string[] {
  const protocol = model.protocols.find((one) => one.name === name)
  const machine = protocol === undefined ? undefined : resolveMachine(protocol, model)
  if (machine === undefined) return [paint('bold', name)]
  return [
    `${paint('bold', name)} ${machine.version}${machine.what === undefined ? '' : `  ${machine.what}`}`,
    ...machineLines(machine, paint),
  ]
}

function machineLines(machine: Machine, paint: Paint): readonly string[] {
  const ids = machine.protocols.map(
    ({ id, opener, acceptor }) => `  ${id}  ${paint('dim', `${opener} opens, ${acceptor} accepts`)}`,
  )
  const roles = machine.roles.map((role) => {
    const rows = role.states.reduce((sum, state) => sum + state.rows.length, 0)
    return `  ${role.name}  ${paint('dim', `${role.states.length} state${role.states.length === 1 ? '' : 's'}, ${role.events.length} events, ${rows} rows`)}`
  })
  return [...ids, ...roles]
}

const marks: Readonly<Record<TraceStatus, readonly [string, Parameters<Paint>[0]]>> = {
  covered: ['✔', 'green'],
  construction: ['✔', 'green'],
  exception: ['–', 'dim'],
  todo: ['…', 'yellow'],
  untested: ['✘', 'red'],
  unmade: ['✘', 'red'],
  open: ['✘', 'red'],
}

function road(requirement: TracedRequirement, width: number, paint: Paint): readonly string[] {
  const { id, row, file, implementations, cases, tests, status } = requirement
  const [mark, style] = marks[status]
  const level = row.stated === 'keyword' ? row.level : `${row.level}, ${row.stated}`
  const lines = [
    `${paint(style, mark)} ${paint('bold', id)}  ${paint('cyan', level)}`,
    ...wrap(row.text, width - 4).map((text) => `    ${text}`),
  ]
  const place = `${file.path}:${lineOf(requirement)}`
  lines.push(...labelled('said', [row.source === undefined ? place : `${row.source}  ${place}`], width, paint))
  lines.push(...labelled('made', some(implementations, 4), width, paint))
  lines.push(...labelled('tested', some([...cases.filter((one) => !one.includes('~')), ...tests], 4), width, paint))
  if (row.by !== undefined) lines.push(...labelled('reason', [`by ${row.by}`], width, paint))
  if (row.exception !== undefined)
    lines.push(...labelled('reason', [`${row.exception.reason}: ${row.exception.why}`], width, paint))
  if (row.todo !== undefined) lines.push(...labelled('to do', [row.todo], width, paint))
  const gap = gapOf[status]
  if (gap !== undefined && status !== 'todo') lines.push(`    ${paint('red', gap)}`)
  return [...lines, '']
}

function labelled(label: string, values: readonly string[], width: number, paint: Paint): readonly string[] {
  return values.flatMap((value, index) =>
    wrap(value, width - 12).map(
      (text, part) => `    ${paint('dim', (index === 0 && part === 0 ? label : '').padEnd(7))} ${text}`,
    ),
  )
}

/** Requirements are shown in the order of their file. */
function lineOf({ id, file }: TracedRequirement): number {
  return file.positionOf([id]).line
}

/** The first few, and how many more. */
function some(values: readonly string[], most: number): readonly string[] {
  return values.length <= most ? values : [...values.slice(0, most - 1), `and ${values.length - most + 1} more`]
}

function summary(requirements: readonly TracedRequirement[], paint: Paint): readonly string[] {
  const count = (...statuses: readonly TraceStatus[]): number =>
    requirements.filter(({ status }) => statuses.includes(status)).length
  const gaps = count('untested', 'unmade', 'open')
  const parts = [
    `${requirements.length} requirements`,
    paint('green', `${count('covered', 'construction')} covered`),
    `${count('exception')} with a reason`,
    `${count('todo')} to do`,
    gaps === 0 ? 'no gaps' : paint('red', `${gaps} gap${gaps === 1 ? '' : 's'}`),
  ]
  return [parts.join(' · ')]
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.max(width, 30)) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
