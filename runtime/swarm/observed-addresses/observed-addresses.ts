import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { Clock, Timer } from '../../core/clock.ts'
import { judgeObservation, type Claim, type Observation } from './claim.ts'

const { observersToConfirm, observersToKeep, maxPerListener, maxObservations, observationTtl } =
  limits.observedAddresses

export interface ObservedAddressesParts {
  readonly clock: Clock
  /** Where this node listens now. */
  listening(): readonly Multiaddr[]
  /** Other addresses are confirmed than before. */
  onChanged(): void
}

/** The word of one observer on one listener. */
interface Word {
  readonly claim: Claim
  readonly candidate: Candidate
  /** Connections that stand by it. */
  connections: number
  /** Once none does. */
  expiresAt: number
}

interface Candidate {
  readonly address: Multiaddr
  readonly listener: string
  observers: number
  isConfirmed: boolean
}

/** What a connection is to this table: any object that stays the same. */
type ConnectionKey = object

/** Addresses of this node as others see them: believed once observers in several networks agree, for as long as enough of them do. */
//= ID-OBS-5
export class ObservedAddresses {
  readonly #parts: ObservedAddressesParts
  /** By listener and observer, the oldest first: an observer has one word on each listener, the last one. */
  readonly #words = new Map<string, Word>()
  readonly #byConnection = new WeakMap<ConnectionKey, Word>()
  readonly #candidates = new Map<string, Candidate>()
  #told = ''
  #timer: Timer | undefined
  #stopped = false

  constructor(parts: ObservedAddressesParts) {
    this.#parts = parts
  }

  /** Those that may be told on: of each listener the ones that most observers see. */
  get confirmed(): readonly Multiaddr[] {
    const counts = new Map<string, number>()
    const chosen: Multiaddr[] = []
    const confirmed = [...this.#candidates.values()].filter(({ isConfirmed }) => isConfirmed)
    for (const { address, listener } of confirmed.sort((left, right) => right.observers - left.observers)) {
      const count = counts.get(listener) ?? 0
      if (count < maxPerListener) chosen.push(address)
      counts.set(listener, count + 1)
    }
    return chosen
  }

  /** Words that are remembered. */
  get size(): number {
    return this.#words.size
  }

  /** What the peer of a connection that stands says; its last word counts. Answers why it does not count, where it does not. */
  observe(connection: ConnectionKey, observation: Observation): string | undefined {
    if (this.#stopped) return 'the node has stopped'
    const judgement = judgeObservation(observation, this.#parts.listening())
    if ('ignored' in judgement) return judgement.ignored
    const { claim } = judgement
    const before = this.#byConnection.get(connection)
    if (before !== undefined && this.#words.get(keyOf(claim)) === before && isSame(before.claim, claim))
      return undefined
    if (before !== undefined) this.#letGo(before)
    const word = this.#take(claim)
    word.connections += 1
    this.#byConnection.set(connection, word)
    this.#settle()
    return undefined
  }

  /** The connection is over: its word counts a while longer. */
  closed(connection: ConnectionKey): void {
    const word = this.#byConnection.get(connection)
    this.#byConnection.delete(connection)
    if (word !== undefined) this.#letGo(word)
  }

  /** This node listens elsewhere now: words on listeners that are gone count no more. */
  listenersChanged(): void {
    const standing = this.#parts.listening().map(String)
    for (const [key, { claim }] of this.#words)
      if (!standing.some((address) => address.endsWith(claim.listener))) this.#forget(key)
    this.#settle()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #take(claim: Claim): Word {
    const key = keyOf(claim)
    const held = this.#words.get(key)
    if (held !== undefined && isSame(held.claim, claim)) {
      // The newest word is forgotten last.
      this.#words.delete(key)
      this.#words.set(key, held)
      return held
    }
    this.#forget(key)
    const word = { claim, candidate: this.#candidate(claim), connections: 0, expiresAt: Infinity }
    word.candidate.observers += 1
    this.#words.set(key, word)
    if (this.#words.size > maxObservations) {
      const [oldest] = this.#words.keys()
      if (oldest !== undefined) this.#forget(oldest)
    }
    return word
  }

  #candidate({ address, listener }: Claim): Candidate {
    const key = `${listener} ${address}`
    let candidate = this.#candidates.get(key)
    if (candidate === undefined) {
      candidate = { address, listener, observers: 0, isConfirmed: false }
      this.#candidates.set(key, candidate)
    }
    return candidate
  }

  #letGo(word: Word): void {
    word.connections -= 1
    if (word.connections > 0) return
    word.expiresAt = this.#parts.clock.now() + observationTtl
    this.#watch()
  }

  #forget(key: string): void {
    const word = this.#words.get(key)
    if (word === undefined) return
    this.#words.delete(key)
    word.candidate.observers -= 1
    if (word.candidate.observers === 0) this.#candidates.delete(`${word.candidate.listener} ${word.candidate.address}`)
  }

  #watch(): void {
    if (this.#timer !== undefined || this.#stopped) return
    const now = this.#parts.clock.now()
    let next = Infinity
    for (const { connections, expiresAt } of this.#words.values())
      if (connections === 0 && expiresAt < next) next = expiresAt
    if (next === Infinity) return
    this.#timer = this.#parts.clock.startTimer(next - now, () => {
      this.#timer = undefined
      this.#expire()
      this.#watch()
    })
  }

  #expire(): void {
    const now = this.#parts.clock.now()
    for (const [key, { connections, expiresAt }] of this.#words)
      if (connections === 0 && expiresAt <= now) this.#forget(key)
    this.#settle()
  }

  /** Confirms what has become certain, takes back what has become doubtful, and tells where that changed anything. */
  #settle(): void {
    for (const candidate of this.#candidates.values()) {
      if (candidate.observers >= observersToConfirm) candidate.isConfirmed = true
      else if (candidate.observers < observersToKeep) candidate.isConfirmed = false
    }
    const now = this.confirmed.map(String).sort().join(' ')
    if (now === this.#told) return
    this.#told = now
    this.#parts.onChanged()
  }
}

function keyOf({ listener, observer }: Claim): string {
  return `${listener} ${observer}`
}

function isSame(left: Claim, right: Claim): boolean {
  return left.listener === right.listener && left.observer === right.observer && left.address.equals(right.address)
}
