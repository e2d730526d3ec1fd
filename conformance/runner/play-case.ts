import type { CaseFinished, Reaction, SubjectInfo, Verdict } from '../events.ts'
import type { Subject, TransportName } from '../subjects/subject.ts'
import { caseKeys } from '../tester/case-keys.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { Transcript } from '../tester/transcript.ts'
import type { Desk, Hindrance, ProtocolAdapter, RolePlace } from './adapter.ts'
import type { CaseResult } from './case-result.ts'
import { openDesk } from './desk.ts'
import type { ExtraCase, FactCondition, Outcome } from './extra-case.ts'
import { acceptedProtocols } from './agent-play.ts'
import { isHostile, playGeneratedCase } from './generated-case.ts'
import type { Knowledge } from './knowledge.ts'
import { endOf } from './reaction.ts'
import { describeSight, playScript } from './script.ts'
import type { ScriptSight } from './script.ts'
import type { SuiteCase } from './suite.ts'
import { capped, judge } from './verdict.ts'

const OUR_NAME = 'p2pspec'
const INAPPLICABLE = 'not applicable'
const RAW = {
  network: 'a private network',
  transport: 'a TCP connection',
  security: 'a handshake of noise',
  tls: 'a handshake of TLS on TCP',
  plaintext: 'an exchange of plaintext',
  secured: 'a channel of noise',
  muxer: 'yamux',
  mplex: 'mplex',
} as const
const HUNG: Reaction = { layer: 'protocol', kind: 'hung' }

export interface PlayOptions {
  readonly subject: Subject
  readonly knowledge: Knowledge
  readonly seed: number
  /** Longer deadlines for a second look at something that was late. */
  readonly patience: number
}

/** Why nothing can be played here over this transport; null where it can. */
export function inapplicable({ reach: { at } }: RolePlace, transport: TransportName): string | null {
  if (at === 'stream') return null
  if (transport === 'tcp') return at === 'quic' ? `${INAPPLICABLE} over TCP: it is about QUIC` : null
  return at === 'quic'
    ? null
    : `${INAPPLICABLE} over QUIC: it needs the bytes of ${RAW[at]}, and QUIC is all of that itself`
}

/** Reported so that nobody looks for it in vain; it is neither passed nor failed. */
export function isInapplicable({ verdict, did }: Pick<CaseFinished, 'verdict' | 'did'>): boolean {
  return verdict === 'unsupported' && did.startsWith(INAPPLICABLE)
}

/** The places of this case's role in the subject's mode. */
export function placesOf(one: SuiteCase, adapter: ProtocolAdapter, met: SubjectInfo['mode']): readonly RolePlace[] {
  // An agent listens.
  const mode = met === 'agent' ? 'listener' : met
  const places = (adapter.roles[one.role] ?? []).filter((place) => place.mode === 'both' || place.mode === mode)
  const own = one.body.kind === 'script' ? one.body.item.reach : null
  if (own === null) return places
  // A script that names its own place plays there wherever its role can be met at all.
  const all = adapter.roles[one.role] ?? []
  const ofConnection = all.filter(({ reach }) => reach.at !== 'stream' && reach.at !== 'muxer')
  // Below the muxer a role is played by who dialled; above it either side may play it.
  const eligible = own.at === 'stream' || own.at === 'muxer' || ofConnection.length === 0 ? all : ofConnection
  const first = eligible.find((place) => place.mode === 'both' || place.mode === mode)
  return first === undefined ? [] : [{ mode: first.mode, reach: own }]
}

export function hindranceOf(
  one: SuiteCase,
  adapter: ProtocolAdapter,
  place: RolePlace,
  knowledge: Knowledge,
): Hindrance | null {
  if (place.reach.at === 'network' && knowledge.networkNonce === null)
    return { kind: 'out-of-reach', why: 'the subject is in no private network' }
  if (one.body.kind === 'generated') return adapter.hindrance?.(one.body.item, place, knowledge) ?? null
  const { reach } = place
  const waitsFor = reach.at === 'stream' && reach.opens === 'subject' ? reach.protocol : null
  return waitsFor === null || knowledge.opens.includes(waitsFor)
    ? null
    : { kind: 'out-of-reach', why: `the subject opens no stream for ${waitsFor} by itself` }
}

/** Why a generated case cannot be played by this engine with this subject; null where it can. */
export function unplayable(one: SuiteCase): string | null {
  if (one.body.kind !== 'generated') return null
  const { steps } = one.body.item
  if (steps.some((step) => step.do === 'call')) return 'needs a subject whose application can be told what to do'
  if (steps.some((step) => step.do === 'expire')) return 'lets a timer of the subject run out'
  return null
}

/** Plays a case at one place and judges it. */
export async function playCase(
  one: SuiteCase,
  adapter: ProtocolAdapter,
  place: RolePlace,
  transcript: Transcript,
  options: PlayOptions,
): Promise<CaseResult> {
  const { subject, knowledge, seed, patience } = options
  const base = { reaction: null, hostile: false, late: false, allowed: allowedOf(one) }
  const hindrance = hindranceOf(one, adapter, place, knowledge)
  if (hindrance !== null) return { ...base, verdict: 'unsupported', did: hindrance.why }
  let open
  try {
    open = await openDesk(
      subject,
      place.reach,
      caseKeys(seed, one.id),
      transcript,
      knowledge,
      knowledge.waitMs * patience,
      one.body.kind === 'script' ? acceptedProtocols(one.body.item) : [],
    )
  } catch (error) {
    if (!(error instanceof TesterError) || error.code === 'bad-case') throw error
    const verdict: Verdict = error.code === 'unsupported' ? 'unsupported' : 'blocked'
    return {
      ...base,
      verdict,
      did: `could not be brought to the case: ${error.message}`,
      late: error.code === 'timeout',
    }
  }
  let result: CaseResult
  let ending: string | null = null
  try {
    result = { ...base, ...(await playAtDesk(one, adapter, open.desk, subject.info.name === OUR_NAME)) }
  } finally {
    ending = await open.release()
  }
  return ending === null ? result : { ...result, ending }
}

