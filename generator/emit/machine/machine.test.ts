import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { evaluate } from '../../expression/evaluate.ts'
import { specValue } from '../../expression/spec-value.ts'
import { loadModel } from '../../load/load-model.ts'
import { projectRoot } from '../../load/project-root.ts'
import type { Action, Field, Machine, Role, Row } from '../../model/machine.ts'
import { resolveMachine } from '../../model/resolve-machine.ts'
import type { ValueType } from '../../model/value-type.ts'
import { actionType } from './role-types.ts'
import { usesPredicates } from './step-text.ts'

// The generated TypeScript against a plain reading of the same rows: whatever happens, both are in the same state and do the same.

type Values = Readonly<Record<string, unknown>>
type Predicates = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
type State = { readonly name: string; readonly error?: string; readonly input?: Values } & Values
interface Generated {
  start(input: Values): { readonly state: State; readonly actions: readonly Values[] }
  step(state: State, event: Values): { readonly state: State; readonly actions: readonly Values[] }
  decode(payload: Uint8Array): { readonly type: string }
}

t.setTimeout(300_000)

const model = loadModel(projectRoot)

const predicates: Predicates = {
  validKey: (key) => odd(key),
  signed: (key) => odd(key),
  names: (key) => odd(key),
  isPublicHello: (bytes) => odd(bytes),
  keyOf: (key) => odd(key),
  disjoint: (one, other) => list(one).every((item) => !list(other).includes(item)),
  firstCommon: (one, other) => list(one).find((item) => list(other).includes(item)),
  muxerOf: (name) => (typeof name === 'string' && name.length % 2 === 1 ? name : undefined),
}

for (const protocol of model.protocols) {
  const machine = resolveMachine(protocol, model)
  if (machine === undefined) continue
  const exports = (await import(join(projectRoot, 'generated', 'protocols', protocol.name, 'machine.ts'))) as Readonly<
    Record<string, unknown>
  >
  for (const role of machine.roles) {
    await t.test(
      `${machine.id} ${role.name}: the generated machine does what its rows say, after any events`,
      async () => {
        const generated = generatedRole(exports, machine, role)
        fc.assert(
          fc.property(record(role.input), fc.array(eventOf(role), { maxLength: 12 }), (input, events) => {
            let found = generated.start(input)
            let wanted = startByRows(machine, role, input)
            compare(found, wanted)
            for (const event of events) {
              found = generated.step(found.state, event)
              wanted = stepByRows(machine, role, wanted.state, event)
              compare(found, wanted)
            }
          }),
          { numRuns: 150 },
        )
      },
    )
    await t.test(
      `${machine.id} ${role.name}: any payload is decoded to an event of the role, and nothing throws`,
      async () => {
        const generated = generatedRole(exports, machine, role)
        const names = new Set(role.events.map((event) => event.name))
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 64 }), (payload) => {
            const { type } = generated.decode(payload)
            if (!names.has(type)) throw new Error(`${type} is no event of ${role.name}`)
          }),
          { numRuns: 200 },
        )
      },
    )
  }
}

function generatedRole(exports: Readonly<Record<string, unknown>>, machine: Machine, role: Role): Generated {
  for (const { name } of machine.predicates)
    if (predicates[name] === undefined) throw new Error(`this test has no predicate ${name}`)
  const made = exports[`${role.name}Role`]
  // The emitter gives a role that names predicates as a function of them; its shape is MachineRole.
  return (
    usesPredicates(machine, role) ? (made as (predicates: Predicates) => Generated)(predicates) : made
  ) as Generated
}

function startByRows(machine: Machine, role: Role, input: Values): { state: State; actions: readonly Values[] } {
  const vars = Object.fromEntries(
    role.vars.map((variable) => [variable.name, specValue(variable.initial, variable.type)]),
  )
  return applyRow(machine, role, role.start, input, vars, {})
}

function stepByRows(
  machine: Machine,
  role: Role,
  state: State,
  event: Values,
): { state: State; actions: readonly Values[] } {
  const at = role.states.find(({ name }) => name === state.name)
  if (at === undefined) return { state, actions: [] }
  const { type, ...fields } = event
  const vars = Object.fromEntries(role.vars.map(({ name }) => [name, state[name]]))
  const classes = role.events.find(({ name }) => name === type)?.classes ?? []
  const values = scope(machine, state.input ?? {}, vars, fields)
  const chosen = classes.find(({ when }) => when === undefined || evaluate(when, { values, predicates }) === true)
  const row = at.rows.find(({ eventClass }) => eventClass.key === chosen?.key)
  if (row === undefined) throw new Error(`no row for ${String(type)} in ${state.name}`)
  return applyRow(machine, role, row, state.input ?? {}, vars, fields)
}

