import type { Expression } from '../../expression/syntax.ts'
import { walkExpression } from '../../expression/syntax.ts'
import type { Action, Event, Machine, Role, Row, State, StateRow, Variable } from '../../model/machine.ts'
import { NameScope } from '../../model/name-scope.ts'
import { pascalCase } from '../../model/names.ts'
import type { ConstantPool } from './constant-pool.ts'
import { expressionText, isConstant, quoted, valueText } from './expression-text.ts'
import type { TextScope } from './expression-text.ts'
import { actionType } from './role-types.ts'
import type { RoleNames } from './role-names.ts'
import { roleNames } from './role-names.ts'

/** Writes the bodies of `startX` and `stepX`. Whatever never changes is made once, in the pool. */
export class StepText {
  readonly #machine: Machine
  readonly #role: Role
  readonly #names: RoleNames
  readonly #pool: ConstantPool
  readonly #uses: (support: string) => void

  constructor(machine: Machine, role: Role, pool: ConstantPool, uses: (support: string) => void) {
    this.#machine = machine
    this.#role = role
    this.#names = roleNames(role)
    this.#pool = pool
    this.#uses = uses
  }

  /** The body of `startX(input)`. */
  start(): string {
    const names = new NameScope(this.#machine, this.#role.input, this.#role.vars, undefined)
    const initial = new Map(this.#role.vars.map((variable) => [variable.name, this.#initialText(variable)]))
    const place: Place = {
      names,
      event: undefined,
      state: undefined,
      input: 'input',
      variable: (name) => initial.get(name) ?? name,
    }
    return this.#rowText(this.#role.start, place)
  }

  /** The body of `stepX(state, event)`. */
  step(): string {
    const states = this.#role.states.map(
      (state) => `  case ${quoted(state.name)}:\n${indent(this.#stateText(state), 4)}`,
    )
    const finals = `  case 'done':\n  case 'failed':\n    return { state, actions: ${this.#actionsText([], undefined)} };`
    return `switch (state.name) {\n${[...states, finals].join('\n')}\n  default:\n    return unreachable(state);\n}`
  }

  #stateText(state: State): string {
    // Events with the same outcome share a case.
    const cases: { readonly labels: string[]; readonly body: string }[] = []
    for (const event of this.#role.events) {
      const rows = state.rows.filter((row) => row.eventClass.event === event.name)
      const body = this.#eventText(event, rows, state)
      const label = `case ${quoted(event.name)}:${cite(rows)}`
      const same = cases.find((one) => one.body === body && !body.includes('event.'))
      if (same === undefined) cases.push({ labels: [label], body })
      else same.labels.push(label)
    }
    const text = cases.map(({ labels, body }) => `${labels.map((label) => `  ${label}\n`).join('')}${indent(body, 4)}`)
    return `switch (event.type) {\n${text.join('\n')}\n  default:\n    return unreachable(event);\n}`
  }

  #eventText(event: Event, rows: readonly StateRow[], state: State): string {
    const names = new NameScope(this.#machine, this.#role.input, this.#role.vars, event.fields)
    const place: Place = { names, event, state: state.name, input: 'state.input', variable: (name) => `state.${name}` }
    const scope = this.#textScope(place)
    const branches = rows.map((row) => ({ when: row.eventClass.when, text: this.#rowText(row, place) }))
    const last = branches.at(-1)
    if (last === undefined) throw new Error(`no row for ${event.name} in ${state.name}`)
    if (branches.every((branch) => branch.text === last.text)) return wrapped(last.text)
    const tests = branches
      .slice(0, -1)
      .map(
        ({ when, text }) =>
          `if (${when === undefined ? 'true' : expressionText(when, scope)}) {\n${indent(text, 2)}\n}`,
      )
    const text = `${tests.join('\n')}\n${last.text}`
    return last.text.startsWith('const ') ? block(text) : text
  }

  /** Statements that end in `return`. */
  #rowText(row: Row, place: Place): string {
    const before = this.#textScope(place)
    const set = new Map(row.set.map(({ name }) => [name, newName(name)]))
    const assignments = row.set
      .map(({ name, value }) => `const ${newName(name)} = ${valueText(value, this.#variableType(name), before)};\n`)
      .join('')
    const after: Place = { ...place, variable: (name) => set.get(name) ?? place.variable(name) }
    const state = this.#targetText(row, after)
    const actions = this.#actionsText(row.do, after)
    if (state.constant && this.#isConstantActions(row.do)) {
      const wish = `${this.#names.prefix}To${state.wish}${wishOf(row.do)}`
      return `return ${this.#pool.name(wish, this.#names.transition, `{ state: ${state.text}, actions: ${actions} }`)};`
    }
    const stays = row.to.kind === 'state' && row.to.state === place.state && row.set.length === 0
    const stateText = stays
      ? 'state'
      : state.constant
        ? this.#pool.name(`${this.#names.prefix}${state.wish}`, this.#names.state, state.text)
        : state.text
    return `${assignments}return { state${stateText === 'state' ? '' : `: ${stateText}`}, actions: ${actions} };`
  }

  #targetText({ to }: Row, place: Place): { readonly text: string; readonly constant: boolean; readonly wish: string } {
    if (to.kind === 'done') return { text: "{ name: 'done' }", constant: true, wish: 'Done' }
    if (to.kind === 'failed')
      return {
        text: `{ name: 'failed', error: ${quoted(to.error)} }`,
        constant: true,
        wish: `Failed${pascalCase(to.error)}`,
      }
    const wish = pascalCase(to.state)
    const carries = this.#role.input.length > 0 || this.#role.vars.length > 0
    if (!carries) return { text: `{ name: ${quoted(to.state)} }`, constant: true, wish }
    const input = this.#role.input.length === 0 ? [] : [place.input === 'input' ? 'input' : `input: ${place.input}`]
    const vars = this.#role.vars.map(({ name }) => `${name}: ${place.variable(name)}`)
    return { text: `{ ${[`name: ${quoted(to.state)}`, ...input, ...vars].join(', ')} }`, constant: false, wish }
  }

  #actionsText(actions: readonly Action[], place: Place | undefined): string {
    const text = `[${actions.map((action) => this.#actionText(action, place)).join(', ')}]`
    if (!this.#isConstantActions(actions)) return text
    return this.#pool.name(
      `${this.#names.prefix}${actions.length === 0 ? 'DoNothing' : wishOf(actions)}`,
      `readonly ${this.#names.action}[]`,
      text,
    )
  }

