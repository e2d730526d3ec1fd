import type { Expression } from '../expression/syntax.ts'
import type { NameScope } from './name-scope.ts'
import type { ValueType } from './value-type.ts'
import { scalarType, unknownType } from './value-type.ts'

/** The type of an expression as far as the spec says it: fields of messages are unknown. */
export function inferType(expression: Expression, scope: NameScope): ValueType {
  switch (expression.kind) {
    case 'literal':
      return scalarType(
        typeof expression.value === 'string' ? 'string' : typeof expression.value === 'number' ? 'number' : 'bool',
      )
    case 'list': {
      const [first] = expression.items
      return {
        ...(first === undefined ? unknownType : inferType(first, scope)),
        list: { atLeast: expression.items.length, atMost: undefined },
      }
    }
    case 'name':
      return scope.lookUp(expression.name)?.type ?? unknownType
    case 'field':
      return unknownType
    case 'index': {
      const list = inferType(expression.of, scope)
      return list.list === undefined ? unknownType : { ...list, list: undefined, optional: false }
    }
    case 'call':
      return typeOfCall(expression.name, expression.args, scope)
    case 'not':
      return scalarType('bool')
    case 'negate':
      return inferType(expression.of, scope)
    case 'binary':
      if (expression.operator !== '+' && expression.operator !== '-') return scalarType('bool')
      return wider(inferType(expression.left, scope), inferType(expression.right, scope))
    default: {
      const missed: never = expression
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

function typeOfCall(name: string, args: readonly Expression[], scope: NameScope): ValueType {
  if (name === 'len') return scalarType('number')
  if (name === 'has') return scalarType('bool')
  if (name === 'merge') {
    for (const argument of args) {
      const type = inferType(argument, scope)
      if (type.base === 'message') return type
    }
    return unknownType
  }
  return scope.predicates.get(name)?.returns ?? unknownType
}

function wider(a: ValueType, b: ValueType): ValueType {
  if (a.base === 'u64' || b.base === 'u64') return scalarType('u64')
  return a.base === 'unknown' ? b : a
}
