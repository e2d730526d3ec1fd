import { classWitnesses } from './class-witnesses.ts'
import { limitsUsed } from './limits-used.ts'
import { pairsAgree } from './pairs-agree.ts'
import { reachability } from './reachability.ts'
import { requirementCoverage } from './requirement-coverage.ts'
import { requirementIds } from './requirement-ids.ts'
import { requirementSources } from './requirement-sources.ts'
import type { LintRule } from './rule.ts'
import { timers } from './timers.ts'
import { unusedNames } from './unused-names.ts'

/**
 * Every rule. That each state has a row for each event class, and that every name in a machine is declared,
 * is no rule: the generator cannot write a machine without it and says so itself.
 */
export const lintRules: readonly LintRule[] = [
  reachability,
  pairsAgree,
  classWitnesses,
  timers,
  unusedNames,
  limitsUsed,
  requirementIds,
  requirementSources,
  requirementCoverage,
]
