import type { EmittedFile } from '../emit/emitter.ts'
import { fileHeader } from '../emit/header.ts'
import type { Trace, TracedRequirement } from './trace.ts'

/** trace/snapshot.txt: one line for each requirement, so that lost coverage shows as a changed line in review. */
export function snapshotFile(trace: Trace): EmittedFile {
  const sources = trace.requirements.map((requirement) => requirement.file)
  const lines = trace.requirements.map(snapshotLine)
  return {
    path: 'trace/snapshot.txt',
    text: `${fileHeader('#', sources)}\n${lines.map((line) => `${line}\n`).join('')}`,
  }
}

/** Counts of cases are left out: they change with every generated case and say nothing new. */
function snapshotLine({ id, row, status, implementations, cases, tests }: TracedRequirement): string {
  const made =
    implementations.length === 0
      ? '-'
      : implementations.some((place) => place.startsWith('runtime/'))
        ? 'made+runtime'
        : 'made'
  const tested =
    [cases.length > 0 ? 'case' : '', tests.length > 0 ? 'test' : ''].filter((part) => part !== '').join('+') || '-'
  return [id.padEnd(18), row.level.padEnd(10), row.stated.padEnd(8), status.padEnd(12), made.padEnd(12), tested]
    .join(' ')
    .trimEnd()
}
