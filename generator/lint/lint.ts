import { emitAll } from '../emit/emit-all.ts'
import { emitters } from '../emit/emitters.ts'
import { loadModel } from '../load/load-model.ts'
import type { Problem } from '../load/problem.ts'
import { SpecFailure, sortProblems } from '../load/problem.ts'
import { UnknownName } from '../load/unknown-name.ts'
import type { Machine } from '../model/machine.ts'
import type { Model } from '../model/model.ts'
import { resolveMachine } from '../model/resolve-machine.ts'
import { traceRequirements } from '../trace/trace.ts'
import type { LintRule } from './rule.ts'
import { lintRules } from './rules.ts'

export interface LintResult {
  readonly problems: readonly Problem[]
  readonly rules: number
  readonly requirements: number
}

/** Checks spec/ below `root` against every rule (or those named). Problems of loading, resolving and emitting come first and alone. */
export async function lint(root: string, only: readonly string[] = []): Promise<LintResult> {
  const rules = chosen(only)
  const model = loadModel(root)
  const machines = resolveAll(model)
  const trace = traceRequirements(root, model, await emitAll(model, emitters, true))
  const problems = rules.flatMap((rule) =>
    rule.check({ root, model, machines, trace }).map((problem): Problem => ({ ...problem, rule: rule.name })),
  )
  return { problems: sortProblems(problems), rules: rules.length, requirements: trace.requirements.length }
}

function chosen(only: readonly string[]): readonly LintRule[] {
  const unknown = only.filter((name) => !lintRules.some((rule) => rule.name === name))
  if (unknown.length > 0)
    throw new UnknownName(
      `no lint rule is called ${unknown.join(', ')}; rules: ${lintRules.map((rule) => rule.name).join(', ')}`,
    )
  return only.length === 0 ? lintRules : lintRules.filter((rule) => only.includes(rule.name))
}

function resolveAll(model: Model): readonly Machine[] {
  const problems: Problem[] = []
  const machines: Machine[] = []
  for (const protocol of model.protocols) {
    try {
      const machine = resolveMachine(protocol, model)
      if (machine !== undefined) machines.push(machine)
    } catch (error) {
      if (!(error instanceof SpecFailure)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new SpecFailure(sortProblems(problems))
  return machines
}