function applyRow(
  machine: Machine,
  role: Role,
  row: Row,
  input: Values,
  before: Values,
  fields: Values,
): { state: State; actions: readonly Values[] } {
  const old = scope(machine, input, before, fields)
  const set = row.set.map(({ name, value }) => [
    name,
    typed(evaluate(value, { values: old, predicates }), role.vars.find((one) => one.name === name)?.type),
  ])
  const vars = { ...before, ...Object.fromEntries(set) }
  const values = scope(machine, input, vars, fields)
  const actions = row.do.map((action) => actionByRow(machine, action, values))
  if (row.to.kind === 'done') return { state: { name: 'done' }, actions }
  if (row.to.kind === 'failed') return { state: { name: 'failed', error: row.to.error }, actions }
  return { state: { name: row.to.state, ...(role.input.length > 0 ? { input } : {}), ...vars }, actions }
}

function actionByRow(machine: Machine, action: Action, values: Values): Values {
  const type = actionType(action)
  if (action.kind === 'timer.start' || action.kind === 'timer.stop') return { type, timer: action.timer }
  if (action.kind !== 'send' && action.kind !== 'output') return { type }
  const message = action.kind === 'send' ? machine.messages.find(({ name }) => name === action.message) : undefined
  const output = action.kind === 'output' ? machine.outputs.find(({ name }) => name === action.output) : undefined
  const parameters = message?.parameters ?? output?.fields ?? []
  const given = Object.fromEntries(
    parameters.map(({ name, type: wanted }, index) => {
      const argument = action.args[index]
      return [name, argument === undefined ? undefined : typed(evaluate(argument, { values, predicates }), wanted)]
    }),
  )
  return message?.kind === 'layout' ? { type, message: given } : { type, ...given }
}

function scope(machine: Machine, input: Values, vars: Values, fields: Values): Values {
  return { ...Object.fromEntries(machine.limits.map(({ name, value }) => [name, value])), ...input, ...vars, ...fields }
}

function typed(value: unknown, type: ValueType | undefined): unknown {
  return type?.base === 'u64' && typeof value === 'number' ? BigInt(value) : value
}

function compare(
  found: { state: State; actions: readonly Values[] },
  wanted: { state: State; actions: readonly Values[] },
): void {
  const one = readable(found)
  const other = readable(wanted)
  if (one !== other) throw new Error(`generated ${one}\nby rows   ${other}`)
}

/** Absent and undefined are the same; keys in any order. */
function readable(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`
    if (item instanceof Uint8Array) return `hex ${Buffer.from(item).toString('hex')}`
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(
      Object.entries(item)
        .filter(([, part]) => part !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  })
}

function eventOf(role: Role): fc.Arbitrary<Values> {
  return fc.oneof(
    ...role.events.map((event) => record(event.fields).map((fields): Values => ({ type: event.name, ...fields }))),
  )
}

function record(fields: readonly Field[]): fc.Arbitrary<Values> {
  return fc.record(Object.fromEntries(fields.map(({ name, type }) => [name, valueOf(type)])))
}

function valueOf(type: ValueType): fc.Arbitrary<unknown> {
  const one = scalarOf(type)
  const whole =
    type.list === undefined ? one : fc.array(one, { minLength: type.list.atLeast, maxLength: type.list.atMost ?? 4 })
  return type.optional ? fc.option(whole, { nil: undefined }) : whole
}

function scalarOf({ base }: ValueType): fc.Arbitrary<unknown> {
  switch (base) {
    case 'string':
      return fc.constantFrom('/a/1', '/b/1', '/c/1')
    case 'bytes':
      return fc.constantFrom('', '01', '0102').map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))
    case 'bool':
      return fc.boolean()
    case 'number':
      return fc.oneof(fc.constantFrom(0, 1, 2, 255, 256, 262_144), fc.nat())
    case 'u64':
      return fc.constantFrom(0n, 1n, 2n, 1n << 40n)
    case 'PeerId':
      return fc.constant({ peer: 'a' })
    case 'message':
      return fc.record({
        agentVersion: fc.constantFrom('x', 'y'),
        publicKey: fc.constantFrom(undefined, Uint8Array.of(1), Uint8Array.of(1, 2)),
      })
    case 'unknown':
      return fc.constant(undefined)
    default: {
      const missed: never = base
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function odd(bytes: unknown): boolean {
  return bytes instanceof Uint8Array && bytes.length % 2 === 1
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
