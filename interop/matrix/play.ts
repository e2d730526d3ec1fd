import { setTimeout as delay } from 'node:timers/promises'
import { cellKey, type Cell, type Party } from './cells.ts'
import { addressPlace, environmentOf, unsupportedCode, type Meeting, type Role } from './contract.ts'
import { breakNetwork, changeKey, prepareNetwork } from './faults.ts'
import type { Scenario } from './matrix-file.ts'
import { failedSteps, parseResult } from './result-text.ts'
import { offerAddress } from '../peers/offer-address.ts'
import type { Redis } from '../peers/redis.ts'
import type { Bench, PartyExit, RunningParty } from './runtimes/runtime.ts'

export interface Played {
  readonly passed: boolean
  /** One line: what happened. */
  readonly did: string
  readonly measures: Readonly<Record<string, number>>
}

export interface PlayOptions {
  readonly bench: Bench
  readonly limitMs: number
  /** Tells the tries of one cell apart in Redis. */
  readonly attempt: number
  readonly capture: boolean
  readonly signal: AbortSignal
}

const pollMs = 20

/** Lets two programs meet once, and says how that went. */
export async function play(cell: Cell, scenario: Scenario, options: PlayOptions): Promise<Played> {
  const { bench, limitMs } = options
  const key = cellKey(`${cell.id}#${options.attempt}`)
  const meetingOf = (name: string, party: Party): Meeting => ({
    cell,
    scenario,
    key: name,
    redis: bench.redisAddress,
    listenOn: bench.listenOn(party),
    seconds: Math.ceil(limitMs / 1000),
    keyLog: bench.keyLog,
  })
  const start = async (role: Role, party: Party, name = key, more: Scenario['next'] = {}): Promise<RunningParty> =>
    await bench.start(role, party, { ...environmentOf(role, party, meetingOf(name, party)), ...more })
  const over = new AbortController()
  const tell = async (name: string, address: string): Promise<void> =>
    await leave(bench.redis, cell.dialer, name, address, over.signal)
  const deadline = AbortSignal.any([options.signal, over.signal, AbortSignal.timeout(limitMs)])
  try {
    const stepwise =
      scenario.fault !== undefined ||
      options.capture ||
      cell.dialer.spelling !== cell.listener.spelling ||
      isForeign(cell.dialer) ||
      isForeign(cell.listener)
    // The dialer waits for the address by itself; starting both at once saves the time of one start.
    if (!stepwise) {
      const [listener, dialer] = await Promise.all([start('listener', cell.listener), start('dialer', cell.dialer)])
      return await watch(cell, scenario, listener, dialer, limitMs, deadline)
    }
    const listener = await start('listener', cell.listener)
    const address = await addressOf(bench.redis, cell.listener, key, listener, deadline)
    if (typeof address !== 'string') return failure(exitText('listener', cell.listener, address))
    await bench.capture(listener, address)
    // A key of its own: what the listener left may be of another kind than what the dialer asks for.
    const dialerKey = cellKey(`${cell.id}#dialer#${options.attempt}`)
    await tell(dialerKey, scenario.fault?.kind === 'wrong-key' ? changeKey(address) : address)
    if (scenario.fault !== undefined) await prepareNetwork(scenario.fault, listener)
    const dialer = await start('dialer', cell.dialer, dialerKey)
    if (scenario.fault === undefined) return await watch(cell, scenario, listener, dialer, limitMs, deadline)
    const broke = breakNetwork(scenario.fault, { listener, dialer, signal: deadline })
    if (scenario.fault.kind === 'kill' && scenario.fault.who === 'dialer') {
      const missed = await broke
      if (missed !== null) return failure(missed)
      // The listener is judged by what the next one gets from it.
      await tell(dialerKey, address)
      const next = await start('dialer', cell.dialer, dialerKey, scenario.next)
      return await watch(cell, scenario, listener, next, limitMs, deadline)
    }
    const played = await watch(cell, scenario, listener, dialer, limitMs, deadline)
    over.abort()
    const missed = await broke
    return missed === null ? played : failure(`${missed}; ${played.did}`)
  } finally {
    over.abort()
  }
}

