import { checkPair } from '../pair-check/pair-check.ts'
import type { LintRule } from './rule.ts'

export const pairsAgree: LintRule = {
  name: 'pairs-agree',
  about: 'The roles of a pair, run against each other in every order and timing, both end and agree.',
  check: ({ machines }) =>
    machines.flatMap((machine) => machine.pairs.flatMap((pair) => checkPair(machine, pair).problems)),
}
