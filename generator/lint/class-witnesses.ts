import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/evaluate.ts'
import { specValue } from '../expression/spec-value.ts'
import { ExpressionError, walkExpression } from '../expression/syntax.ts'
import type { Problem } from '../load/problem.ts'
import type { Event, EventClass, Machine, Role } from '../model/machine.ts'
import type { ValueType } from '../model/value-type.ts'
import type { LintRule } from './rule.ts'

export const classWitnesses: LintRule = {
  name: 'class-witnesses',
  about: 'Every class of an event has a witness, fixture or given that falls into it and into no class before it.',
  check: ({ machines }) =>
    machines.flatMap((machine) =>
      machine.roles.flatMap((role) =>
        role.events
          .filter((event) => event.classes.length > 1)
          .flatMap((event) => event.classes.flatMap((one) => checkClass(machine, role, event, one))),
      ),
    ),
}

function checkClass(machine: Machine, role: Role, event: Event, one: EventClass): readonly Problem[] {
  const at = { ...one.position }
  if (
    event.fields.length > 0 &&
    one.witness === undefined &&
    one.fixture === undefined &&
    one.given === undefined &&
    event.kind === 'recv'
  ) {
    return [
      {
        ...at,
        message: `class ${one.key} has no witness, fixture or given: nothing can send it`,
        fix: 'Add `witness: <expression>`, `fixture: <name in vectors.yaml>` or `given: { <input or variable>: <value> }`.',
      },
    ]
  }
  const fixture = one.fixture === undefined ? undefined : machine.protocol.vectors?.data.fixtures?.[one.fixture]
  if (one.fixture !== undefined && fixture === undefined) {
    return [
      {
        ...at,
        message: `class ${one.key}: vectors.yaml has no fixture \`${one.fixture}\``,
        fix: `Add it to \`fixtures\` in ${machine.protocol.folder}/vectors.yaml.`,
      },
    ]
  }
  if (fixture !== undefined && event.kind === 'recv' && fixture.message !== event.message?.name) {
    return [
      {
        ...at,
        message: `class ${one.key}: fixture \`${one.fixture ?? ''}\` is a ${fixture.message}, not a ${event.message?.name ?? ''}`,
        fix: 'Name a fixture of this message.',
      },
    ]
  }
  const fallsInto = new Set<string>()
  let fault: string | undefined
  for (const scope of scopes(machine, role, event, one)) {
    try {
      const found = classify(event, withWitness(scope, event, one))
      if (found === one.key) return []
      fallsInto.add(found)
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      fault = error.message
    }
  }
  const found = [...fallsInto].join(' or ')
  return [
    {
      ...at,
      message:
        fault !== undefined && found === ''
          ? `class ${one.key} cannot be evaluated: ${fault}`
          : `what should fall into ${one.key} falls into ${found}`,
      fix: 'Correct `when`, the witness or the fixture; say with `given` which inputs and variables it needs, and with `predicates` in the fixture what predicates say.',
    },
  ]
}

/** The first class whose condition holds: classes are tried in order, so they are disjoint, and the last takes the rest. */
function classify(event: Event, scope: Scope): string {
  for (const { key, when } of event.classes) if (when === undefined || evaluate(when, scope) === true) return key
  throw new ExpressionError('no class takes it')
}

function withWitness(scope: Scope, event: Event, one: EventClass): Scope {
  const [field] = event.fields
  if (one.witness === undefined || field === undefined) return scope
  return { ...scope, values: { ...scope.values, [field.name]: evaluate(one.witness, scope) } }
}

const maxScopes = 4096

/** Every assignment worth trying: what `given` and the fixture fix, and for the rest a few values of its type. */
function* scopes(machine: Machine, role: Role, event: Event, one: EventClass): Generator<Scope> {
  const fixture = one.fixture === undefined ? undefined : machine.protocol.vectors?.data.fixtures?.[one.fixture]
  const given: Readonly<Record<string, unknown>> = { ...fixture?.given, ...one.given }
  const figures = [0, 1, ...machine.limits.map((limit) => limit.value)]
  const mentioned = namesOf(event)
  const choices: (readonly [string, readonly unknown[]])[] = machine.limits.map(({ name, value }) => [name, [value]])
  const add = (name: string, type: ValueType, usual: readonly unknown[]): void => {
    if (Object.hasOwn(given, name)) choices.push([name, [specValue(given[name], type)]])
    else
      choices.push([
        name,
        mentioned.has(name) ? [...usual, ...candidates(type, figures)] : [usual[0] ?? candidates(type, figures)[0]],
      ])
  }
  for (const { name, type } of role.input) add(name, type, [])
  for (const { name, type, initial } of role.vars) add(name, type, [specValue(initial, type)])
  for (const { name, type } of event.fields) {
    if (fixture !== undefined && name === 'message') choices.push([name, [specValue(fixture.fields)]])
    else if (fixture !== undefined && Object.hasOwn(fixture.fields, name))
      choices.push([name, [specValue(fixture.fields[name], type)]])
    else add(name, type, [])
  }
  const predicates = machine.predicates.filter(({ name }) => mentioned.has(name))
  for (const { name, returns } of predicates) {
    const said = fixture?.predicates?.[name]
    choices.push([`${name}()`, said === undefined ? candidates(returns, figures) : [said]])
  }
  let count = 0
  for (const values of combinations(choices)) {
    if (++count > maxScopes) return
    yield { values, predicates: Object.fromEntries(predicates.map(({ name }) => [name, () => values[`${name}()`]])) }
  }
}

function* combinations(
  choices: readonly (readonly [string, readonly unknown[]])[],
): Generator<Readonly<Record<string, unknown>>> {
  const [first, ...rest] = choices
  if (first === undefined) {
    yield {}
    return
  }
  for (const value of first[1]) for (const others of combinations(rest)) yield { [first[0]]: value, ...others }
}

function candidates(type: ValueType, figures: readonly number[]): readonly unknown[] {
  const some = itemCandidates(type, figures)
  const values =
    type.list === undefined ? some : [some.slice(0, 2), some.slice(0, 1), ...(type.list.atLeast === 0 ? [[]] : [])]
  return type.optional ? [...values, undefined] : values
}

function itemCandidates(type: ValueType, figures: readonly number[]): readonly unknown[] {
  switch (type.base) {
    case 'string':
      return ['/a/1', '/b/1']
    case 'bytes':
      return [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]
    case 'bool':
      return [true, false]
    case 'number':
      return figures
    case 'u64':
      return figures.map(BigInt)
    case 'PeerId':
      return [{ peer: 'a' }]
    case 'message':
    case 'unknown':
      return [{}]
    default: {
      const missed: never = type.base
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function namesOf(event: Event): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { when, witness } of event.classes) {
    for (const expression of [when, witness]) {
      if (expression === undefined) continue
      walkExpression(expression, (part) => {
        if (part.kind === 'name' || part.kind === 'call') names.add(part.name)
      })
    }
  }
  return names
}
