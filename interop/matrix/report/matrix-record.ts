import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CellFinished, MatrixEvent, MatrixFinished, MatrixStarted } from '../events.ts'
import { MatrixError } from '../matrix-error.ts'

/** A run as its events tell it; one that was killed has no end. */
export interface MatrixRecord {
  readonly started: MatrixStarted
  /** In the order of the matrix. */
  readonly cells: readonly CellFinished[]
  readonly finished: MatrixFinished | null
}

export const eventsFileName = 'events.jsonl'

export function readRecord(folder: string): MatrixRecord {
  const file = path.join(folder, eventsFileName)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new MatrixError('bad-record', `${folder} holds no run: there is no ${eventsFileName} in it`, { cause })
  }
  const lines = text.split('\n').filter((line) => line !== '')
  return recordOf(
    lines.map((line, index) => parseEvent(line, `${file}:${index + 1}`)),
    file,
  )
}

export function recordOf(events: readonly MatrixEvent[], where: string): MatrixRecord {
  const started = events.find((event) => event.type === 'run-started')
  if (started === undefined) throw new MatrixError('bad-record', `${where} has no run-started event`)
  return {
    started,
    cells: events.filter((event) => event.type === 'cell-finished').sort((left, right) => left.place - right.place),
    finished: events.find((event) => event.type === 'run-finished') ?? null,
  }
}

/** Both sides of a grid in one order, whichever side of a meeting finished first. */
export function sidesOf(
  cells: readonly CellFinished[],
  parties: readonly string[] = [],
): {
  readonly dialers: readonly string[]
  readonly listeners: readonly string[]
} {
  const names = [...new Set([...parties, ...cells.flatMap(({ dialer, listener }) => [dialer, listener])])]
  return {
    dialers: names.filter((name) => cells.some(({ dialer }) => dialer === name)),
    listeners: names.filter((name) => cells.some(({ listener }) => listener === name)),
  }
}

function parseEvent(line: string, where: string): MatrixEvent {
  try {
    const value: unknown = JSON.parse(line)
    // The matrix wrote this line itself; `type` is what tells its shape.
    if (typeof value === 'object' && value !== null && 'type' in value) return value as MatrixEvent
  } catch (cause) {
    throw new MatrixError('bad-record', `${where} is no JSON: the file was changed or cut`, { cause })
  }
  throw new MatrixError('bad-record', `${where} is no event: it has no type`)
}
