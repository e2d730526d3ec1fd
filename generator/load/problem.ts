/** One fault of a spec file: where it stands, what is wrong, what to do. */
export interface Problem {
  /** Relative to the project root, with forward slashes. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
  /** What to do about it. */
  readonly fix: string
  /** Name of the lint rule that found it, where one did. */
  readonly rule?: string
}

/** The spec is at fault, not the generator: every problem carries its place. */
export class SpecFailure extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.name = 'SpecFailure'
    this.problems = problems
  }
}

/** `file:line:column: what is wrong [rule]`, and what to do on a line of its own. */
export function formatProblem(problem: Problem): string {
  const rule = problem.rule === undefined ? '' : ` [${problem.rule}]`
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}${rule}\n    ${problem.fix}`
}

/** By place, then by text, so that reports never depend on the order of discovery. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  // A table that an alias repeats is read more than once; its faults are told once.
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...unique.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.message, b.message),
  )
}

/** Order by UTF-16 code unit, which no locale changes. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
