import { evaluate } from '../expression/evaluate.ts'
import type { Action, Event, EventClass, Machine, Role, Row, StateRow, Target } from '../model/machine.ts'
import type { Predicates, Sample, Valuation } from './samples.ts'
import type { Known, KnownScope } from './symbol.ts'
import { evaluateKnown, plainScope, specValue } from './symbol.ts'

/** A role somewhere in its life: its state, its variables, the timers that run. */
export interface Configuration {
  readonly target: Target
  readonly vars: KnownScope
  readonly timers: ReadonlySet<string>
}

export interface Send {
  readonly message: string
  /** By the message's parameters; undefined: its value cannot be written. */
  readonly fields: KnownScope
}

/** What one row did. */
export interface Step {
  readonly row: Row
  readonly after: Configuration
  readonly sends: readonly Send[]
  /** Legal alternatives to `sends`; empty: none. */
  readonly instead: readonly Send[]
  readonly outputs: readonly { readonly output: string; readonly fields: KnownScope }[]
}

/** Runs one role of a machine on concrete values, with the symbols that tests need beside them. */
export class RoleRun {
  readonly machine: Machine
  readonly role: Role
  readonly valuation: Valuation
  readonly #limits: KnownScope
  readonly #answers: Predicates

  /** `answers`: what predicates say where no fixture says it; true for the others. */
  constructor(machine: Machine, role: Role, valuation: Valuation, answers: Predicates = {}) {
    this.machine = machine
    this.#answers = answers
    this.role = role
    this.valuation = valuation
    this.#limits = Object.fromEntries(machine.limits.map(({ name, value }) => [name, { value, symbol: value }]))
  }

  start(): Step {
    const vars = Object.fromEntries(
      this.role.vars.map((variable) => [variable.name, this.#initial(variable.initial, variable.type.base)]),
    )
    const before: Configuration = { target: { kind: 'state', state: '' }, vars, timers: new Set() }
    return this.#apply(this.role.start, before, {}, {})
  }

  /** The names that an expression in this configuration sees. */
  names(configuration: Configuration, fields: KnownScope = {}): KnownScope {
    return { ...this.#limits, ...this.valuation.input, ...configuration.vars, ...fields }
  }

  /** The class into which an event falls here; undefined where an expression cannot be worked out. */
  classOf(event: Event, configuration: Configuration, sample: Sample): EventClass | undefined {
    const scope = plainScope(this.names(configuration, sample.fields), this.#predicates(sample.predicates))
    for (const eventClass of event.classes) {
      if (eventClass.when === undefined || evaluate(eventClass.when, scope) === true) return eventClass
    }
    return undefined
  }

  rowOf(configuration: Configuration, eventClass: EventClass): StateRow | undefined {
    const { target } = configuration
    if (target.kind !== 'state') return undefined
    return this.role.states
      .find(({ name }) => name === target.state)
      ?.rows.find((row) => row.eventClass.key === eventClass.key)
  }

  step(configuration: Configuration, row: Row, sample: Sample): Step {
    return this.#apply(row, configuration, sample.fields, sample.predicates)
  }

  #apply(row: Row, before: Configuration, fields: KnownScope, predicates: Predicates): Step {
    const all = this.#predicates(predicates)
    const vars = { ...before.vars }
    for (const { name, value } of row.set) vars[name] = evaluateKnown(value, this.names(before, fields), all)
    const timers = new Set(before.timers)
    const after: Configuration = { target: row.to, vars, timers }
    const names = this.names(after, fields)
    for (const action of row.do) {
      if (action.kind === 'timer.start') timers.add(action.timer)
      if (action.kind === 'timer.stop') timers.delete(action.timer)
    }
    return {
      row,
      after,
      sends: row.do.flatMap((action) => this.#send(action, names, all)),
      instead: row.or.flatMap((action) => this.#send(action, names, all)),
      outputs: row.do.flatMap((action) => {
        if (action.kind !== 'output') return []
        const { fields: parameters = [] } = this.machine.outputs.find(({ name }) => name === action.output) ?? {}
        return [
          {
            output: action.output,
            fields: known(
              parameters,
              action.args.map((argument) => evaluateKnown(argument, names, all)),
            ),
          },
        ]
      }),
    }
  }

  #send(action: Action, names: KnownScope, predicates: Predicates): readonly Send[] {
    if (action.kind !== 'send') return []
    const message = this.machine.messages.find(({ name }) => name === action.message)
    if (message === undefined) return []
    return [
      {
        message: action.message,
        fields: known(
          message.parameters,
          action.args.map((argument) => evaluateKnown(argument, names, predicates)),
        ),
      },
    ]
  }

  #predicates(predicates: Predicates): Predicates {
    const usual = Object.fromEntries(this.machine.predicates.map(({ name }) => [name, () => true]))
    return { ...usual, ...this.#answers, ...predicates }
  }

  #initial(initial: unknown, base: string): Known {
    if (typeof initial === 'string' && Object.hasOwn(this.valuation.input, initial))
      return this.valuation.input[initial] ?? { value: undefined, symbol: undefined }
    const known = specValue(initial)
    return base === 'u64' && typeof known.value === 'number'
      ? { value: BigInt(known.value), symbol: known.symbol }
      : known
  }
}

function known(parameters: readonly { readonly name: string }[], values: readonly Known[]): KnownScope {
  return Object.fromEntries(
    parameters.map(({ name }, index) => [name, values[index] ?? { value: undefined, symbol: undefined }]),
  )
}
