import type { Verdict } from '@p2pspec/conformance/events'
import {
  loadExpectations,
  updateExpectations,
  type Expectations,
  type KnownCases,
} from '@p2pspec/conformance/report/expectations'
import { verdicts } from '@p2pspec/conformance/report/outcome'
import { fileURLToPath } from 'node:url'
import type { Cell } from './cells.ts'
import type { CellFinished } from './events.ts'

/** Holds `<scenario>/known/matrix.yaml`: cells that are known not to pass. They run all the same. */
export const scenariosFolder = fileURLToPath(new URL('../scenarios/', import.meta.url))
const fileName = 'matrix'

/** What is known of the scenarios that these cells belong to. A flaky cell that is known for it may pass, and may fail at every try. */
export function loadKnown(cells: readonly Cell[], folder: string = scenariosFolder): Expectations {
  const expectations = loadExpectations(fileName, scenariosOf(cells), { folder })
  return {
    ...expectations,
    judge(scenario, id, verdict, did) {
      const judged = expectations.judge(scenario, id, verdict, did)
      if (judged.expected?.verdict !== 'flaky') return judged
      return verdict === 'fail'
        ? expectations.judge(scenario, id, 'flaky', did)
        : { ...judged, asExpected: judged.asExpected || verdict === 'pass' }
    },
  }
}

/** `--update`. `all`: every cell of the matrix, so that patterns are counted over all of it, whatever part ran. */
export function updateKnown(
  finished: readonly CellFinished[],
  all: readonly Cell[],
  folder: string = scenariosFolder,
): readonly string[] {
  const scenarios = new Set(finished.map(({ scenario }) => scenario))
  const known = idsByScenario(all.filter(({ scenario }) => scenarios.has(scenario)))
  return updateExpectations(
    fileName,
    finished
      .filter((one) => !flakyAsKnown(one))
      .map(({ id, scenario, verdict, did }) => ({ id, protocol: scenario, verdict, did })),
    known,
    { folder },
  )
}

export function idsByScenario(cells: readonly Cell[]): KnownCases {
  const ids: Record<string, string[]> = {}
  for (const { scenario, id } of cells) (ids[scenario] ??= []).push(id)
  return ids
}

/** 2 where the run itself failed or is not whole, 1 where a verdict is not as expected, else 0. */
export function exitCodeOf(finished: readonly CellFinished[], total: number): 0 | 1 | 2 {
  if (finished.length < total || finished.some(({ verdict }) => verdict === 'error')) return 2
  return finished.every(({ asExpected }) => asExpected) ? 0 : 1
}

export function countVerdicts(finished: readonly Pick<CellFinished, 'verdict'>[]): Record<Verdict, number> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number> // every verdict is in the list
  for (const { verdict } of finished) counts[verdict]++
  return counts
}

/** It says nothing against the row that calls it flaky. */
function flakyAsKnown({ verdict, expected, asExpected }: CellFinished): boolean {
  return asExpected && verdict !== 'flaky' && expected?.verdict === 'flaky'
}

function scenariosOf(cells: readonly Cell[]): readonly string[] {
  return [...new Set(cells.map(({ scenario }) => scenario))]
}
