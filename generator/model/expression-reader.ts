import { ExpressionError, walkExpression } from '../expression/syntax.ts'
import type { Expression } from '../expression/syntax.ts'
import type { Problem } from '../load/problem.ts'
import type { Position, SpecFile, YamlPath } from '../load/spec-file.ts'
import { checkType } from './check-type.ts'
import { checkNames } from './name-scope.ts'
import type { NameScope } from './name-scope.ts'
import type { ValueType } from './value-type.ts'

/** Parses the texts of one file and notes what is wrong with them, each at its place. */
export class ExpressionReader {
  readonly #file: SpecFile<unknown>
  readonly #problems: Problem[]

  constructor(file: SpecFile<unknown>, problems: Problem[]) {
    this.#file = file
    this.#problems = problems
  }

  positionOf(path: YamlPath): Position {
    return this.#file.positionOf(path)
  }

  report(path: YamlPath, message: string, fix: string): void {
    this.#problems.push({ ...this.#file.positionOf(path), message, fix })
  }

  /** An expression whose names the scope knows and whose value has the wanted type; undefined where it cannot be parsed. */
  expression(
    parse: () => Expression | undefined,
    path: YamlPath,
    scope: NameScope,
    wanted?: ValueType,
  ): Expression | undefined {
    const expression = this.parsed(parse, path)
    if (expression !== undefined) this.check(expression, path, scope, wanted)
    return expression
  }

  check(expression: Expression, path: YamlPath, scope: NameScope, wanted?: ValueType): void {
    const fault = checkNames(expression, scope, walkExpression) ?? checkType(expression, scope, wanted)
    if (fault !== undefined) this.report(path, fault.message, fault.fix)
  }

  /** Runs a parser; its complaint becomes a problem at `path`, or nothing where no path is given. */
  parsed<T>(parse: () => T, path?: YamlPath): T | undefined {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      if (path !== undefined) this.report(path, error.message, 'See "Expressions and actions" in spec/README.md.')
      return undefined
    }
  }
}