  #actionText(action: Action, place: Place | undefined): string {
    const fields: string[] = []
    if (action.kind === 'timer.start' || action.kind === 'timer.stop') fields.push(`timer: ${quoted(action.timer)}`)
    if (action.kind === 'send' || action.kind === 'output') {
      const message =
        action.kind === 'send' ? this.#machine.messages.find(({ name }) => name === action.message) : undefined
      const output =
        action.kind === 'output' ? this.#machine.outputs.find(({ name }) => name === action.output) : undefined
      const parameters = message?.parameters ?? output?.fields ?? []
      const values = action.args.map((argument, index) => {
        const parameter = parameters[index]
        if (parameter === undefined || place === undefined)
          throw new Error(`argument ${index} of ${actionType(action)} has no place`)
        return `${parameter.name}: ${valueText(argument, parameter.type, this.#textScope(place))}`
      })
      if (message?.kind === 'layout') fields.push(`message: { ${values.join(', ')} }`)
      else fields.push(...values)
    }
    return `{ ${[`type: ${quoted(actionType(action))}`, ...fields].join(', ')} }`
  }

  #isConstantActions(actions: readonly Action[]): boolean {
    return actions.every(
      (action) => (action.kind !== 'send' && action.kind !== 'output') || action.args.every(isConstant),
    )
  }

  #textScope(place: Place): TextScope {
    return {
      names: place.names,
      uses: this.#uses,
      nameText: (name) => {
        const origin = place.names.lookUp(name)?.origin
        switch (origin) {
          case 'input':
            return `${place.input}.${name}`
          case 'var':
            return place.variable(name)
          case 'event':
            return `event.${name}`
          case 'limit':
          case undefined:
            return name
          default: {
            const missed: never = origin
            throw new Error(`unreachable: ${JSON.stringify(missed)}`)
          }
        }
      },
    }
  }

  #variableType(name: string): Variable['type'] {
    const variable = this.#role.vars.find((one) => one.name === name)
    if (variable === undefined) throw new Error(`no variable ${name}`)
    return variable.type
  }

  #initialText({ name, type, initial }: Variable): string {
    if (type.base === 'u64' && type.list === undefined) return `${String(initial)}n`
    if (type.base === 'bytes' && type.list === undefined) {
      const text = `Uint8Array.of(${[...initialBytes(initial)].join(', ')})`
      return this.#pool.name(`${this.#names.prefix}${pascalCase(name)}`, 'Uint8Array', text)
    }
    return typeof initial === 'string' ? quoted(initial) : JSON.stringify(initial)
  }
}

/** True where one of the role's rows calls a named predicate. */
export function usesPredicates(machine: Machine, role: Role): boolean {
  const named = new Set(machine.predicates.map((predicate) => predicate.name))
  const expressions: Expression[] = role.events.flatMap((event) =>
    event.classes.flatMap((one) => (one.when === undefined ? [] : [one.when])),
  )
  for (const row of [role.start, ...role.states.flatMap((state) => state.rows)]) {
    expressions.push(...row.set.map((assignment) => assignment.value))
    for (const action of row.do)
      if (action.kind === 'send' || action.kind === 'output') expressions.push(...action.args)
  }
  let found = false
  for (const expression of expressions) {
    walkExpression(expression, (part) => {
      if (part.kind === 'call' && named.has(part.name)) found = true
    })
  }
  return found
}

/** What names mean where a row is written. */
interface Place {
  readonly names: NameScope
  readonly event: Event | undefined
  /** Undefined at the start. */
  readonly state: string | undefined
  /** How the input is written. */
  readonly input: string
  variable(name: string): string
}

/** Requirement ids behind a case's label. */
function cite(rows: readonly StateRow[]): string {
  const ids = [...new Set(rows.flatMap((row) => row.req))]
  return ids.length === 0 ? '' : ` // ${ids.join(' ')}`
}

function wishOf(actions: readonly Action[]): string {
  if (actions.length === 0) return ''
  return `Do${actions.map((action) => pascalCase(actionType(action).replaceAll('.', '-')) + ('timer' in action ? pascalCase(action.timer) : '')).join('')}`
}

function newName(variable: string): string {
  return `new${variable.charAt(0).toUpperCase()}${variable.slice(1)}`
}

function initialBytes(initial: unknown): Uint8Array {
  if (typeof initial === 'object' && initial !== null) {
    if ('hex' in initial && typeof initial.hex === 'string') return Uint8Array.from(Buffer.from(initial.hex, 'hex'))
    if ('utf8' in initial && typeof initial.utf8 === 'string') return new TextEncoder().encode(initial.utf8)
  }
  return new Uint8Array()
}

/** A case that declares constants needs a block of its own. */
function wrapped(text: string): string {
  return text.startsWith('const ') ? block(text) : text
}

function block(text: string): string {
  return `{\n${indent(text, 2)}\n}`
}

function indent(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(by) + line))
    .join('\n')
}
