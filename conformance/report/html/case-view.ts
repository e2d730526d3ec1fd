import { handlebars } from './handlebars-runtime.ts'
import type { CaseFinished, TranscriptLine } from '../../events.ts'
import type { CaseText } from '../case-source.ts'
import { isUnexpectedPass, caseOutcome, verdictMark, verdictMeaning } from '../outcome.ts'
import { originLabel, type RequirementIndex } from '../requirement-index.ts'
import type { TranscriptFile } from '../transcript-file.ts'
import { clip, visible } from '../visible.ts'
import { hexDump } from './hex-dump.ts'

/** Everything the page shows of one case; every text in it is one harmless line (the template escapes markup). */
export interface CaseView {
  readonly [name: string]: unknown
  readonly id: string
  readonly anchor: string
  readonly differs: boolean
}

export interface CaseContext {
  readonly text: CaseText | null
  readonly transcript: TranscriptFile | null
  readonly requirements: RequirementIndex
  /** Diagram and the arrows that the case walks; null where it is no case of a machine. */
  readonly walk: {
    readonly graph: string
    readonly lit: readonly number[]
    readonly last: number
    readonly line: number
  } | null
}

const maxHexBytes = 512
/** A case that goes byte by byte has hundreds of lines; its end tells more than its middle. */
const firstLines = 30
const lastLines = 30
const maxTextCharacters = 2000

export function caseView(finished: CaseFinished, context: CaseContext): CaseView {
  const { text, transcript, walk } = context
  const outcome = caseOutcome(finished)
  const differs = outcome === 'failed' || outcome === 'error' || outcome === 'flaky'
  const { reaction, expected } = finished
  const id = visible(finished.id)
  return {
    id,
    anchor: anchorOf(`case-${finished.id}`),
    breakable: handlebars.Utils.escapeExpression(id).replaceAll('/', '/<wbr>').replaceAll('~', '<wbr>~'),
    title: visible(finished.title),
    verdict: finished.verdict,
    mark: verdictMark[finished.verdict],
    meaning: verdictMeaning[finished.verdict],
    differs,
    flag: isUnexpectedPass(finished)
      ? 'unexpected pass'
      : outcome === 'known'
        ? 'known'
        : finished.survived === false
          ? 'died'
          : null,
    level: finished.level,
    earlier: finished.earlier.map(({ verdict, did }) => ({ verdict, did: shown(did) })),
    did: shown(finished.did),
    allowed: shown(finished.allowed),
    sentence: sentenceOf(finished, context.requirements),
    reaction:
      reaction === null
        ? null
        : `${reaction.kind}${reaction.code === undefined ? '' : ` (code ${reaction.code})`}, by the ${reaction.layer} layer`,
    survivedText:
      finished.survived === null
        ? null
        : finished.survived
          ? 'a fresh dial was served afterwards'
          : 'no: a fresh dial was not served afterwards',
    died: finished.survived === false,
    expectedText: expected === null ? null : `${expected.verdict}: ${shown(expected.reason)}`,
    expectedLink: expected?.link !== undefined && /^https?:\/\//.test(expected.link) ? visible(expected.link) : null,
    durationText:
      finished.durationMs < 1000
        ? `${finished.durationMs.toFixed(1)} ms`
        : `${(finished.durationMs / 1000).toFixed(2)} s`,
    requirements: finished.requirements.map((requirement) => requirementView(requirement, context.requirements)),
    given: text === null || text.given === '' ? null : visible(text.given),
    steps: text?.steps.map(shown) ?? [],
    outcomes: text?.allowed.map(shown) ?? [],
    graph: walk?.graph ?? null,
    lit: walk?.lit.join(' ') ?? '',
    last: walk?.last ?? null,
    line: walk?.line ?? null,
    lines: shownLines(transcript?.lines ?? []),
    file: finished.evidence === null ? '' : visible(`${finished.evidence}/transcript.json`),
    replay: visible(finished.replay),
    find: searchText(finished),
  }
}

/** A fragment name that any id maps to, without characters that need escaping. */
export function anchorOf(text: string): string {
  return visible(text).replace(/[^A-Za-z0-9_-]/g, (character) =>
    character === '/'
      ? '--'
      : character === '~'
        ? '-by-'
        : character === '.'
          ? '-'
          : `_${character.codePointAt(0)?.toString(16) ?? ''}`,
  )
}

function sentenceOf(finished: CaseFinished, requirements: RequirementIndex): string {
  if (isUnexpectedPass(finished))
    return `Listed as ${finished.expected?.verdict ?? ''} and passes now: take the row out.`
  const first = finished.requirements.map((id) => requirements.get(id)).find((one) => one !== undefined)
  return first === undefined
    ? shown(finished.allowed)
    : `${visible(first.text)} [${first.id}, ${first.level}, ${first.stated}: ${originLabel(first)}]`
}

function requirementView(id: string, requirements: RequirementIndex): object {
  const found = requirements.get(id)
  if (found === undefined)
    return {
      id: visible(id),
      level: null,
      stated: null,
      text: 'The spec has no row with this id.',
      where: null,
      url: null,
    }
  return {
    id,
    level: found.level,
    stated: found.stated,
    text: visible(found.text),
    where: visible(originLabel(found)),
    url: found.origin?.url ?? null,
  }
}

function shownLines(lines: readonly TranscriptLine[]): readonly object[] {
  const leftOut = lines.length - firstLines - lastLines
  const [between] = lines.slice(firstLines)
  if (leftOut <= 1 || between === undefined) return lines.map(lineView)
  const gap: TranscriptLine = {
    at: between.at,
    direction: 'event',
    layer: between.layer,
    note: `${leftOut} more lines in transcript.json`,
  }
  return [...lines.slice(0, firstLines), gap, ...lines.slice(-lastLines)].map(lineView)
}

function lineView(line: TranscriptLine): object {
  const dump = line.hex === undefined ? null : hexDump(line.hex, maxHexBytes)
  return {
    at: line.at.toFixed(1),
    direction: line.direction,
    arrow: line.direction === 'sent' ? '→' : line.direction === 'received' ? '←' : '·',
    layer: line.layer,
    decoded: line.decoded === undefined ? '' : shown(line.decoded),
    note: line.note === undefined ? null : shown(line.note),
    hex: dump === null || dump.rows === '' ? null : dump.rows,
    leftOut: dump === null || dump.leftOut === 0 ? null : dump.leftOut,
  }
}

function searchText(finished: CaseFinished): string {
  const { reaction } = finished
  const parts = [
    finished.id,
    finished.title,
    ...finished.requirements,
    finished.verdict,
    finished.level ?? '',
    finished.did,
    reaction === null ? '' : `${reaction.layer} ${reaction.kind}`,
  ]
  return clip(visible(parts.join(' ')).toLowerCase(), maxTextCharacters)
}

function shown(text: string): string {
  return clip(visible(text), maxTextCharacters)
}
