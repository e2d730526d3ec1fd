import type { TraceStatus } from '../trace/trace.ts'
import type { LintRule } from './rule.ts'

const gaps: Partial<Record<TraceStatus, string>> = {
  untested: 'is made, but no case and no test cites it',
  unmade: 'is tested, but no row and no `//=` comment cites it',
  open: 'is neither made nor tested',
}

export const requirementCoverage: LintRule = {
  name: 'requirement-coverage',
  about: 'Every MUST and MUST NOT is made and tested, or a reason stands in its row.',
  check: ({ trace }) =>
    trace.requirements.flatMap(({ id, row, file, status }) => {
      const gap = gaps[status]
      if (gap === undefined || (row.level !== 'MUST' && row.level !== 'MUST NOT')) return []
      return [
        {
          ...file.positionOf([id]),
          message: `${id} (${row.level}) ${gap}`,
          fix: 'Cite it (`req:`, `//= ID`, a test titled `… [ID]`), or write `by: construction`, `exception: { reason, why }` or `todo:` in its row.',
        },
      ]
    }),
}
