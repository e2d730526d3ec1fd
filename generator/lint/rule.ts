import type { Problem } from '../load/problem.ts'
import type { Machine } from '../model/machine.ts'
import type { Model } from '../model/model.ts'
import type { Trace } from '../trace/trace.ts'

/** What a rule sees. */
export interface LintContext {
  /** The project's folder, for rules that read code. */
  readonly root: string
  readonly model: Model
  /** Every machine, resolved: total, with every name known. */
  readonly machines: readonly Machine[]
  readonly trace: Trace
}

/** One thing that must hold of the spec. */
export interface LintRule {
  readonly name: string
  /** What it asks for, in one line. */
  readonly about: string
  check(context: LintContext): readonly Problem[]
}
