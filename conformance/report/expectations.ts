import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMap, isSeq, LineCounter, parseDocument, stringify } from 'yaml'
import type { CaseFinished, SubjectInfo, Verdict } from '../events.ts'
import { transportNamed } from '../subjects/subject.ts'
import type { TransportName } from '../subjects/subject.ts'
import { asText, isRecord } from './requirement-index.ts'
import { verdicts, modes } from './outcome.ts'

/** What `known/<subject>.yaml` says of cases that do not pass. They run; the list may not grow, nor stay too long, unnoticed. */
export interface Expectations {
  readonly rows: readonly Expectation[]
  judge(
    protocol: string,
    id: string,
    verdict: Verdict,
    did: string,
  ): { readonly expected: CaseFinished['expected']; readonly asExpected: boolean }
  /** After the run: rows that match nothing, or not as many cases as they say. `known`: every case id of the protocols that ran. */
  problems(known: KnownCases): readonly ExpectationProblem[]
}

export interface Expectation {
  readonly protocol: string
  /** An id, or a pattern: `*` is any characters but `/`; a last `~*` is the id with any chunking or none. */
  readonly case: string
  readonly verdict: Verdict
  /** Known of the subject in this mode alone: a dialer may be met at places where a listener is not. */
  readonly mode?: SubjectInfo['mode']
  /** Known where it is met over this transport alone. */
  readonly transport?: TransportName
  /** Part of what the peer did; another failure at the same place is not the known one. */
  readonly message?: string
  readonly reason: string
  readonly link?: string
  /** A pattern says how many ids it covers, so that it can grow or shrink only on purpose. */
  readonly cases?: number
  readonly file: string
  readonly line: number
}

export interface ExpectationProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

export type KnownCases = Readonly<Record<string, readonly string[]>>

export class ExpectationFailure extends Error {
  override readonly name = 'ExpectationFailure'
  readonly problems: readonly ExpectationProblem[]

  constructor(problems: readonly ExpectationProblem[]) {
    super(problems.map((problem) => `${problem.file}:${problem.line}: ${problem.message}`).join('\n'))
    this.problems = problems
  }
}

export interface ExpectationOptions {
  /** Holds `<protocol>/known/<subject>.yaml`. */
  readonly folder?: string
  /** How the subject is met; rows for the other mode say nothing of it. */
  readonly mode?: SubjectInfo['mode']
  /** The same of the transport. */
  readonly transport?: TransportName
}

/** The reason that `--update` writes; a file that still holds it is refused. */
export const unexplained = 'UNEXPLAINED'

/** Reads the files of one subject; a protocol without a file has no expectations. Throws `ExpectationFailure`. */
export function loadExpectations(
  subject: string,
  protocols: readonly string[],
  options: ExpectationOptions = {},
): Expectations {
  const problems: ExpectationProblem[] = []
  const rows = protocols.flatMap((protocol) => readFile(protocol, fileOf(subject, protocol, options), problems))
  for (const row of rows)
    if (row.reason === unexplained)
      problems.push({
        ...placeOf(row),
        message: `${row.case} has no reason yet: say why it is known to ${row.verdict}`,
      })
  if (problems.length > 0) throw new ExpectationFailure(problems)
  const findRow = rowFinder(rows.filter((row) => appliesTo(row, options)))
  return {
    rows,
    judge(protocol, id, verdict, did) {
      const row = findRow(protocol, id)
      if (row === null) return { expected: null, asExpected: acceptable.has(verdict) }
      const { reason, link } = row
      return {
        expected: { verdict: row.verdict, reason, ...(link === undefined ? {} : { link }) },
        asExpected: holds(row, { verdict, did }),
      }
    },
    problems: (known) => rows.flatMap((row) => rowProblems(row, known)),
  }
}

/** What an expectation is held against. */
export type Judged = Pick<CaseFinished, 'id' | 'protocol' | 'verdict' | 'did'>

/** `--update`: rewrites the files from what finished. Rows that still hold stay as they are; new rows wait for a reason. Returns the files written. */
export function updateExpectations(
  subject: string,
  finished: readonly Judged[],
  known: KnownCases,
  options: ExpectationOptions = {},
): readonly string[] {
  return Object.keys(known).flatMap((protocol) => {
    const file = fileOf(subject, protocol, options)
    const all = readFile(protocol, file, [])
    const old = all.filter((row) => appliesTo(row, options))
    const others = all.filter((row) => !appliesTo(row, options))
    const ran = finished.filter((one) => one.protocol === protocol)
    const next = nextRows(old, others, ran, known[protocol] ?? [])
    if (next.length === 0) {
      if (!existsSync(file)) return []
      rmSync(file)
      return [file]
    }
    const text = `# Cases that ${subject} is known not to pass. They run all the same: one that passes again fails the run until its row goes.\n${stringify({ format: 'known/1', known: next }, { lineWidth: 0 })}`
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return []
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
    return [file]
  })
}

