import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { ConnectionGater } from '@p2pspec/generated/interfaces/connection-gater'
import type { AddressChoice, DialAttempt, DialExplanation, DialTarget } from '@p2pspec/generated/interfaces/libp2p'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import type { Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import type { SwarmConnection } from '../connection.ts'
import { SwarmError } from '../errors.ts'
import { addressKind } from './address-kind.ts'
import { BackOffs } from './back-off.ts'
import { BlackHoles } from './black-holes.ts'
import { planDials, type DialCandidate, type PlannedDial } from './dial-plan.ts'
import { deniedError, judge, requireAllowed } from './gate.ts'
import type { NameResolver } from './name-resolver.ts'
import { PeerDial, type PeerDialParts, type Screening, type WantedConnection } from './peer-dial.ts'
import { lookUpHosts, needsResolving, resolveNames } from './resolve-names.ts'
import { Slots } from './slots.ts'
import { plainAddress, readTarget, type ReadTarget } from './target.ts'
import { unwantedOf } from './unwanted-address.ts'

const { maxDials, maxQueuedDials, maxRememberedAttempts } = limits.dialer

export interface DialerParts {
  readonly self: PeerId
  readonly transports: readonly Transport[]
  readonly clock: Clock
  readonly random: Random
  readonly resolver: NameResolver
  readonly gater: ConnectionGater
  readonly addressBook: PeerStore | undefined
  /** Whole time of one address, in milliseconds. */
  readonly addressTimeoutMs: number
  readonly stopped: AbortSignal
  /** Where this node listens. */
  listening(): readonly Multiaddr[]
  connectionsTo(peer: PeerId): readonly SwarmConnection[]
  /** Connects and upgrades; rejects where the node does not want what came of it. */
  connect(wanted: WantedConnection): Promise<SwarmConnection>
  /** The connection that came of a dial. */
  onConnection(connection: SwarmConnection): void
}

/** Brings connections about: finds addresses, puts them in order, dials them, and remembers what became of them. */
export class Dialer {
  readonly #parts: DialerParts
  readonly #dials = new Map<string, PeerDial>()
  readonly #slots = new Slots(maxDials)
  readonly #backOffs: BackOffs
  readonly #blackHoles = new BlackHoles()
  readonly #attempts: DialAttempt[] = []
  readonly #dialParts: PeerDialParts

  constructor(parts: DialerParts) {
    this.#parts = parts
    this.#backOffs = new BackOffs(parts.clock, parts.random)
    this.#dialParts = {
      clock: parts.clock,
      slots: this.#slots,
      stopped: parts.stopped,
      addressTimeoutMs: parts.addressTimeoutMs,
      needsResolving,
      resolve: async (address, peer, question) => await resolveNames(address, peer, parts.resolver, question),
      lookUp: async (name, family, question) => await lookUpHosts(name, family, parts.resolver, question),
      screen: (candidate, peer) => this.#screen(candidate, peer, true),
      connect: async (wanted) => await parts.connect(wanted),
      onConnection: (connection) => parts.onConnection(connection),
      onAttempt: (planned, attempt) => this.#learn(planned, attempt),
    }
  }

  /** Dials, joins the dial of that peer that is under way, or hands out the connection that stands. */
  async dial(wanted: DialTarget, options: AbortOptions = {}): Promise<SwarmConnection> {
    this.#parts.stopped.throwIfAborted()
    options.signal?.throwIfAborted()
    const target = readTarget(wanted)
    const { peer, key } = target
    if (peer?.equals(this.#parts.self) === true)
      throw new SwarmError('dialled-self', `${peer} is this node's own identity; dial another peer`)
    const standing =
      peer === undefined ? undefined : this.#parts.connectionsTo(peer).find(({ status }) => status === 'open')
    if (standing !== undefined) return standing
    if (peer !== undefined)
      requireAllowed(this.#parts.gater, { step: 'peer', direction: 'outbound', peer, address: undefined })
    const dial = this.#dials.get(key) ?? this.#begin(key, peer)
    // Waited for before anything can fail, so that no rejection is left alone.
    const result = dial.wait(options.signal)
    dial.add(this.#candidates(target))
    return await result
  }

  /** What a dial would do, and what became of earlier ones. Does not touch the network. */
  explain(wanted: DialTarget): DialExplanation {
    const target = readTarget(wanted)
    const { peer, key } = target
    const skipped: AddressChoice[] = []
    const tried: DialCandidate[] = []
    const names = new Map<Multiaddr, string>()
    for (const candidate of this.#candidates(target)) {
      const screening = this.#screen(candidate, peer, false)
      if ('skip' in screening && !needsResolving(candidate.address))
        skipped.push({
          ...this.#facts(candidate, peer),
          rank: undefined,
          startMs: undefined,
          reason: screening.skip.message,
        })
      else {
        tried.push(candidate)
        if (needsResolving(candidate.address)) names.set(candidate.address, ', once its name is resolved')
      }
    }
    const planned = planDials(tried).map((one, rank): AddressChoice => {
      const reason = `${one.reason}${names.get(one.address) ?? ''}`
      return { ...this.#facts(one, peer), rank, startMs: one.startMs, reason }
    })
    const wantedAddresses = new Set([...planned, ...skipped].map(({ address }) => address.toString()))
    return {
      peer,
      connections: peer === undefined ? [] : this.#parts.connectionsTo(peer),
      dialling: this.#dials.has(key),
      verdict: judge(this.#parts.gater, { step: 'peer', direction: 'outbound', peer, address: undefined }),
      addresses: [...planned, ...skipped],
      attempts: this.#attempts.filter(
        (attempt) =>
          wantedAddresses.has(attempt.address.toString()) ||
          (peer !== undefined && attempt.peer?.equals(peer) === true),
      ),
    }
  }

  #begin(key: string, peer: PeerId | undefined): PeerDial {
    if (this.#dials.size >= maxQueuedDials)
      throw new SwarmError(
        'too-many-dials',
        `${maxQueuedDials} dials are under way or wait already; let some end before the next`,
        { limit: maxQueuedDials },
      )
    const dial = new PeerDial(this.#dialParts, peer?.toString() ?? key, peer)
    this.#dials.set(key, dial)
    const over = (): void => {
      this.#dials.delete(key)
    }
    dial.result.then(over, over)
    return dial
  }

  #candidates({ peer, addresses }: ReadTarget): readonly DialCandidate[] {
    const known = peer === undefined ? [] : (this.#parts.addressBook?.addressesOf(peer) ?? [])
    const candidates = new Map<string, DialCandidate>()
    for (const one of [...addresses.map((address) => ({ address, source: 'given' as const })), ...known]) {
      const address = plainAddress(one.address)
      const key = address.toString()
      if (!candidates.has(key)) candidates.set(key, { ...one, address })
    }
    return [...candidates.values()]
  }

  /** Whether the address is dialled; `counting`: a dial asks, not an explanation. */
  #screen(candidate: DialCandidate, peer: PeerId | undefined, counting: boolean): Screening {
    const { gater } = this.#parts
    const { address, source } = candidate
    const transport = this.#transportFor(address)
    if (transport === undefined) return { skip: this.#noTransport(address) }
    const request = { step: 'address', direction: 'outbound', peer, address } as const
    const verdict = judge(gater, request)
    if (!verdict.allow) return { skip: deniedError(request, verdict.reason) }
    const unwanted = unwantedOf(candidate, () => this.#parts.listening())
    if (unwanted !== undefined) return { skip: unwanted }
    // What the caller names is what the caller wants tried, whatever came of it before.
    if (source === 'given') return { transport }
    const waitMs = this.#backOffs.waitMs(address, peer)
    if (waitMs > 0) {
      const message = `it failed a short while ago and is left alone for ${Math.ceil(waitMs / 1000)} s more`
      return { skip: new SwarmError('backing-off', message, { address: address.toString() }) }
    }
    const path = this.#blackHoles.blocked(addressKind(address))
    if (path !== undefined && !(counting && this.#blackHoles.probes(path))) {
      const message = `nearly no dial over ${path === 'udp' ? 'UDP' : 'IPv6'} has succeeded lately: the path leads nowhere from here`
      return { skip: new SwarmError('dial-failed', message, { address: address.toString() }) }
    }
    return { transport }
  }

  #facts(candidate: DialCandidate, peer: PeerId | undefined): Omit<AddressChoice, 'rank' | 'startMs' | 'reason'> {
    const { address, source } = candidate
    return {
      address,
      source,
      transport: this.#transportFor(address)?.name,
      backOffMs: this.#backOffs.waitMs(address, peer),
      verdict: judge(this.#parts.gater, { step: 'address', direction: 'outbound', peer, address }),
    }
  }

  #learn(planned: PlannedDial, attempt: DialAttempt): void {
    const { address, kind, fromPublic = false } = planned
    const { peer, layer } = attempt
    // Whoever answered, even the wrong peer, the path leads somewhere.
    this.#blackHoles.record(kind, layer !== 'connect', peer?.toString())
    if (layer === 'connected') {
      this.#backOffs.succeeded(address, peer)
      if (peer !== undefined) this.#parts.addressBook?.addAddresses(peer, [address], 'connected', { fromPublic })
    } else if (layer === 'connect') this.#backOffs.failed(address)
    else this.#backOffs.failed(address, peer)
    this.#attempts.push(attempt)
    if (this.#attempts.length > maxRememberedAttempts) this.#attempts.shift()
  }

  #transportFor(address: Multiaddr): Transport | undefined {
    return this.#parts.transports.find((transport) => transport.canDial(address))
  }

  #noTransport(address: Multiaddr): SwarmError {
    const names = this.#parts.transports.map(({ name }) => name).join(', ')
    return new SwarmError('no-transport', `no transport of this node (${names}) can dial ${address}`, {
      address: address.toString(),
    })
  }
}
