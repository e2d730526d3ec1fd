import type { Expression } from '../expression/syntax.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/evaluate.ts'

/** What a test file writes for a value: JSON, bytes as hex, or a hole that is filled from the role's input. */
export type Symbol =
  | string
  | number
  | boolean
  | null
  | { readonly hex: string }
  | { readonly hole: string }
  | readonly Symbol[]
  | { readonly [field: string]: Symbol }

/** A value as the simulation computes with it, and as a test writes it; undefined where no test can say it. */
export interface Known {
  readonly value: unknown
  readonly symbol: Symbol | undefined
}

export type KnownScope = Readonly<Record<string, Known>>

/** The values alone, for evaluating conditions. */
export function plainScope(names: KnownScope, predicates: NonNullable<Scope['predicates']>): Scope {
  return { values: Object.fromEntries(Object.entries(names).map(([name, { value }]) => [name, value])), predicates }
}

/** An expression's value, and how a test writes it: what comes from the input stays a hole with its indexes worked out. */
export function evaluateKnown(
  expression: Expression,
  names: KnownScope,
  predicates: NonNullable<Scope['predicates']>,
): Known {
  const scope = plainScope(names, predicates)
  return { value: evaluate(expression, scope), symbol: symbolOf(expression, names, scope) }
}

function symbolOf(expression: Expression, names: KnownScope, scope: Scope): Symbol | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'name':
      return names[expression.name]?.symbol
    case 'list': {
      const items = expression.items.map((item) => symbolOf(item, names, scope))
      return items.some((item) => item === undefined) ? undefined : (items as Symbol[]) // none is undefined: checked before
    }
    case 'index':
    case 'field': {
      const of = symbolOf(expression.of, names, scope)
      const key = expression.kind === 'field' ? expression.field : Number(evaluate(expression.index, scope))
      return memberSymbol(of, key)
    }
    default: {
      const value = evaluate(expression, scope)
      return dependsOnHole(expression, names) ? undefined : plainSymbol(value)
    }
  }
}

function memberSymbol(of: Symbol | undefined, key: string | number): Symbol | undefined {
  if (typeof of !== 'object' || of === null) return undefined
  if ('hole' in of && typeof of.hole === 'string')
    return { hole: typeof key === 'number' ? `${of.hole}[${key}]` : `${of.hole}.${key}` }
  const record = of as Readonly<Record<string | number, Symbol>> // lists and records alike answer to their keys
  return record[key]
}

function dependsOnHole(expression: Expression, names: KnownScope): boolean {
  switch (expression.kind) {
    case 'name':
      return hasHole(names[expression.name]?.symbol)
    case 'call':
      return expression.args.some((argument) => dependsOnHole(argument, names))
    case 'binary':
      return dependsOnHole(expression.left, names) || dependsOnHole(expression.right, names)
    case 'not':
    case 'negate':
    case 'field':
    case 'index':
      return dependsOnHole(expression.of, names)
    case 'list':
      return expression.items.some((item) => dependsOnHole(item, names))
    case 'literal':
      return false
    default: {
      const missed: never = expression
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

/** A value without a symbol cannot be written; one with a hole is not known before the run. */
export function hasHole(symbol: Symbol | undefined): boolean {
  if (symbol === undefined) return true
  if (typeof symbol !== 'object' || symbol === null) return false
  return 'hole' in symbol || Object.values(symbol).some((one) => hasHole(one))
}

/** The symbol of a plain value: bytes as hex, big integers as numbers where they are exact. */
export function plainSymbol(value: unknown): Symbol | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (typeof value === 'bigint') return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) {
    const items = value.map(plainSymbol)
    return items.some((item) => item === undefined) ? undefined : (items as Symbol[]) // none is undefined: checked before
  }
  if (typeof value !== 'object' || value === undefined) return undefined
  const fields: Record<string, Symbol> = {}
  for (const [name, member] of Object.entries(value)) {
    const symbol = plainSymbol(member)
    if (symbol !== undefined) fields[name] = symbol
  }
  return fields
}

/** A value as the spec writes it → as the simulation computes with it, and as a test writes it. */
export function specValue(value: unknown): Known {
  if (Array.isArray(value)) {
    const items = value.map(specValue)
    return { value: items.map((item) => item.value), symbol: items.map((item) => item.symbol ?? null) }
  }
  if (typeof value !== 'object' || value === null) return { value, symbol: plainSymbol(value) }
  const bytes = specBytes(value)
  if (bytes !== undefined) return { value: bytes, symbol: plainSymbol(bytes) }
  if ('hole' in value && typeof value.hole === 'string')
    return { value: Uint8Array.of(0), symbol: { hole: value.hole } }
  const fields = Object.entries(value).map(([name, member]) => [name, specValue(member)] as const)
  return {
    value: Object.fromEntries(fields.map(([name, known]) => [name, known.value])),
    symbol: Object.fromEntries(fields.map(([name, known]) => [name, known.symbol ?? null])),
  }
}

/** `{hex}`, `{utf8}`, `{base64}`, `{repeat, count}`. */
function specBytes(value: object): Uint8Array | undefined {
  if ('hex' in value && typeof value.hex === 'string') return Uint8Array.from(Buffer.from(value.hex, 'hex'))
  if ('utf8' in value && typeof value.utf8 === 'string') return new TextEncoder().encode(value.utf8)
  if ('base64' in value && typeof value.base64 === 'string') return Uint8Array.from(Buffer.from(value.base64, 'base64'))
  if ('repeat' in value && typeof value.repeat === 'number' && 'count' in value && typeof value.count === 'number')
    return new Uint8Array(value.count).fill(value.repeat)
  return undefined
}
