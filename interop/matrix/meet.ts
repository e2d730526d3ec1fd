import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Verdict } from '@p2pspec/conformance/events'
import { ExpectationFailure, type Expectations } from '@p2pspec/conformance/report/expectations'
import { expandMatrix, type Cell } from './cells.ts'
import type { MatrixEvent, RuntimeName } from './events.ts'
import { idsByScenario, loadKnown, updateKnown } from './judgement.ts'
import { MatrixError } from './matrix-error.ts'
import { matrixFile, readMatrix, type Matrix } from './matrix-file.ts'
import { recordOf } from './report/matrix-record.ts'
import { matrixTerminal, type MatrixTerminal } from './report/matrix-terminal.ts'
import { eventFile, writeMatrixReports } from './report/write-reports.ts'
import { runMatrix } from './run-matrix.ts'
import { openRuntime } from './runtimes/open-runtime.ts'
import { selectCells, shardCells, type Selection } from './selection.ts'

export interface MeetOptions {
  readonly selection: Selection
  /** `auto`: containers where an engine answers, else processes. */
  readonly runtime: RuntimeName | 'auto'
  readonly out: string
  readonly matrix?: string | undefined
  readonly known?: string | undefined
  readonly history?: string | undefined
  readonly parallel: number
  readonly retries: number
  readonly capture: boolean
  readonly update: boolean
  readonly terminal: 'auto' | 'plain'
  readonly write: (text: string) => void
  readonly signal: AbortSignal
}

/** The selected part of the matrix, run and reported. Gives the exit code: 0 all as expected, 1 a verdict differs, 2 the run failed. */
export async function meet(options: MeetOptions): Promise<0 | 1 | 2> {
  const { out, write } = options
  const { matrix, all, selected } = chosenCells(options.selection, options.matrix)
  const expectations = options.update ? null : readKnown(selected, options)
  if (expectations === undefined) return 1
  const view = terminalOf(options)
  const run = randomUUID().slice(0, 8)
  const runtime = await openRuntime(options.runtime, {
    folder: path.join(out, 'runtime'),
    onProgress: view.onProgress,
  })
  const events: MatrixEvent[] = []
  const keep = eventFile(out)
  const onEvent = (event: MatrixEvent): void => {
    events.push(event)
    keep(event)
    view.onEvent(event)
  }
  let code: 0 | 1 | 2
  try {
    code = await runMatrix({
      ...options,
      matrix,
      selected,
      runtime,
      run,
      judge: (...words) => (expectations === null ? unjudged(words[2]) : expectations.judge(...words)),
      onEvent,
      onProgress: view.onProgress,
    })
  } finally {
    await runtime[Symbol.asyncDispose]()
  }
  const record = recordOf(events, out)
  view.summary(record, writeMatrixReports(record, { out, history: options.history }))
  if (options.update) {
    for (const file of updateKnown(record.cells, all, options.known)) write(`wrote ${file}\n`)
    return code
  }
  const scenarios = new Set(selected.map(({ scenario }) => scenario))
  const problems = expectations?.problems(idsByScenario(all.filter(({ scenario }) => scenarios.has(scenario)))) ?? []
  for (const { file, line, message } of problems) write(`${file}:${line}: ${message}\n`)
  return code === 0 && problems.length > 0 ? 1 : code
}

/** `--update`: nothing is expected yet. */
function unjudged(verdict: Verdict): ReturnType<Expectations['judge']> {
  return { expected: null, asExpected: verdict === 'pass' || verdict === 'unsupported' }
}

export interface ChosenCells {
  readonly matrix: Matrix
  readonly all: readonly Cell[]
  readonly selected: readonly Cell[]
}

/** Throws where a selection takes nothing: that is a mistake and no success. */
export function chosenCells(selection: Selection, file: string = matrixFile): ChosenCells {
  const matrix = readMatrix(file)
  const all = expandMatrix(matrix)
  const selected = selectCells(all, selection, matrix)
  if (selected.length === 0)
    throw new MatrixError(
      'bad-selection',
      'no cell of the matrix is selected; `p2pspec interop list` shows all of them',
    )
  return { matrix, all, selected }
}

/** The cells of the selection's shard. */
export function listCells(selection: Selection, file?: string): readonly Cell[] {
  return shardCells(chosenCells(selection, file).selected, selection.shard)
}

/** Undefined where the files are wrong, which is then said. */
function readKnown(selected: readonly Cell[], { known, write }: MeetOptions): ReturnType<typeof loadKnown> | undefined {
  try {
    return loadKnown(selected, known)
  } catch (error) {
    if (!(error instanceof ExpectationFailure)) throw error
    write(`${error.message}\n`)
    return undefined
  }
}

/** Where a terminal does not tell its width, or tells 0. */
const assumedColumns = 100

function terminalOf({ terminal, write }: MeetOptions): MatrixTerminal {
  const isTty = process.stdout.isTTY && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined
  return matrixTerminal({
    mode: terminal === 'auto' && isTty ? 'live' : 'plain',
    color: isTty && process.env['NO_COLOR'] === undefined,
    write,
    now: () => performance.now(),
    columns: () => process.stdout.columns || assumedColumns,
  })
}
