import type { Problem } from '../load/problem.ts'
import type { Role } from '../model/machine.ts'
import type { LintRule } from './rule.ts'

export const reachability: LintRule = {
  name: 'reachability',
  about: 'Every state can be reached from the start, and from every state the role can end.',
  check: ({ machines }) => machines.flatMap((machine) => machine.roles.flatMap((role) => checkRole(role))),
}

function checkRole(role: Role): readonly Problem[] {
  const next = new Map(
    role.states.map((state) => [state.name, state.rows.flatMap(({ to }) => (to.kind === 'state' ? [to.state] : []))]),
  )
  const ends = new Set(
    role.states.filter((state) => state.rows.some(({ to }) => to.kind !== 'state')).map((state) => state.name),
  )
  const start = role.start.to.kind === 'state' ? [role.start.to.state] : []
  const reached = closure(start, next)
  return role.states.flatMap((state): readonly Problem[] => {
    if (!reached.has(state.name)) {
      return [
        {
          ...state.position,
          message: `no path leads to state \`${state.name}\` of ${role.name}`,
          fix: 'Give some row `to: ' + state.name + '`, or take the state out.',
        },
      ]
    }
    if (![...closure([state.name], next)].some((name) => ends.has(name))) {
      return [
        {
          ...state.position,
          message: `${role.name} can never end once it is in \`${state.name}\``,
          fix: 'Give it a row that leads to `done` or `failed(…)`.',
        },
      ]
    }
    return []
  })
}

function closure(from: readonly string[], next: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set(from)
  for (const state of reached) for (const other of next.get(state) ?? []) reached.add(other)
  return reached
}
