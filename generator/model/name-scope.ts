import type { Expression } from '../expression/syntax.ts'
import { builtIns } from '../expression/syntax.ts'
import { nearestName } from '../load/nearest-name.ts'
import type { Field, Machine, Predicate, Variable } from './machine.ts'
import type { ValueType } from './value-type.ts'
import { scalarType } from './value-type.ts'

/** Where a name of an expression comes from. */
export type Origin = 'input' | 'var' | 'limit' | 'event'

/** The names that an expression of one event may use. */
export class NameScope {
  readonly #names = new Map<string, { readonly origin: Origin; readonly type: ValueType }>()
  readonly predicates: ReadonlyMap<string, Predicate>
  /** Names with two meanings: an error, for nobody sees which is meant. */
  readonly ambiguous: ReadonlySet<string>

  constructor(
    machine: Pick<Machine, 'limits' | 'predicates'>,
    input: readonly Field[],
    vars: readonly Variable[],
    event: readonly Field[] | undefined,
  ) {
    const ambiguous = new Set<string>()
    const add = (origin: Origin, name: string, type: ValueType): void => {
      if (this.#names.has(name)) ambiguous.add(name)
      this.#names.set(name, { origin, type })
    }
    for (const { name } of machine.limits) add('limit', name, scalarType('number'))
    for (const { name, type } of input) add('input', name, type)
    for (const { name, type } of vars) add('var', name, type)
    for (const { name, type } of event ?? []) add('event', name, type)
    this.ambiguous = ambiguous
    this.predicates = new Map(machine.predicates.map((predicate) => [predicate.name, predicate]))
  }

  lookUp(name: string): { readonly origin: Origin; readonly type: ValueType } | undefined {
    return this.#names.get(name)
  }

  get names(): readonly string[] {
    return [...this.#names.keys()]
  }
}

type Walk = (expression: Expression, visit: (part: Expression) => void) => void

/** The first name or call that the scope does not know. */
export function checkNames(
  expression: Expression,
  scope: NameScope,
  walk: Walk,
): { readonly message: string; readonly fix: string } | undefined {
  let fault: { readonly message: string; readonly fix: string } | undefined
  walk(expression, (part) => {
    if (part.kind === 'name' && scope.lookUp(part.name) === undefined) {
      fault ??= {
        message: `\`${part.name}\` is not known here`,
        fix: `${nearestName(part.name, scope.names)}Known: ${scope.names.join(', ') || 'nothing'}.`,
      }
    } else if (part.kind === 'name' && scope.ambiguous.has(part.name)) {
      fault ??= {
        message: `\`${part.name}\` has two meanings here`,
        fix: 'Give the input, variable, limit and message field different names.',
      }
    } else if (part.kind === 'call') {
      fault ??= checkCall(part.name, part.args.length, scope)
    }
  })
  return fault
}

function checkCall(
  name: string,
  count: number,
  scope: NameScope,
): { readonly message: string; readonly fix: string } | undefined {
  const predicate = scope.predicates.get(name)
  if (predicate === undefined && !builtIns.has(name)) {
    const known = [...builtIns, ...scope.predicates.keys()]
    return {
      message: `\`${name}\` is no function`,
      fix: `${nearestName(name, known)}Known: ${known.join(', ')}; others are named in \`predicates\`.`,
    }
  }
  const needed = predicate === undefined ? (name === 'merge' ? 2 : 1) : predicate.args.length
  return count === needed
    ? undefined
    : {
        message: `\`${name}\` takes ${needed} argument${needed === 1 ? '' : 's'}, not ${count}`,
        fix: 'Correct the call.',
      }
}
