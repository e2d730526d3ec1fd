import type { Problem } from '../load/problem.ts'
import type { Machine, Role, Row } from '../model/machine.ts'
import type { LintRule } from './rule.ts'

export const timers: LintRule = {
  name: 'timers',
  about: 'A timer runs in every non-final state on every path, or the role says in `untimed` why it may wait for ever.',
  check: ({ machines }) => machines.flatMap((machine) => machine.roles.flatMap((role) => checkRole(machine, role))),
}

function checkRole(machine: Machine, role: Role): readonly Problem[] {
  const running = runningTimers(role)
  const untimed = machine.source.data.roles[role.name]?.untimed ?? {}
  const problems: Problem[] = []
  for (const state of role.states) {
    const timersHere = running.get(state.name)
    if (timersHere === undefined) continue
    const reason = Object.hasOwn(untimed, state.name)
    if (timersHere.size === 0 && !reason) {
      problems.push({
        ...state.position,
        message: `no timer is sure to run in state \`${state.name}\` of ${role.name}: a silent peer holds it for ever`,
        fix: `Start a timer on every way in, or write under the role \`untimed: { ${state.name}: why that is harmless }\`.`,
      })
    } else if (timersHere.size > 0 && reason) {
      problems.push({
        ...machine.source.positionOf(['roles', role.name, 'untimed', state.name]),
        message: `state \`${state.name}\` of ${role.name} always has a timer (${[...timersHere].join(', ')})`,
        fix: 'Take the state out of `untimed`.',
      })
    }
  }
  for (const name of Object.keys(untimed)) {
    if (!role.states.some((state) => state.name === name)) {
      problems.push({
        ...machine.source.positionOf(['roles', role.name, 'untimed', name]),
        message: `no state is called \`${name}\``,
        fix: `States: ${role.states.map((state) => state.name).join(', ')}.`,
      })
    }
  }
  return problems
}

/** For each reachable state the timers that run whichever way it was entered. */
function runningTimers(role: Role): ReadonlyMap<string, ReadonlySet<string>> {
  const running = new Map<string, ReadonlySet<string>>()
  const pending: { readonly row: Row; readonly before: ReadonlySet<string>; readonly expired: string | undefined }[] = [
    { row: role.start, before: new Set(), expired: undefined },
  ]
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { row, before, expired } = step
    if (row.to.kind !== 'state') continue
    const target = row.to.state
    const after = new Set(before)
    if (expired !== undefined) after.delete(expired)
    for (const action of row.do) {
      if (action.kind === 'timer.start') after.add(action.timer)
      if (action.kind === 'timer.stop') after.delete(action.timer)
    }
    const known = running.get(target)
    const merged = known === undefined ? after : new Set([...known].filter((timer) => after.has(timer)))
    if (known !== undefined && merged.size === known.size) continue
    running.set(target, merged)
    for (const next of role.states.find((state) => state.name === target)?.rows ?? []) {
      const event = next.eventClass.event
      pending.push({
        row: next,
        before: merged,
        expired: event.startsWith('timer.') ? event.slice('timer.'.length) : undefined,
      })
    }
  }
  return running
}
