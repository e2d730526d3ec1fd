import { ExpressionError } from '../expression/syntax.ts'
import type { Problem } from '../load/problem.ts'
import type { Machine, Role, Target } from '../model/machine.ts'
import { RoleRun } from '../simulation/run.ts'
import type { Valuation } from '../simulation/samples.ts'
import { valuations } from '../simulation/samples.ts'
import type { Joint } from './joint-state.ts'
import { jointKey } from './joint-state.ts'
import { maxCalls, PairFault, starts, successors } from './successors.ts'
import type { Runs } from './successors.ts'

/** Joint states that one pair may have: more means that a loop has no limit. */
const maxJointStates = 20_000

export interface PairResult {
  readonly problems: readonly Problem[]
  readonly jointStates: number
}

/**
 * Runs both roles of a pair against each other over queues, in every order of arrival and with every choice of early and late sends:
 * both must end, and agree: both done or both failed, and of an output that both give, its text is the same.
 */
export function checkPair(machine: Machine, names: readonly [string, string]): PairResult {
  const [first, second] = names.map((name) => machine.roles.find((role) => role.name === name))
  const place = machine.source.positionOf(['pairs'])
  if (first === undefined || second === undefined) {
    return {
      jointStates: 0,
      problems: [
        {
          ...place,
          message: `the pair ${names.join(', ')} names a role that does not exist`,
          fix: `Roles: ${machine.roles.map(({ name }) => name).join(', ')}.`,
        },
      ],
    }
  }
  let jointStates = 0
  let succeeded = false
  for (const answers of predicateAnswers(machine)) {
    for (const a of inputs(machine, first)) {
      for (const b of inputs(machine, second)) {
        const runs: Runs = [new RoleRun(machine, first, a, answers), new RoleRun(machine, second, b, answers)]
        const found = explorePair(runs)
        jointStates += found.jointStates
        succeeded ||= found.bothDone
        // Where a predicate says no, one side may know what the other cannot: only the end is asked for.
        const honest = Object.values(answers).every((answer) => answer() === true) || found.bothDone
        const fault = found.fault ?? (honest ? found.disagreement : undefined)
        if (fault !== undefined) return { jointStates, problems: [problem(machine, names, fault)] }
      }
    }
  }
  if (succeeded) return { jointStates, problems: [] }
  return {
    jointStates,
    problems: [problem(machine, names, { what: 'no way of running the two ends with both done', steps: [] })],
  }
}

interface Fault {
  readonly what: string
  readonly steps: readonly string[]
}

interface Found {
  readonly jointStates: number
  readonly bothDone: boolean
  readonly fault: Fault | undefined
  readonly disagreement: Fault | undefined
}

interface Reached {
  readonly joint: Joint
  readonly what: string
  readonly from: Reached | undefined
}

function explorePair(runs: Runs): Found {
  const seen = new Set<string>()
  let bothDone = false
  let disagreement: Fault | undefined
  const found = (fault: Fault | undefined): Found => ({ jointStates: seen.size, bothDone, fault, disagreement })
  let frontier: Reached[] = []
  try {
    frontier = starts(runs).map((joint) => ({ joint, what: 'both start', from: undefined }))
  } catch (error) {
    return found({ what: faultText(error), steps: [] })
  }
  while (frontier.length > 0) {
    const next: Reached[] = []
    for (const reached of frontier) {
      const key = jointKey(reached.joint)
      if (seen.has(key)) continue
      seen.add(key)
      if (seen.size > maxJointStates)
        return found({ what: `the two have more than ${maxJointStates} joint states: a loop has no limit`, steps: [] })
      let following
      try {
        following = successors(runs, reached.joint)
      } catch (error) {
        return found({ what: faultText(error), steps: trail(reached) })
      }
      if (following.length === 0) {
        const end = judgeEnd(runs, reached.joint)
        // An application that has asked as often as we let it could ask again: another branch asks otherwise.
        const asked = reached.joint.some(({ calls }) => calls >= maxCalls)
        if (end.stuck !== undefined && asked) continue
        if (end.stuck !== undefined) return found({ what: end.stuck, steps: trail(reached) })
        bothDone ||= end.bothDone
        if (end.disagreement !== undefined) disagreement ??= { what: end.disagreement, steps: trail(reached) }
      }
      for (const { joint, what } of following) next.push({ joint, what, from: reached })
    }
    frontier = next
  }
  return found(undefined)
}

