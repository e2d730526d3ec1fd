import { createHash } from 'node:crypto'
import { handlebars } from './handlebars-runtime.ts'
import { isUnexpectedPass, caseOutcome, modeText, verdictMark, verdictMeaning, verdicts } from '../outcome.ts'
import { specFolder } from '../requirement-index.ts'
import { countVerdicts, type RunRecord } from '../run-record.ts'
import { whyNot } from '../terminal.ts'
import { visible } from '../visible.ts'
import type { CaseView } from './case-view.ts'
import { protocolViews, type ProtocolView } from './protocol-view.ts'
import { script, style, template } from './template.js'

export interface HtmlOptions {
  /** The run's folder, where evidence lies. */
  readonly folder: string
  /** The project, for cases; and its spec, for machines and requirements. */
  readonly project?: string
  readonly spec?: string
}

/** The whole report as one file: opens offline, asks for nothing, and escapes whatever the subject chose to call itself. */
export async function htmlPage(record: RunRecord, options: HtmlOptions): Promise<string> {
  const views = await protocolViews(record, {
    folder: options.folder,
    spec: options.spec ?? specFolder,
    ...(options.project === undefined ? {} : { project: options.project }),
  })
  return render(pageView(record, views))
}

const render = handlebars.template<PageView>(template)

interface PageView {
  readonly [name: string]: unknown
  readonly protocols: readonly ProtocolView[]
  readonly differing: readonly CaseView[]
}

function pageView(record: RunRecord, protocols: readonly ProtocolView[]): PageView {
  const { subject, startedAt, suiteVersion, seed } = record.started
  const counts = countVerdicts(record.cases)
  const columns = verdicts.filter((verdict) => counts[verdict] > 0)
  const totals = columns.map((verdict) => ({
    verdict,
    count: counts[verdict],
    mark: verdictMark[verdict],
    meaning: verdictMeaning[verdict],
  }))
  return {
    subject: {
      name: visible(subject.name),
      agent: subject.agent === null ? null : visible(subject.agent),
      address: subject.address === null ? null : visible(subject.address),
      mode: modeText[subject.mode],
    },
    startedAt,
    startedText: startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'),
    durationText: record.finished === null ? null : `${(record.finished.durationMs / 1000).toFixed(1)} s`,
    suiteVersion,
    seed,
    result: resultView(record),
    barLabel: totals.map(({ count, verdict }) => `${count} ${verdict}`).join(', '),
    totals,
    columns,
    matrix: protocols.map((view) => matrixRow(record, view, columns)),
    protocols,
    differing: protocols.flatMap((view) => view.cases).filter((view) => view.differs),
    caseCount: record.cases.length,
    scriptDigest: `sha256-${createHash('sha256').update(script).digest('base64')}`,
    style,
    script,
  }
}

function matrixRow(record: RunRecord, view: ProtocolView, columns: typeof verdicts): object {
  const counts = countVerdicts(record.cases.filter((finished) => visible(finished.protocol) === view.protocol))
  return {
    protocol: view.protocol,
    anchor: view.anchor,
    total: view.total,
    cells: columns.map((verdict) => ({ verdict, count: counts[verdict] })),
  }
}

function resultView(record: RunRecord): { readonly kind: string; readonly head: string; readonly detail: string } {
  const outcomes = record.cases.map(caseOutcome)
  const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length
  const known = count('known')
  const knownText =
    known === 0 ? '' : ` ${known} known ${known === 1 ? 'failure is' : 'failures are'} listed with a reason.`
  if (record.finished === null)
    return { kind: 'broken', head: 'The run ended before its last case.', detail: 'What follows is all that is known.' }
  if (count('error') > 0 || record.finished.exitCode === 2)
    return {
      kind: 'broken',
      head: 'The run itself failed.',
      detail: `Verdict error (${count('error')}): the suite's own fault, it says nothing of the subject.${knownText}`,
    }
  const flaky = count('flaky')
  const unexpected = record.cases.filter(isUnexpectedPass).length
  const detail = [
    ...(unexpected === 0 ? [] : [`${unexpected} of them passed although listed as failing.`]),
    ...(flaky === 0
      ? []
      : [`${flaky} ${flaky === 1 ? 'case is' : 'cases are'} flaky: judged otherwise when tried again, alone.`]),
    ...(knownText === '' ? [] : [knownText.trim()]),
  ].join(' ')
  if (record.finished.exitCode === 1) {
    const why = whyNot(record, record.finished.maxFlaky)
    return { kind: 'differs', head: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`, detail }
  }
  if (flaky > 0)
    return { kind: 'differs', head: 'No verdict differs from what is expected, but not all are stable.', detail }
  return { kind: 'fine', head: 'Every verdict is as expected.', detail }
}
