import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { DialAttempt } from '@p2pspec/generated/interfaces/libp2p'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import type { Clock, Timer } from '../../core/clock.ts'
import type { SwarmConnection } from '../connection.ts'
import { Deadline } from '../deadline.ts'
import { SwarmError } from '../errors.ts'
import { dialError, type FailedAttempt } from './dial-error.ts'
import { hostOf } from './address-kind.ts'
import { planDials, type DialCandidate, type PlannedDial } from './dial-plan.ts'
import type { LookupBudget, LookupOptions, QuestionOptions } from './resolve-names.ts'
import type { Slots } from './slots.ts'
import { asError, untilAborted } from './until-aborted.ts'

const { maxDialsPerPeer, maxAddressesPerDial, maxAddressesPerHost, maxDnsLookupsPerDial } = limits.dialer
const { peerTimeout, privateAddressTimeout, resolveTimeout } = limits.dialer

/** Why the other attempts of a dial end; the same for all, since nobody looks where it came from. */
const decided = new Error('another address was faster')

const tooManyOfHost = `others have told ${maxAddressesPerHost} more addresses of the same host`

/** Whether an address is dialled: with this transport, or not, for this reason. */
export type Screening = { readonly transport: Transport } | { readonly skip: SwarmError }

/** One address that is to become a connection. */
export interface WantedConnection {
  readonly address: Multiaddr
  readonly transport: Transport
  readonly peer: PeerId | undefined
  readonly signal: AbortSignal
  onAnswer(): void
  /** Asked about each IP address behind a name that the transport looks up itself; throws where it is not to be dialled. */
  allowHost(address: Multiaddr): void
  /** IP addresses of such a name, within the budget of this dial. */
  lookUp(name: string, family: 4 | 6): Promise<readonly string[]>
}

/** What one dial asks of the dialler that runs it. */
export interface PeerDialParts {
  readonly clock: Clock
  readonly slots: Slots
  readonly stopped: AbortSignal
  readonly addressTimeoutMs: number
  needsResolving(address: Multiaddr): boolean
  resolve(address: Multiaddr, peer: PeerId | undefined, question: QuestionOptions): Promise<readonly Multiaddr[]>
  lookUp(name: string, family: 4 | 6, question: LookupOptions): Promise<readonly string[]>
  screen(candidate: DialCandidate, peer: PeerId | undefined): Screening
  /** Connects and upgrades; calls back when somebody answers. */
  connect(wanted: WantedConnection): Promise<SwarmConnection>
  onConnection(connection: SwarmConnection): void
  /** Each attempt that ended, good or bad. */
  onAttempt(planned: PlannedDial, attempt: DialAttempt): void
}

/** One dial of one peer over all of its addresses, shared by all who wait for it. */
export class PeerDial {
  readonly result: Promise<SwarmConnection>
  readonly #parts: PeerDialParts
  readonly #peer: PeerId | undefined
  readonly #whom: string
  readonly #startedAt: number
  readonly #timeout: Timer
  readonly #onStopped = (): void => this.#giveUp(asError(this.#parts.stopped.reason))
  /** Set once: nothing is begun any more. */
  #isOver = false
  /** What ends the attempts and look-ups that still run once the dial is decided. */
  readonly #ends = new Set<(reason: Error) => void>()
  readonly #seen = new Set<string>()
  readonly #accepted: DialCandidate[] = []
  readonly #transports = new Map<string, Transport>()
  readonly #started = new Set<string>()
  /** Addresses of each host that others have told. */
  readonly #perHost = new Map<string, number>()
  readonly #budget: LookupBudget = { left: maxDnsLookupsPerDial }
  readonly #failed: FailedAttempt[] = []
  readonly #settle: { resolve(connection: SwarmConnection): void; reject(error: Error): void }
  #pending: readonly PlannedDial[] = []
  /** Addresses came since the plan was made. */
  #isPlanOld = false
  #running = 0
  #resolving = 0
  /** A failure lets the next one start before its time. */
  #hurry = false
  #timer: Timer | undefined
  #waiters = 0

