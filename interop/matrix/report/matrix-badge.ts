import type { Badge } from '@p2pspec/conformance/report/badge'
import { outcomeOf } from '@p2pspec/conformance/report/outcome'
import type { MatrixRecord } from './matrix-record.ts'

/** How many of the meetings that were judged went well, for a shields.io endpoint. */
export function matrixBadge({ started, cells, finished }: MatrixRecord): Badge {
  const label = `libp2p interop${started.set === null ? '' : ` (${started.set})`}`
  const outcomes = cells.map(outcomeOf)
  const judged = outcomes.filter((outcome) => outcome !== 'skipped')
  if (finished === null || judged.length === 0 || outcomes.includes('error'))
    return { schemaVersion: 1, label, message: 'run failed', color: 'lightgrey' }
  const passed = judged.filter((outcome) => outcome === 'passed').length
  const color = outcomes.includes('failed') ? 'red' : outcomes.includes('known') ? 'yellow' : 'brightgreen'
  return { schemaVersion: 1, label, message: `${passed}/${judged.length}`, color }
}
