import type { Expression } from '../expression/syntax.ts'
import { walkExpression } from '../expression/syntax.ts'
import type { Problem } from '../load/problem.ts'
import type { YamlPath } from '../load/spec-file.ts'
import type { Machine, Row } from '../model/machine.ts'
import type { LintRule } from './rule.ts'

export const unusedNames: LintRule = {
  name: 'unused-names',
  about:
    'Every error, timer, output, call, predicate, limit, input and variable that a machine declares is used by it.',
  check: ({ machines }) => machines.flatMap(checkMachine),
}

function checkMachine(machine: Machine): readonly Problem[] {
  const rows = machine.roles.flatMap((role) => [role.start, ...role.states.flatMap((state) => state.rows)])
  const actions = rows.flatMap((row) => [...row.do, ...row.or])
  const names = namesOf(expressionsOf(machine, rows))
  const events = new Set(machine.roles.flatMap((role) => role.events.map((event) => event.name)))
  const errors = new Set(rows.flatMap(({ to }) => (to.kind === 'failed' ? [to.error] : [])))
  const timers = new Set(actions.flatMap((action) => (action.kind === 'timer.start' ? [action.timer] : [])))
  const outputs = new Set(actions.flatMap((action) => (action.kind === 'output' ? [action.output] : [])))
  const problems: Problem[] = []
  const report = (kind: string, name: string, path: YamlPath, fix: string): void => {
    problems.push({ ...machine.source.positionOf(path), message: `${kind} \`${name}\` is never used`, fix })
  }
  for (const { code } of machine.errors) {
    const index = Array.isArray(machine.source.data.errors) ? machine.source.data.errors.indexOf(code) : code
    if (!errors.has(code))
      report('error', code, ['errors', index], 'Write a row that leads to failed(…) with it, or take it out.')
  }
  for (const { name } of machine.timers)
    if (!timers.has(name)) report('timer', name, ['timers', name], 'Start it in some row, or take it out.')
  for (const { name } of machine.outputs)
    if (!outputs.has(name)) report('output', name, ['outputs', name], 'Give it in some row, or take it out.')
  for (const { name } of machine.calls)
    if (!events.has(`call.${name}`)) report('call', name, ['calls', name], 'Write rows for it, or take it out.')
  for (const { name } of machine.predicates)
    if (!names.has(name)) report('predicate', name, ['predicates', name], 'Call it in an expression, or take it out.')
  machine.limits.forEach(({ name }, index) => {
    if (!names.has(name))
      report(
        'limit',
        name,
        ['limits', Array.isArray(machine.source.data.limits) ? index : name],
        'Name it in an expression, or take it out.',
      )
  })
  for (const role of machine.roles) {
    for (const { name } of role.input)
      if (!names.has(name))
        report('input', name, ['roles', role.name, 'input', name], 'Name it in an expression, or take it out.')
    for (const { name } of role.vars)
      if (!names.has(name))
        report('variable', name, ['roles', role.name, 'vars', name], 'Read it in an expression, or take it out.')
  }
  return problems
}

function expressionsOf(machine: Machine, rows: readonly Row[]): readonly Expression[] {
  const classes = machine.roles.flatMap((role) => role.events.flatMap((event) => event.classes))
  return [
    ...classes.flatMap((one) => (one.when === undefined ? [] : [one.when])),
    ...rows.flatMap((row) => [
      ...row.set.map(({ value }) => value),
      ...[...row.do, ...row.or].flatMap((action) => ('args' in action ? action.args : [])),
    ]),
  ]
}

function namesOf(expressions: readonly Expression[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const expression of expressions) {
    walkExpression(expression, (part) => {
      if (part.kind === 'name' || part.kind === 'call') names.add(part.name)
    })
  }
  return names
}
