import path from 'node:path'
import type { CaseFinished, SubjectInfo, TranscriptLine } from '../events.ts'
import { run } from '../runner/run.ts'
import { loadCases } from '../runner/suite.ts'
import { agentSubject } from '../subjects/agent/agent-subject.ts'
import { dialingSubject } from '../subjects/dialing-subject.ts'
import { listeningSubject } from '../subjects/listening-subject.ts'
import type { Subject, TransportName } from '../subjects/subject.ts'
import { nearMatches } from './near-matches.ts'
import { readEvidence, readTranscript, TranscriptError } from './transcript-file.ts'
import { visible } from './visible.ts'

export interface ReplayOptions {
  readonly transcript: string
  /** Where the subject listens now; where it listened then without it. */
  readonly address?: string
  /** A dialer is started by this command, with `{addr}` in it. */
  readonly command?: readonly string[]
  /** What the dialer is to dial. */
  readonly transport?: TransportName
  readonly write: (text: string) => void
  readonly signal?: AbortSignal
}

/** Runs the one case of a transcript again, with the same seed, and prints what crosses the wire. Gives the exit code. */
export async function replay(options: ReplayOptions): Promise<0 | 1 | 2> {
  const before = readTranscript(options.transcript)
  const protocol = before.id.split('/', 1)[0] ?? ''
  const cases = loadCases(protocol)
  const one = cases.find(({ id }) => id === before.id)
  if (one === undefined) {
    const near = nearMatches(
      before.id,
      cases.map(({ id }) => id),
      3,
    )
    throw new TranscriptError(
      `the suite has no case ${visible(before.id)} any more${near.length === 0 ? '' : `; near it are ${near.join(', ')}`}`,
    )
  }
  const out = path.join(path.dirname(options.transcript), 'again')
  const subject = subjectOf(before.subject, options)
  let finished: CaseFinished | null = null
  const code = await run({
    subject,
    out,
    seed: before.seed,
    parallel: 1,
    protocols: [protocol],
    cases: [one],
    moreTries: 0,
    onEvent: (event) => {
      if (event.type === 'case-finished' && event.id === one.id) finished = event
    },
    replayCommand: () => `p2pspec replay ${options.transcript}`,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  await subject.close()
  options.write(storyOf(finished, out))
  return code
}

function subjectOf(then: SubjectInfo, options: ReplayOptions): Subject {
  if (then.mode !== 'listener') {
    const what =
      then.mode === 'agent'
        ? 'an agent: give its command behind --'
        : 'a dialer: give its command behind --, with {addr} in it'
    if (options.command === undefined || options.command.length === 0)
      throw new TranscriptError(`this case was played with ${what}`)
    return then.mode === 'agent'
      ? agentSubject(options.command, then.name, options.transport ?? 'tcp')
      : dialingSubject(options.command, then.name, options.transport)
  }
  const address = options.address ?? then.address
  if (address === null)
    throw new TranscriptError(
      'the transcript names no address: give one, /ip4/…/tcp/…/p2p/… or /ip4/…/udp/…/quic-v1/p2p/…',
    )
  return listeningSubject(address, then.name)
}

function storyOf(finished: CaseFinished | null, out: string): string {
  if (finished === null) return 'The case did not run: the subject was not reached.\n'
  const lines = readEvidence(out, finished.evidence)?.lines ?? []
  const story = [
    `${visible(finished.id)}: ${finished.verdict}`,
    ...lines.map(lineText),
    `did:     ${visible(finished.did)}`,
    `allowed: ${visible(finished.allowed)}`,
  ]
  if (finished.evidence !== null) story.push(`evidence: ${path.join(out, finished.evidence, 'transcript.json')}`)
  return `${story.join('\n')}\n`
}

const arrows: Readonly<Record<TranscriptLine['direction'], string>> = { sent: '→', received: '←', event: '·' }
const maxHexCharacters = 128

function lineText(line: TranscriptLine): string {
  const hex =
    line.hex === undefined
      ? ''
      : line.hex.length > maxHexCharacters
        ? ` ${line.hex.slice(0, maxHexCharacters)}…`
        : ` ${line.hex}`
  const words = [line.decoded, line.note].filter((part) => part !== undefined).map(visible)
  return `${line.at.toFixed(1).padStart(9)} ms ${arrows[line.direction]} ${line.layer.padEnd(11)} ${words.join('; ')}${hex}`
}