function judgeEnd(
  runs: Runs,
  joint: Joint,
): { readonly stuck?: string; readonly disagreement?: string; readonly bothDone: boolean } {
  const targets = joint.map(({ at }) => at.target)
  const waiting = targets.flatMap((target, index) =>
    target.kind === 'state' ? [`${runs[index]?.role.name} waits in \`${target.state}\``] : [],
  )
  if (waiting.length > 0) return { stuck: `${waiting.join(' and ')} and nothing can happen any more`, bothDone: false }
  const [a, b] = targets
  if (a?.kind !== b?.kind)
    return { disagreement: `${ending(runs[0].role, a)} but ${ending(runs[1].role, b)}`, bothDone: false }
  const [first, second] = joint
  for (const { output, fields } of first.outputs) {
    const same = second.outputs.find((one) => one.output === output)
    for (const [name, { value }] of Object.entries(fields)) {
      const other = same?.fields[name]?.value
      if (typeof value === 'string' && typeof other === 'string' && value !== other)
        return {
          disagreement: `both say ${output}, but \`${name}\` is ${value} for ${runs[0].role.name} and ${other} for ${runs[1].role.name}`,
          bothDone: false,
        }
    }
  }
  return { bothDone: a?.kind === 'done' }
}

function ending(role: Role, target: Target | undefined): string {
  return `${role.name} ${target?.kind === 'failed' ? `fails with ${target.error}` : 'is done'}`
}

/** Usual inputs, those that classes ask for, and lists that share nothing, or only their second entry, with the other side's. */
function inputs(machine: Machine, role: Role): readonly Valuation[] {
  const usual = valuations(machine, role)
  const [first] = usual
  const lists = role.input.filter(
    ({ type }) => type.base === 'string' && type.list !== undefined && type.list.atLeast === 0,
  )
  if (first === undefined || lists.length === 0) return usual
  const others = ['/conformance/elsewhere/1.0.0', '/conformance/b/1.0.0'].map((text): Valuation => {
    const changed = Object.fromEntries(lists.map(({ name }) => [name, { value: [text], symbol: { hole: name } }]))
    return { input: { ...first.input, ...changed }, given: {} }
  })
  return [...usual, ...others]
}

/** Every way in which the named predicates can answer, always yes first. */
function predicateAnswers(machine: Machine): readonly Readonly<Record<string, () => unknown>>[] {
  let all: Readonly<Record<string, () => unknown>>[] = [{}]
  for (const { name, returns } of machine.predicates) {
    if (returns.base !== 'bool') all = all.map((one) => ({ ...one, [name]: () => undefined }))
    else all = [true, false].flatMap((answer) => all.map((one) => ({ ...one, [name]: () => answer })))
  }
  return all
}

function trail(reached: Reached): readonly string[] {
  const steps: string[] = []
  for (let at: Reached | undefined = reached; at !== undefined; at = at.from) steps.unshift(at.what)
  return steps
}

function faultText(error: unknown): string {
  if (error instanceof PairFault || error instanceof ExpressionError) return error.message
  throw error
}

function problem(machine: Machine, names: readonly string[], { what, steps }: Fault): Problem {
  const road = steps.length === 0 ? '' : ` Steps: ${steps.join(' → ')}.`
  return {
    ...machine.source.positionOf(['pairs']),
    message: `${names.join(' and ')}: ${what}`,
    fix: `Give the waiting role a row that sends or ends, or correct the timing.${road}`,
  }
}
