import type { Expression } from '../../expression/syntax.ts'
import type { Action, Row, Target } from '../../model/machine.ts'

/** An expression as the spec writes it. */
export function expressionWords(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? `'${expression.value}'` : String(expression.value)
    case 'list':
      return `[${expression.items.map(expressionWords).join(', ')}]`
    case 'name':
      return expression.name
    case 'field':
      return `${expressionWords(expression.of)}.${expression.field}`
    case 'index':
      return `${expressionWords(expression.of)}[${expressionWords(expression.index)}]`
    case 'call':
      return `${expression.name}(${expression.args.map(expressionWords).join(', ')})`
    case 'not':
      return `!${grouped(expression.of)}`
    case 'negate':
      return `-${grouped(expression.of)}`
    case 'binary':
      return `${grouped(expression.left)} ${expression.operator} ${grouped(expression.right)}`
    default: {
      const missed: never = expression
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

/** `send.na`, `selected(name)`, `timer.start(negotiate)`. */
export function actionWords(action: Action): string {
  switch (action.kind) {
    case 'send':
    case 'output': {
      const name = action.kind === 'send' ? `send.${action.message}` : action.output
      return action.args.length === 0 ? name : `${name}(${action.args.map(expressionWords).join(', ')})`
    }
    case 'timer.start':
    case 'timer.stop':
      return `${action.kind}(${action.timer})`
    default:
      return action.kind
  }
}

export function targetWords(target: Target): string {
  if (target.kind === 'state') return target.state
  return target.kind === 'done' ? 'done' : `failed(${target.error})`
}

/** What a row does beside going somewhere. */
export function rowActions(row: Row): readonly string[] {
  return [
    ...row.set.map(({ name, value }) => `${name} := ${expressionWords(value)}`),
    ...row.do.map((action) => {
      const words = actionWords(action)
      if (action.kind !== 'send') return words
      return (
        words +
        (row.late.includes(action.message) ? ' (or later)' : '') +
        (row.early.includes(action.message) ? ' (or earlier)' : '')
      )
    }),
    ...(row.or.length === 0 ? [] : [`or ${row.or.map(actionWords).join(', ')}`]),
  ]
}

function grouped(expression: Expression): string {
  return expression.kind === 'binary' ? `(${expressionWords(expression)})` : expressionWords(expression)
}
