import { styleText } from 'node:util'
import { isUnexpectedPass, outcomeOf, verdictMark } from '@p2pspec/conformance/report/outcome'
import { clip, visible } from '@p2pspec/conformance/report/visible'
import type { CellFinished, MatrixEvent } from '../events.ts'
import type { MatrixRecord } from './matrix-record.ts'

export interface MatrixTerminalOptions {
  /** `live` redraws one line; `plain` only appends. */
  readonly mode: 'live' | 'plain'
  readonly color: boolean
  readonly write: (text: string) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly columns: () => number
}

export interface MatrixTerminal {
  onEvent(event: MatrixEvent): void
  /** What is done before the first cell: building, starting. */
  readonly onProgress: (text: string) => void
  summary(record: MatrixRecord, files: readonly string[]): void
}

const plainIntervalMs = 10_000
const barCells = 24
/** The first cells also pay for what is loaded once: no estimate comes from fewer. */
const minSamples = 4

export function matrixTerminal(options: MatrixTerminalOptions): MatrixTerminal {
  const { write, now } = options
  const running = new Set<string>()
  let total = 0
  let done = 0
  let failures = 0
  let beganAt = 0
  let saidAt = 0

  const line = (text: string): void => {
    if (options.mode === 'live') write(`\r\u001b[2K${clip(text, options.columns() - 1)}`)
    else write(`${text}\n`)
  }
  const progress = (): void => {
    const share = total === 0 ? 1 : done / total
    const bar = '█'.repeat(Math.round(share * barCells)).padEnd(barCells, '░')
    const figures = `${done}/${total}${failures === 0 ? '' : `, ${failures} not as expected`}`
    const left = done === total ? '' : `, ${timeLeft(done, total, now() - beganAt)}`
    const [current] = running
    if (options.mode === 'live') line(`${bar} ${figures}${left}  ${current ?? ''}`)
    else line(`${figures}${left}`)
    saidAt = now()
  }
  return {
    onProgress(text) {
      // A build says much; a log wants to know that it goes on.
      if (options.mode === 'plain' && now() - saidAt < plainIntervalMs && saidAt > 0) return
      saidAt = now()
      line(visible(text))
    },
    onEvent(event) {
      switch (event.type) {
        case 'run-started':
          total = event.total
          line(
            `${event.total} meetings${event.shard === null ? '' : ` (shard ${event.shard.index} of ${event.shard.of}, ${event.selected} in all)`}, ${event.runtime === 'docker' ? 'in containers' : 'as processes'}`,
          )
          if (options.mode === 'live') write('\n')
          break
        case 'cell-started':
          if (running.size === 0 && done === 0) beganAt = now()
          running.add(event.id)
          if (options.mode === 'live') progress()
          break
        case 'cell-finished': {
          running.delete(event.id)
          done++
          const bad = ['failed', 'error'].includes(outcomeOf(event))
          if (bad) {
            failures++
            if (options.mode === 'live') write('\r\u001b[2K')
            write(`${failureLine(event)}\n`)
          }
          if (options.mode === 'live' || done === total || now() - saidAt >= plainIntervalMs) progress()
          break
        }
        case 'run-finished':
          if (options.mode === 'live') write('\r\u001b[2K')
      }
    },
    summary(record, files) {
      write(`${summaryLines(record, files, options.color).join('\n')}\n`)
    },
  }
}

function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (done < minSamples) return 'time left not known yet'
  const secondsLeft = Math.round(((elapsedMs / done) * (total - done)) / 1000)
  return secondsLeft < 90 ? `about ${secondsLeft} s left` : `about ${Math.round(secondsLeft / 60)} min left`
}

function failureLine(cell: CellFinished): string {
  const what = isUnexpectedPass(cell) ? `unexpected pass (listed as ${cell.expected?.verdict ?? ''})` : cell.verdict
  return `${verdictMark[cell.verdict]} ${visible(cell.id)} ${what}: ${visible(cell.did)}`
}

function summaryLines({ started, cells, finished }: MatrixRecord, files: readonly string[], color: boolean): string[] {
  const paint = (format: 'red' | 'green' | 'yellow', text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text
  const count = (...outcomes: readonly string[]): number =>
    cells.filter((cell) => outcomes.includes(outcomeOf(cell))).length
  const bad = cells.filter((cell) => ['failed', 'error'].includes(outcomeOf(cell)))
  const missing = started.total - cells.length
  const parts = [
    ...(count('known') === 0 ? [] : [paint('yellow', `${count('known')} known failures`)]),
    ...(count('skipped') === 0 ? [] : [`${count('skipped')} cannot run here`]),
    ...(bad.length === 0 ? [] : [paint('red', `${bad.length} not as expected`)]),
    ...(missing === 0 ? [] : [paint('red', `${missing} never ran`)]),
  ]
  const time = finished === null ? 'cut short' : `${(finished.durationMs / 1000).toFixed(1)} s`
  const where = started.runtime === 'docker' ? 'in containers' : 'as processes'
  return [
    ...bad.map(failureLine),
    [`${cells.length} meetings ${where}, ${time}`, ...parts].join(', '),
    ...files,
    `${cells.length - bad.length} passed, ${bad.length + missing} failed`,
  ]
}
