import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CaseFinished, RunEvent, RunFinished, RunStarted, Verdict } from '../events.ts'

/** A run as its events tell it. `finished` is null where the run died. */
export interface RunRecord {
  readonly started: RunStarted
  readonly cases: readonly CaseFinished[]
  readonly finished: RunFinished | null
}

export class RunRecordError extends Error {
  override readonly name = 'RunRecordError'
}

/** Folds events into a record; a case that finished twice counts as it finished last. */
export function recordOf(events: Iterable<RunEvent>, where: string): RunRecord {
  let started: RunStarted | null = null
  let finished: RunFinished | null = null
  const cases = new Map<string, CaseFinished>()
  for (const event of events) {
    if (event.type === 'run-started') started = event
    else if (event.type === 'case-finished') cases.set(event.id, event)
    else if (event.type === 'run-finished') finished = event
  }
  if (started === null)
    throw new RunRecordError(`${where} holds no run-started event: run the suite again into a fresh folder`)
  return { started, cases: [...cases.values()], finished }
}

/** The events of a run's folder. A last line that was cut off (the run was killed) is left out. */
export function readRun(folder: string): RunRecord {
  const file = path.join(folder, 'events.jsonl')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new RunRecordError(`${file} cannot be read: give the folder of a run (results/<run>)`, { cause })
  }
  const lines = text.split('\n')
  const whole = lines.slice(0, -1)
  return recordOf(
    whole.filter((line) => line !== '').map((line, index) => parseEvent(line, `${file}:${index + 1}`)),
    file,
  )
}

export function countVerdicts(cases: readonly CaseFinished[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = {
    pass: 0,
    nonstrict: 0,
    fail: 0,
    observed: 0,
    unsupported: 0,
    blocked: 0,
    flaky: 0,
    error: 0,
  }
  for (const finished of cases) counts[finished.verdict]++
  return counts
}

/** Protocols in the order of the run's announcement, then any that only cases name. */
export function protocolsOf(record: RunRecord): readonly string[] {
  return [...new Set([...Object.keys(record.started.protocols), ...record.cases.map((finished) => finished.protocol)])]
}

function parseEvent(line: string, where: string): RunEvent {
  try {
    const value: unknown = JSON.parse(line)
    // The suite wrote this line itself; `type` is what tells its shape.
    if (typeof value === 'object' && value !== null && 'type' in value) return value as RunEvent
  } catch (cause) {
    throw new RunRecordError(`${where} is no JSON: the file was changed or cut`, { cause })
  }
  throw new RunRecordError(`${where} is no run event: it has no type`)
}
