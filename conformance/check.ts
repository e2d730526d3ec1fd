import path from 'node:path'
import type { CaseFinished, RunEvent } from './events.ts'
import { loadExpectations, updateExpectations } from './report/expectations.ts'
import { createReporters } from './report/reporters.ts'
import type { ReportFormat } from './report/reporters.ts'
import { adapters } from './runner/adapters.ts'
import { run } from './runner/run.ts'
import { loadCases } from './runner/suite.ts'
import type { Subject } from './subjects/subject.ts'

export interface CheckOptions {
  readonly subject: Subject
  readonly out: string
  readonly formats: readonly ReportFormat[]
  readonly terminal: 'auto' | 'live' | 'plain' | 'off'
  readonly protocols?: readonly string[]
  readonly filters?: readonly string[]
  readonly seed?: number
  readonly parallel?: number
  /** So many flaky cases are no failure of the run. */
  readonly maxFlaky?: number
  /** Writes what happened into the expectations file. */
  readonly update?: boolean
  readonly write: (text: string) => void
  readonly signal?: AbortSignal
}

/** A whole check: the run, the expectations, the reports. Gives the exit code. */
export async function check(options: CheckOptions): Promise<0 | 1 | 2> {
  const { subject, out, write } = options
  const protocols = options.protocols ?? adapters.map(({ protocol }) => protocol)
  const met = { mode: subject.info.mode, transport: subject.transport }
  const known = Object.fromEntries(protocols.map((protocol) => [protocol, loadCases(protocol).map(({ id }) => id)]))
  const expectations = loadExpectations(subject.info.name, protocols, met)
  const reporters = createReporters({ formats: options.formats, out, terminal: options.terminal, write })
  const finished: CaseFinished[] = []
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'case-finished') finished.push(event)
    reporters.onEvent(event)
  }
  const code = await run({
    subject,
    out,
    protocols,
    onEvent,
    finishing: expectations,
    replayCommand: (id) =>
      `p2pspec replay ${path.join(path.relative('.', out), 'evidence', id.replaceAll(/[^\w.~-]+/g, '_'), 'transcript.json')}`,
    ...(options.filters === undefined ? {} : { filters: options.filters }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...(options.maxFlaky === undefined ? {} : { maxFlaky: options.maxFlaky }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  await reporters.finish()
  if (options.update === true) {
    for (const file of updateExpectations(subject.info.name, finished, known, met)) write(`wrote ${file}\n`)
    return code
  }
  const problems = expectations.problems(known)
  for (const { file, line, message } of problems) write(`${file}:${line}: ${message}\n`)
  return code === 0 && problems.length > 0 ? 1 : code
}