async function watch(
  cell: Cell,
  scenario: Scenario,
  listener: RunningParty,
  dialer: RunningParty,
  limitMs: number,
  deadline: AbortSignal,
): Promise<Played> {
  const mayEnd = scenario.fault?.kind === 'kill' && scenario.fault.who === 'listener'
  const first = await Promise.race([
    dialer.exited.then((exit) => ({ role: 'dialer' as const, exit })),
    ...(mayEnd ? [] : [listener.exited.then((exit) => ({ role: 'listener' as const, exit }))]),
    aborted(deadline),
  ])
  if (first === null) return failure(`neither side ended within ${(limitMs / 1000).toFixed(0)} s: the dialer hangs`)
  if (first.exit.lost !== undefined) throw first.exit.lost
  if (first.role === 'listener') {
    // The dialer may have ended at the same moment, and its end is what counts.
    const dialerExit = await Promise.race([dialer.exited, delay(pollMs, null)])
    if (dialerExit === null || first.exit.code === unsupportedCode)
      return failure(exitText('listener', cell.listener, first.exit))
    return judge(cell, scenario, dialerExit)
  }
  return judge(cell, scenario, first.exit)
}

function judge(cell: Cell, scenario: Scenario, exit: PartyExit): Played {
  const outcome = scenario.outcome ?? 'works'
  const told = exitText('dialer', cell.dialer, exit)
  if (exit.code === unsupportedCode) return failure(told)
  if (outcome === 'refused') {
    if (exit.code === 0)
      return failure(`${cell.dialer.label} as dialer ended with 0: what should be refused was accepted`)
    // 128 and above: a signal, which is how a crash ends; 101 is a panic of Rust, 2 one of Go.
    if (exit.code === null || exit.code >= 128 || /\bpanick?(ed)?\b|goroutine \d+ \[/.test(exit.lastLog))
      return failure(`${told}: a crash, not a refusal`)
    return { passed: true, did: `refused: ${told}`, measures: {} }
  }
  if (exit.code !== 0) return failure([told, ...failedSteps(exit.output)].join('; '))
  const measures = parseResult(exit.output) ?? {}
  const missing = (scenario.measures ?? []).filter((name) => measures[name] === undefined)
  if (missing.length > 0)
    return failure(`${cell.dialer.label} as dialer ended with 0 and told no ${missing.join(', ')} on stdout`)
  return { passed: true, did: 'done', measures }
}

function exitText(role: Role, party: Party, exit: PartyExit): string {
  const who = `${party.label} as ${role}`
  if (exit.code === unsupportedCode)
    return `${who} ended with 127: it does not support what the matrix says it does${lastWords(exit)}`
  return `${who} ended with ${exit.code === null ? `signal ${exit.signal ?? '?'}` : `exit code ${exit.code}`}${lastWords(exit)}`
}

function lastWords({ lastLog }: PartyExit): string {
  const lines = lastLog.split('\n').filter((line) => line.trim() !== '' && !isStackOfCrash(line))
  const last = lines.at(-1)?.trim()
  return last === undefined ? '' : `: ${last.slice(0, 300)}`
}

/** What a runtime prints below the reason of a crash. */
function isStackOfCrash(line: string): boolean {
  return /^\s+at |^Node\.js v|^\s*[{}[\]]+,?\s*$|^\s+\w+: |^note: run with/.test(line)
}

function failure(did: string): Played {
  return { passed: false, did, measures: {} }
}

/** The listener's address once it is in Redis, or how the listener ended before. */
async function addressOf(
  redis: Redis,
  party: Party,
  key: string,
  listener: RunningParty,
  deadline: AbortSignal,
): Promise<string | PartyExit> {
  const place = addressPlace(party.spelling, key)
  let ended: PartyExit | undefined
  void listener.exited.then((exit) => {
    ended = exit
  })
  while (!deadline.aborted) {
    const address = place.kind === 'list' ? await redis.shift(place.key) : await redis.find(place.key)
    if (address !== null) return address
    if (ended !== undefined) return ended
    await delay(pollMs)
  }
  return { code: null, signal: 'none', output: '', lastLog: 'it left no address in Redis in time' }
}

/** A program that is not this project's: which kind of value it reads and writes in Redis is seen when it does. */
function isForeign({ peer }: Party): boolean {
  return peer === undefined
}

async function leave(redis: Redis, party: Party, key: string, address: string, over: AbortSignal): Promise<void> {
  const place = addressPlace(party.spelling, key)
  if (place.kind === 'list') await redis.push(place.key, address)
  else if (isForeign(party)) offerAddress(redis, place.key, address, over).catch(() => undefined)
  else await redis.set(place.key, address)
}

async function aborted(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  return null
}
