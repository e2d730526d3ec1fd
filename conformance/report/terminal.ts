import { styleText } from 'node:util'
import type { CaseFinished, RunEvent, SubjectInfo } from '../events.ts'
import { isUnexpectedPass, caseOutcome, modeText, verdictMark, verdicts } from './outcome.ts'
import { originLabel, readRequirements, type RequirementIndex } from './requirement-index.ts'
import { countVerdicts, protocolsOf, type RunRecord } from './run-record.ts'
import { clip, visible } from './visible.ts'

export interface TerminalOptions {
  /** `live` redraws in place; `plain` only appends lines. */
  readonly mode: 'live' | 'plain'
  readonly color: boolean
  readonly write: (text: string) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly columns: () => number
}

export interface Terminal {
  onEvent(event: RunEvent): void
  summary(record: RunRecord, context: SummaryContext): void
}

export interface SummaryContext {
  readonly files: readonly string[]
  readonly requirements?: RequirementIndex
}

interface Row {
  readonly protocol: string
  readonly total: number
  done: number
  failures: number
  startedAt: number | null
  finishedAt: number | null
  announcedQuarter: number
  announcedAt: number
}

const minSamples = 4
const redrawIntervalMs = 80
const barCells = 20
const plainIntervalMs = 1000

/** While it runs: one line per protocol. Afterwards: the verdicts, and each failure in two lines. */
export function terminal(options: TerminalOptions): Terminal {
  const paint = painter(options.color)
  const rows = new Map<string, Row>()
  let drawnLines = 0
  let drawnAt = Number.NEGATIVE_INFINITY

  const draw = (): void => {
    const width = options.columns()
    const nameCells = Math.max(...[...rows.keys()].map((name) => name.length))
    const lines = [...rows.values()].map((row) => liveLine(row, nameCells, options.now(), width, paint))
    const up = drawnLines === 0 ? '' : `\u001b[${drawnLines}A`
    options.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`)
    drawnLines = lines.length
    drawnAt = options.now()
  }

  const rowOf = (protocol: string): Row => {
    const known = rows.get(protocol)
    if (known !== undefined) return known
    const row: Row = {
      protocol,
      total: 0,
      done: 0,
      failures: 0,
      startedAt: null,
      finishedAt: null,
      announcedQuarter: 0,
      announcedAt: Number.NEGATIVE_INFINITY,
    }
    rows.set(protocol, row)
    return row
  }

  return {
    onEvent(event) {
      if (event.type === 'run-started') {
        options.write(`${subjectLine(event.subject, paint)}\n`)
        for (const [protocol, total] of Object.entries(event.protocols)) {
          rows.set(protocol, {
            protocol,
            total,
            done: 0,
            failures: 0,
            startedAt: null,
            finishedAt: null,
            announcedQuarter: 0,
            announcedAt: Number.NEGATIVE_INFINITY,
          })
        }
        if (options.mode === 'live' && rows.size > 0) draw()
      } else if (event.type === 'case-started') {
        const row = rows.get(event.id.split('/', 1)[0] ?? '')
        if (row !== undefined) row.startedAt ??= options.now()
      } else if (event.type === 'case-finished') {
        const row = rowOf(visible(event.protocol))
        row.startedAt ??= options.now() - event.durationMs
        row.done++
        const outcome = caseOutcome(event)
        if (outcome === 'failed' || outcome === 'error') row.failures++
        if (row.done === row.total) row.finishedAt = options.now()
        if (options.mode === 'plain') plainProgress(row, options)
        else if (row.done === row.total || options.now() - drawnAt >= redrawIntervalMs) draw()
      } else if (event.type === 'run-finished' && options.mode === 'live' && rows.size > 0) draw()
    },
    summary(record, context) {
      const requirements = context.requirements ?? readRequirements(protocolsOf(record))
      options.write(`${summaryLines(record, requirements, context.files, paint).join('\n')}\n`)
    },
  }
}

function plainProgress(row: Row, options: TerminalOptions): void {
  const quarter = row.total === 0 ? 0 : Math.floor((row.done * 4) / row.total)
  const now = options.now()
  // A protocol that takes a moment needs no line for each quarter of it.
  const soon = now - Math.max(row.startedAt ?? now, row.announcedAt) < plainIntervalMs
  if (quarter === row.announcedQuarter || (row.finishedAt === null && soon)) return
  row.announcedQuarter = quarter
  row.announcedAt = now
  const left =
    row.finishedAt === null
      ? `about ${secondsLeft(row, now)} left`
      : `took ${seconds(row.finishedAt - (row.startedAt ?? row.finishedAt))}`
  options.write(`${row.protocol}: ${row.done}/${row.total}, ${failuresText(row.failures)}, ${left}\n`)
}

function liveLine(row: Row, nameCells: number, now: number, width: number, paint: Painter): string {
  const share = row.total === 0 ? 1 : row.done / row.total
  const filled = Math.round(share * barCells)
  const figure = `${row.done}/${row.total}`.padStart(9)
  const time =
    row.finishedAt !== null
      ? seconds(row.finishedAt - (row.startedAt ?? row.finishedAt))
      : row.startedAt === null
        ? 'waits'
        : `${secondsLeft(row, now)} left`
  const room = width - nameCells - figure.length - failuresText(row.failures).length - time.length - 8
  const bar =
    room >= barCells
      ? `${paint(row.failures > 0 ? 'red' : 'green', '━'.repeat(filled))}${paint('dim', '━'.repeat(barCells - filled))} `
      : ''
  const failures = row.failures > 0 ? paint('red', failuresText(row.failures)) : paint('dim', failuresText(0))
  return ` ${row.protocol.padEnd(nameCells)} ${bar}${figure}  ${failures}  ${paint('dim', time)}`
}

function secondsLeft(row: Row, now: number): string {
  // The first cases wait for start-up, and of two sanity cases one comes last: they tell nothing of the rest.
  if (row.startedAt === null || row.done < minSamples) return '…'
  return seconds(((now - row.startedAt) / row.done) * Math.max(0, row.total - row.done))
}

/** The summary, as lines: totals, what differs (two lines each), what is known, where the reports are, what the exit code means. */
export function summaryLines(
  record: RunRecord,
  requirements: RequirementIndex,
  files: readonly string[],
  paint: Painter,
): readonly string[] {
  const counts = countVerdicts(record.cases)
  const total = record.cases.length
  const totals = verdicts
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => paint(verdictColor[verdict], `${counts[verdict]} ${verdict}`))
    .join(' · ')
  const differing = record.cases.filter((finished) => ['failed', 'error'].includes(caseOutcome(finished)))
  const flaky = record.cases.filter((finished) => caseOutcome(finished) === 'flaky')
  const known = record.cases.filter((finished) => caseOutcome(finished) === 'known')
  const duration = record.finished === null ? '' : ` in ${seconds(record.finished.durationMs)}`
  const lines = ['', `${total} cases${duration}: ${totals === '' ? 'none ran' : totals}`]
  if (known.length > 0)
    lines.push(
      paint(
        'dim',
        `${known.length} of these failures ${known.length === 1 ? 'is' : 'are'} known and listed with a reason`,
      ),
    )
  for (const finished of [...differing, ...flaky]) lines.push('', ...failureLines(finished, requirements, paint))
  if (files.length > 0) lines.push('', ...files.map((file) => paint('dim', `wrote ${file}`)))
  lines.push('', ...exitHint(record, [...differing, ...flaky], paint))
  return lines
}

function failureLines(finished: CaseFinished, requirements: RequirementIndex, paint: Painter): readonly string[] {
  const kind = isUnexpectedPass(finished) ? 'unexpected pass' : finished.verdict
  const survived = finished.survived === false ? '; afterwards it no longer served a fresh dial' : ''
  const color = finished.verdict === 'flaky' ? 'magenta' : 'red'
  const head = `${paint(color, `${verdictMark[finished.verdict]} ${kind}`)}  ${paint('bold', visible(finished.id))}`
  return [
    head,
    `  did:    ${clip(visible(finished.did), 400)}${survived}`,
    `  origin: ${requirementSentence(finished, requirements)}`,
  ]
}

function requirementSentence(finished: CaseFinished, requirements: RequirementIndex): string {
  if (isUnexpectedPass(finished))
    return `listed as ${finished.expected?.verdict ?? ''}: ${visible(finished.expected?.reason ?? '')}; take the row out`
  const first = finished.requirements.map((id) => requirements.get(id)).find((requirement) => requirement !== undefined)
  const others =
    finished.requirements.length > 1
      ? ` (also ${finished.requirements.filter((id) => id !== first?.id).join(', ')})`
      : ''
  if (first === undefined)
    return `${visible(finished.allowed)}${finished.requirements.length > 0 ? ` [${finished.requirements.join(', ')}]` : ''}`
  return `${visible(first.text)} [${first.id}, ${first.level}, ${first.stated}: ${originLabel(first)}]${others}`
}

function exitHint(record: RunRecord, differing: readonly CaseFinished[], paint: Painter): readonly string[] {
  if (record.finished === null)
    return [paint('red', 'exit 2: the run ended before its last case; what is above is all that is known')]
  const { exitCode, maxFlaky } = record.finished
  const [first] = differing
  const again =
    first === undefined
      ? []
      : [
          paint('dim', `what it means: p2pspec explain ${visible(first.id)}`),
          paint('dim', `only this again: ${visible(first.replay)}`),
        ]
  const { flaky } = countVerdicts(record.cases)
  if (exitCode === 0) {
    if (flaky === 0) return [paint('green', 'exit 0: every verdict is as expected')]
    const but = `${flaky} ${flaky === 1 ? 'case is' : 'cases are'} flaky, and up to ${maxFlaky} may be`
    return [paint('magenta', `exit 0: no verdict differs from what is expected, but ${but}`), ...again]
  }
  if (exitCode === 2) return [paint('red', `exit 2: ${whyNoJudgement(record)}`), ...again]
  return [paint('red', `exit 1: ${whyNot(record, maxFlaky)}`), ...again]
}

/** Why a run says nothing of its subject. */
function whyNoJudgement({ started, cases }: RunRecord): string {
  const unserved = cases.some(({ id, verdict }) => id === 'sanity/first' && verdict === 'fail')
  if (!unserved) return 'the run itself failed (verdict "error" says where); this is no judgement of the subject'
  const check = started.subject.mode === 'listener' ? 'check the address' : 'check the command'
  return `the subject did not serve an honest peer, so nothing else was judged; ${check}, and that it has multistream-select, noise (or TLS, or plaintext), yamux (or mplex) and ping`
}

/** Why a run is not as expected. */
export function whyNot({ cases }: RunRecord, maxFlaky: number): string {
  const differ = cases.filter((finished) => caseOutcome(finished) === 'failed').length
  const { flaky, blocked } = countVerdicts(cases)
  const reasons = [
    ...(differ === 0
      ? []
      : [`${differ} ${differ === 1 ? 'verdict differs' : 'verdicts differ'} from what is expected`]),
    ...(blocked === 0 ? [] : [`${blocked} ${blocked === 1 ? 'case was' : 'cases were'} not reached`]),
    ...(flaky <= maxFlaky
      ? []
      : [`${flaky} ${flaky === 1 ? 'case is' : 'cases are'} flaky, and only ${maxFlaky} may be`]),
  ]
  return reasons.length === 0 ? 'the expectations file does not fit this run' : reasons.join('; ')
}

function subjectLine(subject: SubjectInfo, paint: Painter): string {
  const agent = subject.agent === null ? '' : ` · ${clip(visible(subject.agent), 60)}`
  const address = subject.address === null ? '' : ` · ${visible(subject.address)}`
  return `${paint('bold', visible(subject.name))}${agent}${address} ${paint('dim', `(${modeText[subject.mode]})`)}`
}

function failuresText(count: number): string {
  return count === 1 ? '1 failure' : `${count} failures`
}

function seconds(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 1000)} s`
  return `${Math.round(milliseconds / 60_000)} min`
}

type Format = Parameters<typeof styleText>[0]
export type Painter = (format: Format, text: string) => string

export function painter(color: boolean): Painter {
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text
}

const verdictColor: Readonly<Record<CaseFinished['verdict'], Format>> = {
  pass: 'green',
  observed: 'cyan',
  nonstrict: 'yellow',
  fail: 'red',
  flaky: 'magenta',
  unsupported: 'dim',
  blocked: 'dim',
  error: 'magenta',
}
