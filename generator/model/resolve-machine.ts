import type { Problem } from '../load/problem.ts'
import { SpecFailure, sortProblems } from '../load/problem.ts'
import { nearestName } from '../load/nearest-name.ts'
import type { SpecFile } from '../load/spec-file.ts'
import type { Machine, Predicate, ResolvedFraming, Role, Signature, Timer } from './machine.ts'
import type { Model, Protocol } from './model.ts'
import { LimitLookup } from './resolve-limits.ts'
import { resolveFields, resolveMessages } from './resolve-messages.ts'
import { resolveRole } from './resolve-role.ts'
import type { MachineFile, MachineSignatures } from './spec-types.ts'
import { parseType } from './value-type.ts'

const resolved = new WeakMap<Protocol, Machine>()

/** The protocol's machine, names looked up and expressions parsed; undefined where it has none. Throws a SpecFailure with every fault. */
export function resolveMachine(protocol: Protocol, model: Model): Machine | undefined {
  if (protocol.machine === undefined) return undefined
  const known = resolved.get(protocol)
  if (known !== undefined) return known
  const problems: Problem[] = []
  const machine = resolveFile(protocol, protocol.machine, model, problems)
  if (problems.length > 0) throw new SpecFailure(sortProblems(problems))
  resolved.set(protocol, machine)
  return machine
}

function resolveFile(protocol: Protocol, source: SpecFile<MachineFile>, model: Model, problems: Problem[]): Machine {
  const { data } = source
  const limits = new LimitLookup(model, protocol.name, source, problems)
  const messages = resolveMessages(protocol, source, limits, problems)
  const shared = {
    messages,
    timers: Object.entries(data.timers ?? {}).map(([name, text]): Timer => ({
      name,
      ...limits.milliseconds(text, ['timers', name]),
    })),
    limits: resolveNamedLimits(source, limits, problems),
    outputs: resolveSignatures(data.outputs),
    calls: resolveSignatures(data.calls),
    errors: Array.isArray(data.errors)
      ? data.errors.map((code) => ({ code, text: undefined }))
      : Object.entries(data.errors).map(([code, text]) => ({ code, text })),
    predicates: Object.entries(data.predicates ?? {}).map(([name, { args, returns, what }]): Predicate => ({
      name,
      args: args.map(parseType),
      returns: parseType(returns),
      what,
    })),
  }
  checkRoleNames(source, problems)
  const roles = Object.entries(data.roles).map(([name, role]) => resolveRole(name, role, source, shared, problems))
  checkAnyState(source, roles, problems)
  return {
    id: data.id,
    code: data.code,
    version: data.version,
    what: data.what,
    source,
    protocol,
    protocols: Object.entries(data.protocols ?? {}).map(([id, roles]) => ({ id, ...roles })),
    framing: resolveFraming(source, limits),
    ...shared,
    pairs: data.pairs ?? [],
    roles,
  }
}

function resolveFraming({ data }: SpecFile<MachineFile>, limits: LimitLookup): ResolvedFraming {
  const { framing } = data
  const req = framing.req ?? []
  const limit = limits.figure(framing.limit, ['framing', 'limit'])
  switch (framing.kind) {
    case 'uvarint-prefixed': {
      const sendLimit =
        framing.sendLimit === undefined ? limit : limits.figure(framing.sendLimit, ['framing', 'sendLimit'])
      return { kind: framing.kind, limit, sendLimit, suffix: framing.suffix, req }
    }
    case 'u16be-prefixed':
      return { kind: framing.kind, limit, req }
    case 'fixed':
      return { kind: framing.kind, length: limits.figure(framing.length, ['framing', 'length']), req }
    case 'manual':
      return { kind: framing.kind, req }
    default: {
      const missed: never = framing.kind
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}

function resolveNamedLimits(
  source: SpecFile<MachineFile>,
  limits: LimitLookup,
  problems: Problem[],
): Machine['limits'] {
  const named = source.data.limits ?? []
  if (Array.isArray(named)) return named.map((name, index) => ({ name, value: limits.figure(name, ['limits', index]) }))
  return Object.entries(named).map(([name, value]) => {
    const row = limits.peek(name)
    if (row !== undefined && row.value !== value) {
      problems.push({
        ...source.positionOf(['limits', name]),
        message: `\`${name}\` is ${value} here and ${row.value} in spec/common/limits.yaml`,
        fix: 'Write `limits: [name, …]` here, so that the figure stands in one place.',
      })
    }
    return { name, value }
  })
}

function resolveSignatures(signatures: MachineSignatures | undefined): readonly Signature[] {
  return Object.entries(signatures ?? {}).map(([name, fields]) => ({ name, fields: resolveFields(fields) }))
}

/** Roles that `protocols`, `pairs` and `from` name must exist. */
function checkRoleNames(source: SpecFile<MachineFile>, problems: Problem[]): void {
  const { roles, protocols = {}, pairs = [], messages } = source.data
  const names = Object.keys(roles)
  const check = (role: string, path: readonly (string | number)[]): void => {
    if (names.includes(role)) return
    problems.push({
      ...source.positionOf(path),
      message: `no role is called \`${role}\``,
      fix: `Roles: ${names.join(', ')}.`,
    })
  }
  for (const [id, { opener, acceptor }] of Object.entries(protocols)) {
    check(opener, ['protocols', id, 'opener'])
    check(acceptor, ['protocols', id, 'acceptor'])
  }
  pairs.forEach((pair, index) => pair.forEach((role, side) => check(role, ['pairs', index, side])))
  for (const [name, { from = [], to = [] }] of Object.entries(messages)) {
    from.forEach((role, index) => check(role, ['messages', name, 'from', index]))
    to.forEach((role, index) => check(role, ['messages', name, 'to', index]))
  }
}

/** A row for all states must be of use to some role. */
function checkAnyState(source: SpecFile<MachineFile>, roles: readonly Role[], problems: Problem[]): void {
  const known = new Set([
    'recv.*',
    ...roles.flatMap((role) => role.events.flatMap((event) => [event.name, ...event.classes.map((one) => one.key)])),
  ])
  for (const key of Object.keys(source.data.anyState ?? {})) {
    if (known.has(key)) continue
    problems.push({
      ...source.positionOf(['anyState', key]),
      message: `no role ever meets \`${key}\``,
      fix: `${nearestName(key, [...known])}Correct it, or take it out.`,
    })
  }
}
