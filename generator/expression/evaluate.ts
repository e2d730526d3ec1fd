import type { Expression } from './syntax.ts'
import { ExpressionError } from './syntax.ts'

/** What an expression sees: names → values, and the named predicates. */
export interface Scope {
  readonly values: Readonly<Record<string, unknown>>
  readonly predicates?: Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
}

/** The value of an expression; an ExpressionError where a name is unknown or the kinds of value do not fit. */
export function evaluate(expression: Expression, scope: Scope): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'list':
      return expression.items.map((item) => evaluate(item, scope))
    case 'name':
      if (!Object.hasOwn(scope.values, expression.name))
        throw new ExpressionError(`\`${expression.name}\` is not known here`)
      return scope.values[expression.name]
    case 'field':
      return fieldOf(evaluate(expression.of, scope), expression.field)
    case 'index': {
      const list = evaluate(expression.of, scope)
      const index = evaluate(expression.index, scope)
      if (!Array.isArray(list) && !(list instanceof Uint8Array)) throw new ExpressionError('only a list has items')
      const item: unknown = list[Number(index)]
      return item
    }
    case 'call':
      return call(expression.name, expression.args, scope)
    case 'not':
      return !truth(evaluate(expression.of, scope))
    case 'negate': {
      const value = evaluate(expression.of, scope)
      if (typeof value === 'bigint') return -value
      return -number(value)
    }
    case 'binary':
      return binary(expression, scope)
    default: {
      const missed: never = expression
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

/** Equal by value: bytes, lists and records by their contents; 1 and 1n are the same number. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isNumeric(a) && isNumeric(b)) return a == b
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return (
      a instanceof Uint8Array &&
      b instanceof Uint8Array &&
      a.length === b.length &&
      a.every((byte, index) => byte === b[index])
    )
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(fieldOf(a, key), fieldOf(b, key)))
  )
}

function binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: Scope): unknown {
  const first = evaluate(left, scope)
  if (operator === '&&') return truth(first) && truth(evaluate(right, scope))
  if (operator === '||') return truth(first) || truth(evaluate(right, scope))
  const second = evaluate(right, scope)
  switch (operator) {
    case '==':
      return sameValue(first, second)
    case '!=':
      return !sameValue(first, second)
    case 'in':
      if (!Array.isArray(second)) throw new ExpressionError('`in` needs a list on its right')
      return second.some((item) => sameValue(item, first))
    case '+':
      if (typeof first === 'string' && typeof second === 'string') return first + second
      return arithmetic(first, second, 1)
    case '-':
      return arithmetic(first, second, -1)
    case '<':
      return order(first, second) < 0
    case '<=':
      return order(first, second) <= 0
    case '>':
      return order(first, second) > 0
    case '>=':
      return order(first, second) >= 0
    default: {
      const missed: never = operator
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function call(name: string, args: readonly Expression[], scope: Scope): unknown {
  const values = args.map((argument) => evaluate(argument, scope))
  switch (name) {
    case 'len': {
      const value = values[0]
      if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
      throw new ExpressionError('`len` needs a list, bytes or text')
    }
    case 'has':
      return values[0] !== undefined && values[0] !== null
    case 'merge':
      return mergeRecords(values[0], values[1])
    default: {
      const predicate = scope.predicates?.[name]
      if (predicate === undefined)
        throw new ExpressionError(`\`${name}\` is no function and no predicate that is known here`)
      return predicate(...values)
    }
  }
}

/** As protobuf merges: lists are joined, other fields that are there replace. */
function mergeRecords(into: unknown, from: unknown): unknown {
  if (typeof into !== 'object' || typeof from !== 'object' || into === null || from === null)
    throw new ExpressionError('`merge` needs two messages')
  const merged: Record<string, unknown> = { ...into }
  for (const [key, value] of Object.entries(from) as [string, unknown][]) {
    const before = merged[key]
    if (value === undefined) continue
    merged[key] =
      Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value
  }
  return merged
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) throw new ExpressionError(`only a message has a field \`${field}\``)
  // A missing field reads as undefined, like an absent protobuf field.
  return Object.hasOwn(value, field) ? (value as Readonly<Record<string, unknown>>)[field] : undefined
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new ExpressionError('a condition must be true or false')
  return value
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new ExpressionError('a number is needed')
  return value
}

function arithmetic(a: unknown, b: unknown, sign: 1 | -1): number | bigint {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    if (!isNumeric(a) || !isNumeric(b)) throw new ExpressionError('a number is needed')
    return BigInt(a) + BigInt(sign) * BigInt(b)
  }
  return number(a) + sign * number(b)
}

function order(a: unknown, b: unknown): number {
  if (!isNumeric(a) || !isNumeric(b)) throw new ExpressionError('only numbers are compared by size')
  return a < b ? -1 : a > b ? 1 : 0
}