/** A node that was started without the protocol says nothing about what it would do with it. */
function holds(row: Expectation, { verdict, did }: Pick<Judged, 'verdict' | 'did'>): boolean {
  if (verdict === 'unsupported') return true
  return verdict === row.verdict && (row.message === undefined || did.includes(row.message))
}

const acceptable: ReadonlySet<Verdict> = new Set(['pass', 'nonstrict', 'observed', 'unsupported'])
const protocolsFolder = fileURLToPath(new URL('../protocols/', import.meta.url))
const keys = new Set(['case', 'mode', 'transport', 'verdict', 'message', 'reason', 'link', 'cases'])

function fileOf(subject: string, protocol: string, options: ExpectationOptions): string {
  return path.join(options.folder ?? protocolsFolder, protocol, 'known', `${path.basename(subject)}.yaml`)
}

/** The nearest row wins: an exact id before a pattern, a longer pattern before a shorter. */
function rowFinder(rows: readonly Expectation[]): (protocol: string, id: string) => Expectation | null {
  const matchers = rows
    .map((row) => ({ row, matches: matcher(row.case) }))
    .sort(
      (left, right) =>
        Number(isPattern(left.row.case)) - Number(isPattern(right.row.case)) ||
        right.row.case.length - left.row.case.length,
    )
  return (protocol, id) => matchers.find(({ row, matches }) => row.protocol === protocol && matches(id))?.row ?? null
}

function appliesTo(row: Expectation, { mode, transport }: ExpectationOptions): boolean {
  const isOfMode = mode === undefined || row.mode === undefined || row.mode === mode
  return isOfMode && (transport === undefined || row.transport === undefined || row.transport === transport)
}

function isPattern(pattern: string): boolean {
  return pattern.includes('*')
}

/** Whether an id falls under a pattern. */
export function matcher(pattern: string): (id: string) => boolean {
  if (!isPattern(pattern)) return (id) => id === pattern
  const anyChunking = pattern.endsWith('~*')
  const body = (anyChunking ? pattern.slice(0, -2) : pattern)
    .replace(/[\\^$.|?+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[^/]*')
  const expression = new RegExp(`^${body}${anyChunking ? '(~[^/]*)?' : ''}$`, 'u')
  return (id) => expression.test(id)
}

function rowProblems(row: Expectation, known: KnownCases): readonly ExpectationProblem[] {
  const ids = known[row.protocol]
  if (ids === undefined) return []
  const covered = ids.filter(matcher(row.case)).length
  if (covered === 0) return [{ ...placeOf(row), message: `${row.case} matches no case any more: take the row out` }]
  if (!isPattern(row.case)) return []
  if (row.cases === undefined)
    return [
      {
        ...placeOf(row),
        message: `the pattern ${row.case} covers ${covered} cases and does not say so: add "cases: ${covered}" if all are meant`,
      },
    ]
  if (row.cases !== covered)
    return [
      {
        ...placeOf(row),
        message: `the pattern ${row.case} covers ${covered} cases, not ${row.cases}: narrow it, or correct the number`,
      },
    ]
  return []
}

function placeOf(row: Expectation): { readonly file: string; readonly line: number } {
  return { file: row.file, line: row.line }
}

function readFile(protocol: string, file: string, problems: ExpectationProblem[]): Expectation[] {
  if (!existsSync(file)) return []
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines })
  for (const error of document.errors)
    problems.push({ file, line: error.linePos?.[0].line ?? 1, message: error.message })
  const root = document.contents
  const list = isMap(root) && document.get('format') === 'known/1' ? root.get('known', true) : null
  if (!isSeq(list)) {
    problems.push({ file, line: 1, message: 'expected "format: known/1" and a list under "known"' })
    return []
  }
  const rows: Expectation[] = []
  for (const item of list.items) {
    const line = isMap(item) && item.range != null ? lines.linePos(item.range[0]).line : 1
    const value: unknown = isMap(item) ? item.toJSON() : null
    const message = rowFault(value, protocol)
    if (message !== null) problems.push({ file, line, message })
    else if (isRecord(value)) rows.push(rowOf(value, protocol, file, line))
  }
  const seen = new Set<string>()
  for (const row of rows) {
    const place = `${row.case} ${row.mode ?? ''} ${row.transport ?? ''}`
    if (seen.has(place)) problems.push({ ...placeOf(row), message: `${row.case} is listed twice: take one row out` })
    seen.add(place)
  }
  return rows
}