  constructor(parts: PeerDialParts, whom: string, peer: PeerId | undefined) {
    this.#parts = parts
    this.#peer = peer
    this.#whom = whom
    this.#startedAt = parts.clock.now()
    const { promise, resolve, reject } = Promise.withResolvers<SwarmConnection>()
    this.result = promise
    this.#settle = { resolve, reject }
    this.#timeout = parts.clock.startTimer(peerTimeout, () =>
      this.#giveUp(new SwarmError('timeout', `dialling ${whom} took over ${peerTimeout} ms`)),
    )
    parts.stopped.addEventListener('abort', this.#onStopped, { once: true })
  }

  /** Adds addresses to those that are tried; known ones change nothing. */
  add(candidates: readonly DialCandidate[]): void {
    for (const candidate of candidates) this.#take(candidate)
    this.#pump()
  }

  /** Waits for the result. When the last who waits gives up, the dial ends. */
  async wait(signal: AbortSignal | undefined): Promise<SwarmConnection> {
    this.#waiters += 1
    try {
      return await untilAborted(this.result, signal)
    } finally {
      this.#waiters -= 1
      if (this.#waiters === 0 && signal?.aborted === true) this.#giveUp(asError(signal.reason))
    }
  }

  #take(candidate: DialCandidate): void {
    const key = candidate.address.toString()
    if (this.#isOver || this.#seen.has(key)) return
    if (this.#seen.size >= maxAddressesPerDial) return
    this.#seen.add(key)
    if (this.#parts.needsResolving(candidate.address)) return void this.#resolve(candidate)
    const screening = this.#parts.screen(candidate, this.#peer)
    if ('skip' in screening) return this.#note(candidate.address, 'not-tried', screening.skip, 0)
    if (this.#isOneTooMany(candidate))
      return this.#note(candidate.address, 'not-tried', new SwarmError('unwanted-address', tooManyOfHost), 0)
    this.#transports.set(key, screening.transport)
    this.#accepted.push(candidate)
    this.#isPlanOld = true
  }

  #plan(): void {
    this.#isPlanOld = false
    this.#pending = planDials(this.#accepted).filter(({ address }) => !this.#started.has(address.toString()))
  }

  /** Counts what is dialled on the word of others. */
  #isOneTooMany({ address, source }: DialCandidate): boolean {
    const host = hostOf(address)?.text
    if (host === undefined || source === 'given' || source === 'connected') return false
    const count = (this.#perHost.get(host) ?? 0) + 1
    this.#perHost.set(host, count)
    return count > maxAddressesPerHost
  }

  /** For a transport that keeps the name. */
  async #lookUp(name: string, family: 4 | 6, parent: AbortSignal): Promise<readonly string[]> {
    const message = `looking up ${name} took over ${resolveTimeout} ms`
    const deadline = new Deadline(this.#parts.clock, resolveTimeout, message, parent)
    const { signal } = deadline
    try {
      return await untilAborted(this.#parts.lookUp(name, family, { signal, budget: this.#budget }), signal)
    } finally {
      deadline.clear()
    }
  }

  /** Never rejects. */
  async #resolve({ address, source, fromPublic }: DialCandidate): Promise<void> {
    const { clock } = this.#parts
    const from = clock.now()
    this.#resolving += 1
    const deadline = new Deadline(clock, resolveTimeout, `resolving ${address} took over ${resolveTimeout} ms`)
    const end = (reason: Error): void => deadline.abort(reason)
    this.#ends.add(end)
    try {
      const { signal } = deadline
      const found = await untilAborted(
        this.#parts.resolve(address, this.#peer, { signal, budget: this.#budget }),
        signal,
      )
      for (const one of found) this.#take({ address: one, source, fromPublic })
    } catch (error) {
      this.#note(address, 'resolve', asError(error), clock.now() - from)
    } finally {
      this.#ends.delete(end)
      deadline.clear()
      this.#resolving -= 1
      this.#pump()
    }
  }

  #pump(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#isOver) return
    if (this.#isPlanOld) this.#plan()
    while (this.#running < maxDialsPerPeer) {
      const [next, ...rest] = this.#pending
      if (next === undefined) break
      const waitMs = this.#startedAt + next.startMs - this.#parts.clock.now()
      if (waitMs > 0 && this.#running > 0 && !this.#hurry) {
        this.#timer = this.#parts.clock.startTimer(waitMs, () => this.#pump())
        return
      }
      this.#hurry = false
      this.#pending = rest
      this.#start(next)
    }
    if (this.#running + this.#resolving + this.#pending.length === 0) this.#fail(undefined)
  }

  #start(planned: PlannedDial): void {
    this.#started.add(planned.address.toString())
    this.#running += 1
    const { slots } = this.#parts
    let isTaken = false
    const leave = (): void => cancel()
    const cancel = slots.take(() => {
      isTaken = true
      this.#ends.delete(leave)
      void this.#attempt(planned).finally(() => {
        slots.release()
        this.#running -= 1
        this.#pump()
      })
    })
    if (!isTaken) this.#ends.add(leave)
  }

  /** Never rejects. */
  async #attempt(planned: PlannedDial): Promise<void> {
    const { clock, addressTimeoutMs } = this.#parts
    const { address, kind } = planned
    const transport = this.#transports.get(address.toString())
    if (transport === undefined || this.#isOver) return
    const from = clock.now()
    const timeoutMs = kind.reach === 'private' ? Math.min(privateAddressTimeout, addressTimeoutMs) : addressTimeoutMs
    const message = `dialling ${address} took over ${timeoutMs} ms`
    const deadline = new Deadline(clock, timeoutMs, message)
    const end = (reason: Error): void => deadline.abort(reason)
    this.#ends.add(end)
    let layer: 'connect' | 'upgrade' = 'connect'
    try {
      const onAnswer = (): void => {
        layer = 'upgrade'
      }
      const allowHost = (host: Multiaddr): void => {
        const screening = this.#parts.screen({ ...planned, address: host }, this.#peer)
        if ('skip' in screening) throw screening.skip
      }
      const { signal } = deadline
      const lookUp = async (name: string, family: 4 | 6): Promise<readonly string[]> =>
        await this.#lookUp(name, family, signal)
      const wanted = { address, transport, peer: this.#peer, signal, onAnswer, allowHost, lookUp }
      const connection = await this.#parts.connect(wanted)
      if (this.#isOver) return connection.abort(asError(signal.reason))
      // What is below has nothing left to end.
      this.#ends.delete(end)
      const durationMs = clock.now() - from
      const peer = connection.remotePeer
      this.#parts.onAttempt(planned, { address, peer, layer: 'connected', reason: 'connected', durationMs })
      this.#parts.onConnection(connection)
      this.#finish(decided)
      this.#settle.resolve(connection)
    } catch (error) {
      // An attempt that the dial itself ended says nothing about its address.
      if (this.#isOver) return
      this.#hurry = true
      this.#note(address, layer, asError(error), clock.now() - from, planned)
    } finally {
      this.#ends.delete(end)
      deadline.clear()
    }
  }

  #note(
    address: Multiaddr,
    layer: DialAttempt['layer'],
    error: Error,
    durationMs: number,
    planned?: PlannedDial,
  ): void {
    const attempt = { address, peer: this.#peer, layer, reason: error.message, durationMs }
    this.#failed.push({ ...attempt, error })
    if (planned !== undefined) this.#parts.onAttempt(planned, attempt)
  }

  #giveUp(reason: Error): void {
    if (this.#isOver) return
    for (const { address } of this.#accepted) {
      if (this.#failed.some((failed) => failed.address === address)) continue
      const running = this.#started.has(address.toString())
      const text = `${running ? 'still under way' : 'not begun yet'} when the dial was ended`
      this.#note(address, running ? 'connect' : 'not-tried', new Error(text), 0)
    }
    this.#fail(reason)
  }

  #fail(reason: Error | undefined): void {
    if (this.#isOver) return
    const cause =
      reason === undefined && this.#failed.length === 0
        ? new SwarmError('no-addresses', 'no address of it is known')
        : reason
    const error = dialError(this.#whom, this.#failed, cause)
    this.#finish(error)
    this.#settle.reject(cause !== undefined && !(cause instanceof SwarmError) ? cause : error)
  }

  #finish(reason: Error): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#pending = []
    this.#isOver = true
    this.#timeout.cancel()
    this.#parts.stopped.removeEventListener('abort', this.#onStopped)
    for (const end of this.#ends) end(reason)
    this.#ends.clear()
  }
}
