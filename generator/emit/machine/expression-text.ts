import type { Expression } from '../../expression/syntax.ts'
import { inferType } from '../../model/infer-type.ts'
import type { NameScope } from '../../model/name-scope.ts'
import type { ValueType } from '../../model/value-type.ts'

/** How names are written where an expression stands, and which support functions it needs. */
export interface TextScope {
  readonly names: NameScope
  nameText(name: string): string
  /** Notes a function of common/machine-values.ts, or a merge function of messages.ts. */
  uses(support: string): void
}

/** The TypeScript of an expression. */
export function expressionText(expression: Expression, scope: TextScope): string {
  return render(expression, scope).text
}

/** The TypeScript of an expression as a value of the wanted type: a missing list item is our fault, a number becomes a bigint. */
export function valueText(expression: Expression, wanted: ValueType, scope: TextScope): string {
  if (wanted.base === 'u64' && wanted.list === undefined) return bigintText(expression, scope)
  if (expression.kind === 'index' && !wanted.optional) {
    const list = inferType(expression.of, scope.names)
    const first = expression.index.kind === 'literal' && Number(expression.index.value) < (list.list?.atLeast ?? 0)
    if (!first && list.list !== undefined) {
      scope.uses('at')
      return `at(${expressionText(expression.of, scope)}, ${expressionText(expression.index, scope)})`
    }
  }
  return expressionText(expression, scope)
}

/** True where the expression reads nothing but literals. */
export function isConstant(expression: Expression): boolean {
  return expression.kind === 'literal' || (expression.kind === 'list' && expression.items.every(isConstant))
}

interface Rendered {
  readonly text: string
  /** How tightly its outermost operator binds: 9 for a primary. */
  readonly binds: number
}

function render(expression: Expression, scope: TextScope): Rendered {
  switch (expression.kind) {
    case 'literal':
      return primary(typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value))
    case 'list':
      return primary(`[${expression.items.map((item) => expressionText(item, scope)).join(', ')}]`)
    case 'name':
      return primary(scope.nameText(expression.name))
    case 'field':
      return primary(`${within(render(expression.of, scope), 9)}.${expression.field}`)
    case 'index':
      return primary(`${within(render(expression.of, scope), 9)}[${expressionText(expression.index, scope)}]`)
    case 'call':
      return renderCall(expression.name, expression.args, scope)
    case 'not':
      return { text: `!${within(render(expression.of, scope), 8)}`, binds: 8 }
    case 'negate':
      return { text: `-${within(render(expression.of, scope), 8)}`, binds: 8 }
    case 'binary':
      return renderBinary(expression, scope)
    default: {
      const missed: never = expression
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

function renderCall(name: string, args: readonly Expression[], scope: TextScope): Rendered {
  const [first] = args
  if (name === 'len' && first !== undefined) return primary(`${within(render(first, scope), 9)}.length`)
  if (name === 'has' && first !== undefined)
    return { text: `${within(render(first, scope), 5)} !== undefined`, binds: 4 }
  if (name === 'merge') {
    const merge = `merge${inferType({ kind: 'call', name, args }, scope.names).message ?? 'Messages'}`
    scope.uses(merge)
    return primary(`${merge}(${args.map((argument) => expressionText(argument, scope)).join(', ')})`)
  }
  const predicate = scope.names.predicates.get(name)
  const texts = args.map((argument, index) => {
    const wanted = predicate?.args[index]
    return wanted === undefined ? expressionText(argument, scope) : valueText(argument, wanted, scope)
  })
  return primary(`predicates.${name}(${texts.join(', ')})`)
}

const binding = { '||': 1, '&&': 2, '==': 4, '!=': 4, '<': 5, '<=': 5, '>': 5, '>=': 5, in: 9, '+': 6, '-': 6 } as const

function renderBinary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: TextScope): Rendered {
  const binds = binding[operator]
  const leftType = inferType(left, scope.names)
  const rightType = inferType(right, scope.names)
  if (operator === 'in') return primary(`${within(render(right, scope), 9)}.includes(${expressionText(left, scope)})`)
  if (operator === '==' || operator === '!=') {
    const special = equalityText(left, leftType, right, rightType, scope)
    if (special !== undefined) return operator === '==' ? primary(special) : { text: `!${special}`, binds: 8 }
  }
  const big =
    (leftType.base === 'u64' || rightType.base === 'u64') && leftType.list === undefined && rightType.list === undefined
  const side = (expression: Expression, level: number): string =>
    big ? bigintText(expression, scope) : within(render(expression, scope), level)
  const symbol = operator === '==' ? '===' : operator === '!=' ? '!==' : operator
  return { text: `${side(left, binds)} ${symbol} ${side(right, binds + 1)}`, binds }
}

/** Bytes are equal by their contents, peers by theirs. */
function equalityText(
  left: Expression,
  leftType: ValueType,
  right: Expression,
  rightType: ValueType,
  scope: TextScope,
): string | undefined {
  const isScalar = leftType.list === undefined && rightType.list === undefined
  if (isScalar && (leftType.base === 'bytes' || rightType.base === 'bytes')) {
    scope.uses('sameBytes')
    return `sameBytes(${expressionText(left, scope)}, ${expressionText(right, scope)})`
  }
  if (isScalar && leftType.base === 'PeerId' && rightType.base === 'PeerId') {
    return `${within(render(left, scope), 9)}.equals(${expressionText(right, scope)})`
  }
  return undefined
}

function bigintText(expression: Expression, scope: TextScope): string {
  if (expression.kind === 'literal') return `${String(expression.value)}n`
  const { base, list } = inferType(expression, scope.names)
  if (base === 'number' && list === undefined) return `BigInt(${expressionText(expression, scope)})`
  return within(render(expression, scope), 6)
}

function primary(text: string): Rendered {
  return { text, binds: 9 }
}

function within({ text, binds }: Rendered, level: number): string {
  return binds < level ? `(${text})` : text
}

/** A TypeScript string literal in single quotes. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
