import type { Verdict } from '@p2pspec/conformance/events'
import type { CellFinished, RuntimeName } from '../events.ts'
import { countVerdicts } from '../judgement.ts'
import type { Shard } from '../selection.ts'
import type { MatrixRecord } from './matrix-record.ts'

/** `results.json`; its JSON Schema is schema/results.schema.json. */
export interface MatrixResults {
  readonly format: 'interop-results/1'
  readonly run: string
  readonly runtime: RuntimeName
  readonly set: string | null
  readonly shard: Shard | null
  readonly startedAt: string
  /** False where the run died before its last cell. */
  readonly complete: boolean
  readonly exitCode: 0 | 1 | 2
  readonly durationMs: number | null
  readonly selected: number
  readonly counts: Readonly<Record<Verdict, number>>
  readonly cells: readonly Omit<CellFinished, 'type' | 'place'>[]
}

export function matrixJson({ started, cells, finished }: MatrixRecord): MatrixResults {
  const { run, runtime, set, shard, startedAt, selected } = started
  return {
    format: 'interop-results/1',
    run,
    runtime,
    set,
    shard,
    startedAt,
    complete: finished !== null,
    exitCode: finished?.exitCode ?? 2,
    durationMs: finished?.durationMs ?? null,
    selected,
    counts: countVerdicts(cells),
    cells: cells.map(({ type: _type, place: _place, ...rest }) => rest),
  }
}
