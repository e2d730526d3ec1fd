import type { CaseValue } from '@p2pspec/generated/common/cases'
import { TesterError } from '../tester/tester-error.ts'

/** What stands in for holes and fixtures. */
export interface HoleScope {
  readonly input: Readonly<Record<string, unknown>>
  fixture(name: string): Readonly<Record<string, unknown>>
}

export type Fields = Readonly<Record<string, unknown>>

/** The fields of a message with every hole filled and all bytes as bytes. */
export function fillFields(fields: Readonly<Record<string, CaseValue>> | undefined, scope: HoleScope): Fields {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, fillValue(value, scope)]))
}

export function fillValue(value: CaseValue, scope: HoleScope): unknown {
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map((item) => fillValue(item, scope))
  if ('hex' in value && typeof value.hex === 'string') return new Uint8Array(Buffer.from(value.hex, 'hex'))
  if ('hole' in value && typeof value.hole === 'string') return fillHole(value.hole, scope)
  if ('fixture' in value && typeof value.fixture === 'string') return scope.fixture(value.fixture)
  return fillFields(value, scope)
}

/** `name`, `name[2]`, `name.field`. */
function fillHole(hole: string, scope: HoleScope): unknown {
  const match = /^([A-Za-z_]\w*)(?:\[(\d+)\]|\.([A-Za-z_]\w*))?$/.exec(hole.trim())
  const [, name, index, field] = match ?? []
  if (name === undefined)
    throw new TesterError('bad-case', 'protocol', `the case has a hole that nobody can fill: ${hole}`)
  const value = scope.input[name]
  const filled =
    index !== undefined ? memberOf(value, Number(index)) : field !== undefined ? memberOf(value, field) : value
  if (filled === undefined) throw new TesterError('unsupported', 'protocol', `the subject's input has no ${hole}`)
  return filled
}

function memberOf(value: unknown, key: number | string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<number | string, unknown>>)[key] // any object may be asked for any key
}

function isList(value: object): value is readonly CaseValue[] {
  return Array.isArray(value)
}

/** `{ contains: […] }` and `{ lacks: […] }`: what is in a list, in whatever order, and what is not. Null: it says neither. */
function amongList(wanted: object, actual: unknown): boolean | null {
  const list: readonly unknown[] = Array.isArray(actual) ? actual : []
  const has = (item: unknown): boolean => list.some((one) => matches(item, one))
  const contains = 'contains' in wanted && Array.isArray(wanted.contains) ? wanted.contains : null
  const lacks = 'lacks' in wanted && Array.isArray(wanted.lacks) ? wanted.lacks : null
  if (contains === null && lacks === null) return null
  return (contains ?? []).every(has) && !(lacks ?? []).some(has)
}

/** Whether `actual` has everything that `wanted` names, bytes compared by content. */
export function matches(wanted: unknown, actual: unknown): boolean {
  if (wanted instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.compare(wanted, actual) === 0
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      wanted.length === actual.length &&
      wanted.every((item, index) => matches(item, actual[index]))
    )
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const among = amongList(wanted, actual)
    if (among !== null) return among
    if (typeof actual !== 'object' || actual === null) return false
    return Object.entries(wanted).every(([name, value]) =>
      matches(value, (actual as Readonly<Record<string, unknown>>)[name]),
    ) // checked to be an object
  }
  if (typeof wanted === 'number' && typeof actual === 'bigint') return BigInt(wanted) === actual
  return Object.is(wanted, actual)
}
