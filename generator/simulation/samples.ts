import type { Event, EventClass, Field, Machine, Role } from '../model/machine.ts'
import type { ValueType } from '../model/value-type.ts'
import type { Known, KnownScope } from './symbol.ts'
import { evaluateKnown, specValue } from './symbol.ts'

export type Predicates = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

/** One concrete event of a class, and how a test sends it. */
export interface Sample {
  readonly fields: KnownScope
  /** A prepared message of vectors.yaml. */
  readonly fixture: string | undefined
  readonly predicates: Predicates
}

/** The inputs with which a role is tried: usual ones, and those that a class asks for. */
export interface Valuation {
  readonly input: KnownScope
  /** What differs from the usual values, as the spec writes it. */
  readonly given: Readonly<Record<string, unknown>>
}

/** The usual input first, then one for each `given` that names inputs. */
export function valuations(machine: Machine, role: Role): readonly Valuation[] {
  const usual = Object.fromEntries(role.input.map((field) => [field.name, inputValue(machine, field)]))
  const found: Valuation[] = [{ input: usual, given: {} }]
  const seen = new Set<string>()
  for (const { given } of role.events.flatMap(({ classes }) => classes)) {
    if (given === undefined) continue
    const named = Object.entries(given).filter(([name]) => role.input.some((field) => field.name === name))
    const key = JSON.stringify(named)
    if (named.length === 0 || seen.has(key)) continue
    seen.add(key)
    const changed = named.map(
      ([name, value]) => [name, { value: typed(specValue(value).value, role, name), symbol: { hole: name } }] as const,
    )
    found.push({ input: { ...usual, ...Object.fromEntries(changed) }, given: Object.fromEntries(named) })
  }
  return found
}

/** Concrete events that may fall into a class; the caller checks that they do. */
export function samplesOf(
  machine: Machine,
  event: Event,
  eventClass: EventClass,
  names: KnownScope,
): readonly Sample[] {
  if (event.fields.length === 0) return [{ fields: {}, fixture: undefined, predicates: {} }]
  const prepared = Object.entries(machine.protocol.vectors?.data.fixtures ?? {})
    .filter(([name, fixture]) =>
      eventClass.fixture === undefined ? `recv.${fixture.message}` === event.name : name === eventClass.fixture,
    )
    .map(([name, fixture]): Sample => {
      const fields = Object.fromEntries(
        Object.entries(fixture.fields).map(([field, value]) => [field, specValue(value)]),
      )
      const whole = {
        value: plain(fields),
        symbol: Object.fromEntries(Object.entries(fields).map(([field, { symbol }]) => [field, symbol ?? null])),
      }
      return {
        fields: event.fields.length === 1 && event.fields[0]?.name === 'message' ? { message: whole } : fields,
        fixture: name,
        predicates: Object.fromEntries(
          Object.entries(fixture.predicates ?? {}).map(([predicate, answer]) => [predicate, () => answer]),
        ),
      }
    })
  const usual = Object.fromEntries(event.fields.map((field) => [field.name, fieldValue(machine, event, field)]))
  const witnessed: Sample[] = []
  const [first] = event.fields
  if (eventClass.witness !== undefined && first !== undefined) {
    const witness = evaluateKnown(eventClass.witness, { ...names, ...usual }, {})
    // A hole past the end of the input is nothing that anybody could send.
    if (witness.value !== undefined)
      witnessed.push({ fields: { ...usual, [first.name]: witness }, fixture: undefined, predicates: {} })
  }
  if (eventClass.fixture !== undefined) return prepared
  return [
    ...witnessed,
    ...prepared,
    ...(witnessed.length > 0 ? [] : [{ fields: usual, fixture: undefined, predicates: {} }]),
  ]
}

function inputValue(machine: Machine, { name, type }: Field): Known {
  const one = type.base === 'message' ? honestMessage(machine, type) : usualValue(type, name)
  if (type.list === undefined) return { value: one, symbol: { hole: name } }
  const count = Math.min(Math.max(type.list.atLeast, 2), type.list.atMost ?? 2)
  const items = Array.from({ length: count }, (_, index) =>
    typeof one === 'string' ? `/conformance/${'abcdefgh'.charAt(index)}/1.0.0` : one,
  )
  return { value: items, symbol: { hole: name } }
}

/** What a side has to say of itself: the fixture of the class that is none of the offences, where there is one. */
function honestMessage(machine: Machine, type: ValueType): unknown {
  const received = machine.roles
    .flatMap(({ events }) => events)
    .find(({ message }) => message?.kind === 'proto' && message.typeName === type.message)
  const fixture = received?.classes.at(-1)?.fixture
  const fields = fixture === undefined ? undefined : machine.protocol.vectors?.data.fixtures?.[fixture]?.fields
  return fields === undefined ? {} : specValue(fields).value
}

function fieldValue(machine: Machine, event: Event, { name, type }: Field): Known {
  if (event.message?.kind === 'layout') {
    const value = Object.fromEntries(
      event.message.parameters.map((field) => [field.name, usualValue(field.type, field.name)]),
    )
    return specLike(value)
  }
  if (event.message?.kind === 'bytes') return specLike(new Uint8Array(event.message.length ?? 1).fill(0x5a))
  return specLike(type.list === undefined ? usualValue(type, name, machine) : [])
}

function usualValue(type: ValueType, name: string, machine?: Machine): unknown {
  switch (type.base) {
    case 'string':
      return `/conformance/${name.toLowerCase()}/1.0.0`
    case 'bytes':
      return new Uint8Array(machine?.framing.kind === 'fixed' ? machine.framing.length : 32).fill(0x11)
    case 'bool':
      return false
    case 'number':
      return 1
    case 'u64':
      return 1n
    case 'PeerId':
      return 'peer'
    case 'message':
    case 'unknown':
      return {}
    default: {
      const missed: never = type.base
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function typed(value: unknown, role: Role, name: string): unknown {
  const type = role.input.find((field) => field.name === name)?.type
  return type?.base === 'u64' && typeof value === 'number' ? BigInt(value) : value
}

function specLike(value: unknown): Known {
  return { value, symbol: specValue(hexed(value)).symbol }
}

/** Bytes and big integers as the spec would write them. */
function hexed(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') }
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hexed(member)]))
}

function plain(fields: KnownScope): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]))
}
