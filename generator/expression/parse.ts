import type { BinaryOperator, Expression } from './syntax.ts'
import { ExpressionError } from './syntax.ts'

/** Operators by how tightly they bind, loosest first; each level groups from the left. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
]

const maxDepth = 40

/** Parses an expression; YAML numbers and booleans are literals already. */
export function parseExpression(source: string | number | boolean): Expression {
  if (typeof source !== 'string') return { kind: 'literal', value: source }
  return new Parser(source).whole()
}

/** Parses `name` or `name(arguments)`, where the name may hold dots: the form of an action. */
export function parseInvocation(source: string): { readonly name: string; readonly args: readonly Expression[] } {
  const match = /^\s*([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*)\s*(\(.*\))?\s*$/s.exec(source)
  const name = match?.[1]
  if (name === undefined) throw new ExpressionError(`\`${source}\` is no action`)
  const rest = match?.[2]
  return { name, args: rest === undefined ? [] : new Parser(rest).argumentsOnly() }
}

interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'symbol' | 'end'
  readonly text: string
}

class Parser {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokenize(source)
  }

  whole(): Expression {
    const expression = this.#level(0)
    this.#end()
    return expression
  }

  argumentsOnly(): readonly Expression[] {
    this.#expect('(')
    const args = this.#list(')')
    this.#end()
    return args
  }

  #level(level: number): Expression {
    const operators = levels[level]
    if (operators === undefined) return this.#prefix()
    let left = this.#level(level + 1)
    for (;;) {
      const { kind, text } = this.#peek()
      const operator = kind === 'symbol' || text === 'in' ? operators.find((one) => one === text) : undefined
      if (operator === undefined) return left
      this.#next++
      left = { kind: 'binary', operator, left, right: this.#level(level + 1) }
    }
  }

  #prefix(): Expression {
    if (++this.#depth > maxDepth) throw new ExpressionError(`\`${this.#source}\` is nested too deeply`)
    try {
      if (this.#accept('!')) return { kind: 'not', of: this.#prefix() }
      if (this.#accept('-')) return { kind: 'negate', of: this.#prefix() }
      return this.#postfix()
    } finally {
      this.#depth--
    }
  }

  #postfix(): Expression {
    let value = this.#primary()
    for (;;) {
      if (this.#accept('.')) {
        const field = this.#take()
        if (field.kind !== 'name') throw this.#unexpected(field)
        value = { kind: 'field', of: value, field: field.text }
      } else if (this.#accept('[')) {
        const index = this.#level(0)
        this.#expect(']')
        value = { kind: 'index', of: value, index }
      } else {
        return value
      }
    }
  }

  #primary(): Expression {
    const token = this.#take()
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: Number(token.text) }
      case 'string':
        return { kind: 'literal', value: token.text }
      case 'name':
        if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' }
        if (token.text === 'in' || token.text === 'else') throw this.#unexpected(token)
        if (this.#accept('(')) return { kind: 'call', name: token.text, args: this.#list(')') }
        return { kind: 'name', name: token.text }
      case 'symbol':
        if (token.text === '(') {
          const inner = this.#level(0)
          this.#expect(')')
          return inner
        }
        if (token.text === '[') return { kind: 'list', items: this.#list(']') }
        throw this.#unexpected(token)
      case 'end':
        throw this.#unexpected(token)
      default: {
        const missed: never = token.kind
        throw new Error(`unreachable: ${String(missed)}`)
      }
    }
  }

  #list(closer: string): readonly Expression[] {
    const items: Expression[] = []
    if (this.#accept(closer)) return items
    do items.push(this.#level(0))
    while (this.#accept(','))
    this.#expect(closer)
    return items
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '' }
  }

  #take(): Token {
    const token = this.#peek()
    this.#next++
    return token
  }

  #accept(symbol: string): boolean {
    const { kind, text } = this.#peek()
    if (kind !== 'symbol' || text !== symbol) return false
    this.#next++
    return true
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) throw this.#unexpected(this.#peek(), symbol)
  }

  #end(): void {
    if (this.#peek().kind !== 'end') throw this.#unexpected(this.#peek())
  }

  #unexpected(token: Token, wanted?: string): ExpressionError {
    const found = token.kind === 'end' ? 'it ends too early' : `\`${token.text}\` cannot stand there`
    return new ExpressionError(
      `\`${this.#source}\`: ${found}${wanted === undefined ? '' : `, \`${wanted}\` is missing`}`,
    )
  }
}

const tokenPattern =
  /\s*(?:(?<number>[0-9]+)|'(?<string>[^']*)'|(?<name>[A-Za-z][A-Za-z0-9]*)|(?<symbol>\|\||&&|==|!=|<=|>=|[<>!+\-()[\].,]))/y

function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  const end = source.trimEnd().length
  const pattern = new RegExp(tokenPattern)
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const groups = pattern.exec(source)?.groups
    if (groups === undefined)
      throw new ExpressionError(
        `\`${source}\`: \`${source.slice(at).trim().slice(0, 10)}\` cannot stand in an expression`,
      )
    const { number, string, name, symbol } = groups
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else tokens.push({ kind: 'symbol', text: symbol ?? '' })
  }
  return tokens
}