function rowFault(value: unknown, protocol: string): string | null {
  if (!isRecord(value)) return 'a row is a map with case, verdict and reason'
  const wrongKey = Object.keys(value).find((key) => !keys.has(key))
  if (wrongKey !== undefined) return `unknown key "${wrongKey}": a row has ${[...keys].join(', ')}`
  const id = asText(value['case'])
  if (!id.startsWith(`${protocol}/`)) return `case must begin with "${protocol}/"`
  if (id.replaceAll(/[*/~.]/g, '') === protocol.replaceAll(/[*/~.]/g, ''))
    return `${id} would excuse the whole protocol: name its cases`
  const { verdict } = value
  if (typeof verdict !== 'string' || !verdicts.some((one) => one === verdict))
    return `verdict must be one of ${verdicts.join(', ')}`
  if (verdict === 'pass') return 'verdict pass needs no row: take it out'
  if (asText(value['reason']).trim() === '') return `${id} has no reason: say why`
  if (value['mode'] !== undefined && modes.every((one) => one !== value['mode']))
    return `mode must be ${modes.join(', ')}`
  if (value['transport'] !== undefined && transportNamed(asText(value['transport'])) === undefined)
    return 'transport must be tcp or quic'
  if (value['cases'] !== undefined && !Number.isInteger(value['cases'])) return 'cases must be a whole number'
  return null
}

function rowOf(value: Readonly<Record<string, unknown>>, protocol: string, file: string, line: number): Expectation {
  const { message, link, cases, mode } = value
  const met = modes.find((one) => one === mode)
  const transport = transportNamed(asText(value['transport']))
  return {
    protocol,
    case: asText(value['case']),
    verdict: verdicts.find((one) => one === value['verdict']) ?? 'fail',
    reason: asText(value['reason']),
    ...(met === undefined ? {} : { mode: met }),
    ...(transport === undefined ? {} : { transport }),
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof link === 'string' ? { link } : {}),
    ...(typeof cases === 'number' ? { cases } : {}),
    file,
    line,
  }
}

type WrittenRow = Omit<Expectation, 'protocol' | 'file' | 'line'>

function nextRows(
  old: readonly Expectation[],
  others: readonly Expectation[],
  ran: readonly Judged[],
  ids: readonly string[],
): readonly WrittenRow[] {
  const findOld = rowFinder(old)
  const kept = old.filter((row) => {
    const covered = ids.filter(matcher(row.case))
    const mine = ran.filter((one) => findOld(one.protocol, one.id) === row)
    return covered.length > 0 && mine.every((one) => holds(row, one))
  })
  const findKept = rowFinder(kept)
  const fresh = ran.filter(
    (one) =>
      !acceptable.has(one.verdict) &&
      one.verdict !== 'blocked' &&
      one.verdict !== 'flaky' &&
      one.verdict !== 'error' &&
      findKept(one.protocol, one.id) === null,
  )
  const written = [...[...kept, ...others].map((row) => writtenRow(row, ids)), ...grouped(fresh, ran, ids)]
  return written.map(inOrder).sort((left, right) => (left.case < right.case ? -1 : left.case > right.case ? 1 : 0))
}

function writtenRow(row: Expectation, ids: readonly string[]): WrittenRow {
  const { protocol: _protocol, file: _file, line: _line, cases: _cases, ...rest } = row
  return isPattern(row.case) ? { ...rest, cases: ids.filter(matcher(row.case)).length } : rest
}

/** Always the same order of keys, so that an update changes no line without need. */
function inOrder({ case: id, mode, transport, cases, verdict, message, reason, link }: WrittenRow): WrittenRow {
  return {
    case: id,
    ...(mode === undefined ? {} : { mode }),
    ...(transport === undefined ? {} : { transport }),
    ...(cases === undefined ? {} : { cases }),
    verdict,
    ...(message === undefined ? {} : { message }),
    reason,
    ...(link === undefined ? {} : { link }),
  }
}

/** One row for a case and all its chunkings where all of them fail alike, else one row each. */
function grouped(fresh: readonly Judged[], ran: readonly Judged[], ids: readonly string[]): readonly WrittenRow[] {
  const baseOf = (id: string): string => id.split('~', 1)[0] ?? id
  const byBase = Map.groupBy(fresh, (one) => baseOf(one.id))
  return [...byBase].flatMap(([base, members]): readonly WrittenRow[] => {
    const pattern = `${base}~*`
    const covered = ids.filter(matcher(pattern))
    const first = members[0]
    const alike =
      members.length > 1 && members.length === covered.length && members.every((one) => one.verdict === first?.verdict)
    const all = ran.filter((one) => baseOf(one.id) === base)
    if (alike && first !== undefined && all.length === members.length)
      return [{ case: pattern, verdict: first.verdict, cases: covered.length, ...shared(members), reason: unexplained }]
    return members.map((one) => ({ case: one.id, verdict: one.verdict, ...shared([one]), reason: unexplained }))
  })
}

function shared(members: readonly Judged[]): { readonly message?: string } {
  const parts = new Set(members.map((one) => messagePart(one.did)))
  const [only] = parts
  return parts.size === 1 && only !== undefined && only !== '' ? { message: only } : {}
}

/** How the story begins, up to its first figure: figures differ from run to run. */
function messagePart(did: string): string {
  return (/^[\p{L}\p{P}\p{Zs}]{0,60}/u.exec(did)?.[0] ?? '').trimEnd()
}
