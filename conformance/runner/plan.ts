import type { Subject } from '../subjects/subject.ts'
import { adapters } from './adapters.ts'
import { needsAgent } from './agent-play.ts'
import type { Planned } from './case-attempt.ts'
import type { Knowledge } from './knowledge.ts'
import { hindranceOf, inapplicable, placesOf, unplayable } from './play-case.ts'
import { loadCases } from './suite.ts'
import type { SuiteCase } from './suite.ts'

export interface PlanOptions {
  readonly subject: Subject
  /** Which protocols; all without it. */
  readonly protocols?: readonly string[]
  /** Case ids must contain one of these, or match it where it has a `*`. */
  readonly filters?: readonly string[]
  /** Instead of the suite's own: cases to run. */
  readonly cases?: readonly SuiteCase[]
}

/** The cases that this subject can be brought to, in the order of the suite. */
export function planCases(options: PlanOptions, knowledge: Knowledge): readonly Planned[] {
  const { protocols, cases, subject } = options
  const planned: Planned[] = []
  for (const adapter of adapters) {
    if (protocols !== undefined && !protocols.includes(adapter.protocol)) continue
    if (adapter.transport !== undefined && adapter.transport !== subject.transport) continue
    const own = (cases ?? loadCases(adapter.protocol)).filter((one) => one.protocol === adapter.protocol)
    for (const one of own) {
      if (unplayable(one) !== null || !isSelected(one.id, options.filters)) continue
      // What needs no application is judged of a node that runs once.
      if (subject.info.mode === 'agent' ? !asksAgent(one) : asksAgent(one)) continue
      const all = placesOf(one, adapter, subject.info.mode)
      const [first] = all
      const applicable = all.filter((place) => inapplicable(place, subject.transport) === null)
      // Of a node on QUIC alone everything below its streams is told, and never counted as passed.
      if (first !== undefined && applicable.length === 0 && subject.transport === 'quic')
        planned.push({ one, adapter, places: [], inapplicable: inapplicable(first, subject.transport) })
      const places = applicable.filter((place) => hindranceOf(one, adapter, place, knowledge)?.kind !== 'out-of-reach')
      if (places.length > 0) planned.push({ one, adapter, places, inapplicable: null })
    }
  }
  return planned
}

function asksAgent({ body }: SuiteCase): boolean {
  return body.kind === 'script' && needsAgent(body.item)
}

function isSelected(id: string, filters: readonly string[] = []): boolean {
  if (filters.length === 0) return true
  return filters.some((filter) => (filter.includes('*') ? globOf(filter).test(id) : id.includes(filter)))
}

function globOf(filter: string): RegExp {
  return new RegExp(`^${filter.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`)
}
