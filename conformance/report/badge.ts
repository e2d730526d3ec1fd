import { caseOutcome } from './outcome.ts'
import { countVerdicts, type RunRecord } from './run-record.ts'
import { clip, visible } from './visible.ts'

/** The JSON that a shields.io endpoint badge reads. */
export interface Badge {
  readonly schemaVersion: 1
  readonly label: string
  readonly message: string
  readonly color: 'brightgreen' | 'green' | 'yellow' | 'red' | 'lightgrey'
}

export function badge(record: RunRecord): Badge {
  const counts = countVerdicts(record.cases)
  const judged = counts.pass + counts.nonstrict + counts.fail + counts.flaky
  const held = counts.pass + counts.nonstrict
  const label = `libp2p conformance (${clip(visible(record.started.subject.name), 40)})`
  if (record.finished === null || counts.error > 0 || judged === 0)
    return { schemaVersion: 1, label, message: 'run failed', color: 'lightgrey' }
  const differs = record.cases.some((finished) => caseOutcome(finished) === 'failed')
  const color = differs
    ? 'red'
    : counts.fail + counts.flaky > 0
      ? 'yellow'
      : counts.nonstrict > 0
        ? 'green'
        : 'brightgreen'
  return { schemaVersion: 1, label, message: `${held}/${judged}`, color }
}
