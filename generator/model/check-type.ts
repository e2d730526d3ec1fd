import type { Expression } from '../expression/syntax.ts'
import { walkExpression } from '../expression/syntax.ts'
import { inferType } from './infer-type.ts'
import type { NameScope } from './name-scope.ts'
import type { ValueType } from './value-type.ts'
import { scalarType } from './value-type.ts'

interface Fault {
  readonly message: string
  readonly fix: string
}

/** The first part whose type does not fit where it stands. What the spec does not say (fields of messages) fits everywhere. */
export function checkType(expression: Expression, scope: NameScope, wanted: ValueType | undefined): Fault | undefined {
  let fault: Fault | undefined
  walkExpression(expression, (part) => {
    fault ??= checkPart(part, scope)
  })
  return fault ?? (wanted === undefined ? undefined : expect(expression, wanted, scope))
}

const bool = scalarType('bool')
const number = scalarType('number')

function checkPart(part: Expression, scope: NameScope): Fault | undefined {
  switch (part.kind) {
    case 'not':
      return expect(part.of, bool, scope)
    case 'negate':
      return expect(part.of, number, scope)
    case 'index':
      return (
        expect(part.index, number, scope) ??
        (inferType(part.of, scope).list === undefined && isKnown(part.of, scope)
          ? fault(part.of, scope, 'a list')
          : undefined)
      )
    case 'call':
      return scope.predicates.get(part.name)?.args.reduce<Fault | undefined>((found, type, index) => {
        const argument = part.args[index]
        return found ?? (argument === undefined ? undefined : expect(argument, type, scope))
      }, undefined)
    case 'binary':
      return checkBinary(part, scope)
    default:
      return undefined
  }
}

function checkBinary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  scope: NameScope,
): Fault | undefined {
  switch (operator) {
    case '&&':
    case '||':
      return expect(left, bool, scope) ?? expect(right, bool, scope)
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
      if (operator === '+' && inferType(left, scope).base === 'string')
        return expect(right, scalarType('string'), scope)
      return expect(left, number, scope) ?? expect(right, number, scope)
    case '==':
    case '!=':
      return expect(right, inferType(left, scope), scope)
    case 'in': {
      const list = inferType(right, scope)
      if (list.list === undefined) return isKnown(right, scope) ? fault(right, scope, 'a list') : undefined
      return expect(left, { ...list, list: undefined }, scope)
    }
    default: {
      const missed: never = operator
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function expect(expression: Expression, wanted: ValueType, scope: NameScope): Fault | undefined {
  const found = inferType(expression, scope)
  const isList = (type: ValueType): boolean => type.list !== undefined
  if (found.base === 'unknown' || wanted.base === 'unknown') return undefined
  const numeric = (type: ValueType): boolean => type.base === 'number' || type.base === 'u64'
  const sameBase =
    (numeric(found) && numeric(wanted)) || (found.base === wanted.base && found.message === wanted.message)
  // A bigint does not become a number by itself; a number becomes a bigint.
  if (sameBase && isList(found) === isList(wanted)) return undefined
  return fault(expression, scope, describe(wanted))
}

function fault(expression: Expression, scope: NameScope, wanted: string): Fault {
  return {
    message: `${describe(inferType(expression, scope))} stands where ${wanted} is needed`,
    fix: 'Correct the expression, or the type of what it names.',
  }
}

function isKnown(expression: Expression, scope: NameScope): boolean {
  return inferType(expression, scope).base !== 'unknown'
}

function describe({ base, message, list }: ValueType): string {
  const words = {
    string: 'text',
    bytes: 'bytes',
    bool: 'true or false',
    number: 'a number',
    u64: 'a number (u64)',
    PeerId: 'a peer',
    message: `a ${message ?? ''}`,
    unknown: 'anything',
  }
  return list === undefined ? words[base] : `a list of ${words[base]}`
}
