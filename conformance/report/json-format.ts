import type { CaseFinished, SubjectInfo, Verdict } from '../events.ts'
import { countVerdicts, type RunRecord } from './run-record.ts'

/** `report.json`; its JSON Schema is schema/report.schema.json. */
export interface JsonReport {
  readonly format: 'report/1'
  readonly subject: SubjectInfo
  readonly suiteVersion: string
  readonly seed: number
  readonly startedAt: string
  /** False where the run died before its last case. */
  readonly complete: boolean
  readonly exitCode: 0 | 1 | 2
  /** So many flaky cases are no failure of the run; null where it did not end. */
  readonly maxFlaky: number | null
  readonly durationMs: number | null
  readonly counts: Readonly<Record<Verdict, number>>
  readonly cases: readonly JsonCase[]
}

export type JsonCase = Omit<CaseFinished, 'type'>

export function jsonFormat(record: RunRecord): JsonReport {
  const { subject, suiteVersion, seed, startedAt } = record.started
  return {
    format: 'report/1',
    subject,
    suiteVersion,
    seed,
    startedAt,
    complete: record.finished !== null,
    exitCode: record.finished?.exitCode ?? 2,
    maxFlaky: record.finished?.maxFlaky ?? null,
    durationMs: record.finished?.durationMs ?? null,
    counts: countVerdicts(record.cases),
    cases: record.cases.map(({ type: _type, ...rest }) => rest),
  }
}