async function playAtDesk(
  one: SuiteCase,
  adapter: ProtocolAdapter,
  desk: Desk,
  ours: boolean,
): Promise<Omit<CaseResult, 'allowed'>> {
  try {
    if (one.body.kind === 'script') {
      return { ...judgeSight(await playScript(one.body.item, adapter, desk), one.body.item, ours), hostile: true }
    }
    const { item } = one.body
    const play = await playGeneratedCase(item, one.body.fixtures, adapter, desk)
    const hung = play.hung === true
    const reaction = hung ? HUNG : item.expect.end === 'failed' || !play.held ? endOf(desk) : null
    // A probe behind the silence was the second chance already; with more patience a timer of the subject would end what it should have ended itself.
    const late = play.late === true && !hung
    const hostile = isHostile(item)
    if (play.strayed)
      return { verdict: 'blocked', did: `left the path of the case: ${play.did}`, reaction, hostile, late }
    const verdict = judge(play.held, one, ours)
    // No text says how soon a side has to end; silence is no proof that a foreign node never does.
    return {
      verdict: hung && !ours && verdict === 'fail' ? 'nonstrict' : verdict,
      did: play.did,
      reaction,
      hostile,
      late,
    }
  } catch (error) {
    if (!(error instanceof TesterError) || error.code === 'bad-case') throw error
    const story = { did: error.message, reaction: null }
    if (error.code === 'unsupported') return { ...story, verdict: 'unsupported', late: false, hostile: false }
    return { ...story, verdict: 'blocked', late: error.code === 'timeout', hostile: true }
  }
}

function judgeSight(
  sight: ScriptSight,
  item: ExtraCase,
  ours: boolean,
): Pick<CaseResult, 'verdict' | 'did' | 'reaction' | 'late'> {
  const outcome = item.outcomes.find((candidate) => applies(candidate, sight))
  const written = item.verdict === 'observe' ? 'observed' : (outcome?.verdict ?? 'fail')
  const facts =
    outcome?.condition === null || outcome === undefined ? allFactNames(item) : Object.keys(outcome.condition.facts)
  const measured = facts.map((name) => `${name} ${String(sight.facts[name] ?? 'unknown')}`).join(', ')
  const did = `${describeSight(sight)}${measured === '' ? '' : ` (${measured})`}`
  return { verdict: capped(written, item, ours), did, reaction: sight.end, late: sight.late }
}

function applies({ condition }: Outcome, sight: ScriptSight): boolean {
  if (condition === null) return true
  if (condition.missing !== (sight.missing !== null)) return false
  if (condition.reactions !== null && !condition.reactions.includes(sight.reaction)) return false
  if (condition.code !== null && sight.end?.code !== condition.code) return false
  return Object.entries(condition.facts).every(([name, fact]) => holds(fact, sight.facts[name]))
}

function holds(condition: FactCondition, value: string | number | boolean | undefined): boolean {
  if (value === undefined) return false
  if (condition.is !== undefined && condition.is !== value) return false
  if (condition.atMost !== undefined && !(typeof value === 'number' && value <= condition.atMost)) return false
  return condition.atLeast === undefined || (typeof value === 'number' && value >= condition.atLeast)
}

function allFactNames(item: ExtraCase): readonly string[] {
  return [...new Set(item.outcomes.flatMap(({ condition }) => Object.keys(condition?.facts ?? {})))]
}

/** What a case allows, in one line. */
export function allowedOf(one: SuiteCase): string {
  if (one.body.kind === 'script') {
    const passes = one.body.item.outcomes.filter((outcome) => outcome.verdict === 'pass')
    const texts = passes.map(({ condition }) => {
      if (condition === null) return 'anything'
      const facts = Object.entries(condition.facts).map(([name, fact]) => `${name} ${describeFact(fact)}`)
      return [condition.reactions?.join(' or ') ?? 'any reaction', ...facts].join(', ')
    })
    return texts.length === 0 ? 'anything: it is only observed' : texts.join('; or ')
  }
  const { sends, end } = one.body.item.expect
  const sent = sends.map(
    (send) => `${send.any.map((legal) => legal.message).join(' or ')}${send.optional === true ? ' (optional)' : ''}`,
  )
  const last = end === 'open' ? 'and goes on' : end === 'done' ? 'and is done' : 'and ends the channel'
  return `sends ${sent.length === 0 ? 'nothing' : sent.join(', ')} ${last}`
}

function describeFact(fact: FactCondition): string {
  if (fact.is !== undefined) return `is ${String(fact.is)}`
  const parts = [
    fact.atLeast === undefined ? '' : `at least ${fact.atLeast}`,
    fact.atMost === undefined ? '' : `at most ${fact.atMost}`,
  ]
  return parts.filter((part) => part !== '').join(' and ')
}
