/** An expression of a spec file, parsed. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'field'; readonly of: Expression; readonly field: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  /** `len`, `has`, `merge` or a named predicate. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'negate'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-'

export const builtIns: ReadonlySet<string> = new Set(['len', 'has', 'merge'])

/** The text is no expression. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ExpressionError'
  }
}

/** Calls `visit` for the expression and everything in it. */
export function walkExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression)
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return
    case 'list':
      for (const item of expression.items) walkExpression(item, visit)
      return
    case 'call':
      for (const argument of expression.args) walkExpression(argument, visit)
      return
    case 'field':
    case 'not':
    case 'negate':
      walkExpression(expression.of, visit)
      return
    case 'index':
      walkExpression(expression.of, visit)
      walkExpression(expression.index, visit)
      return
    case 'binary':
      walkExpression(expression.left, visit)
      walkExpression(expression.right, visit)
      return
    default: {
      const missed: never = expression
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}
