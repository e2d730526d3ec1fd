import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { Connection, PeerId } from '@p2pspec/generated/interfaces/connection'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import type { PrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import { applyPush, type IdentifyInfo } from '../protocols/identify/identify-info.ts'
import type { IdentifySelf } from '../protocols/identify/identify-self.ts'
import {
  handleIdentify,
  handleIdentifyPush,
  identify,
  identifyProtocol,
  identifyPushProtocol,
  pushIdentifyToAll,
} from '../protocols/identify/identify.ts'
import { EarlyEnds } from './early-end.ts'
import { IdentifyPusher } from './identify-pusher.ts'
import { handlePerf, perfProtocol } from '../protocols/perf/perf.ts'
import { PushBudgets } from '../protocols/identify/push-budget.ts'
import { handlePing, pingProtocol } from '../protocols/ping/ping.ts'
import { sealPeerRecord, verifyPeerRecord } from '../records/peer-record/peer-record.ts'
import { nextSequence } from '../records/peer-record/sequence.ts'
import type { SwarmConnection } from '../swarm/connection.ts'
import type { ObservedAddresses } from '../swarm/observed-addresses/observed-addresses.ts'
import type { OwnAddresses } from '../swarm/own-addresses/own-addresses.ts'
import type { Swarm } from '../swarm/swarm.ts'

export interface ServiceOptions {
  /** Ask each new peer who it is, answer the same question, and tell peers what changes. */
  readonly identify?: boolean
  /** Answer pings. */
  readonly ping?: boolean
  /** Serve performance measurements: off unless asked for, since anybody could use up this node's bandwidth. */
  readonly perf?: boolean
  /** `name/version`, told to every peer. */
  readonly agentVersion?: string
  /** The network's family of protocols, told to every peer. */
  readonly protocolVersion?: string
}

export interface ServiceEvents {
  /** A peer said who it is, or what changed. */
  'peer-identified': { readonly connection: Connection; readonly info: IdentifyInfo }
  /** A peer did not say who it is; the connection stays. */
  'identify-failed': { readonly connection: Connection; readonly error: unknown }
}

export interface ServiceParts {
  readonly swarm: Swarm
  readonly privateKey: PrivateKey
  readonly clock: Clock
  readonly events: Events<ServiceEvents>
  readonly peerStore: PeerStore
  readonly ownAddresses: OwnAddresses
  /** Undefined: what peers say of this node's addresses is not believed. */
  readonly observed: ObservedAddresses | undefined
}

/** The protocols that a node serves by itself. */
export class Services {
  readonly #swarm: Swarm
  readonly #privateKey: PrivateKey
  readonly #clock: Clock
  readonly #self: PeerId
  readonly #events: Events<ServiceEvents>
  readonly #peerStore: PeerStore
  readonly #agentVersion: string
  readonly #protocolVersion: string
  readonly #stopped = new AbortController()
  readonly #known = new WeakMap<Connection, IdentifyInfo>()
  readonly #earlyEnds = new EarlyEnds()
  #record: { readonly addresses: string; readonly envelope: Uint8Array; readonly sequence: bigint } | undefined
  readonly #ownAddresses: OwnAddresses
  readonly #observed: ObservedAddresses | undefined
  readonly #pusher: IdentifyPusher
  /** What this node would say now, made when it is asked for. */
  #state: string | undefined

  constructor(parts: ServiceParts, options: ServiceOptions) {
    const { swarm, privateKey, clock, events, peerStore } = parts
    this.#swarm = swarm
    this.#privateKey = privateKey
    this.#clock = clock
    this.#self = peerIdFromPublicKey(privateKey.publicKey)
    this.#events = events
    this.#peerStore = peerStore
    this.#ownAddresses = parts.ownAddresses
    this.#observed = parts.observed
    this.#pusher = new IdentifyPusher({
      clock,
      takers: () => this.#takers(),
      state: () => (this.#state ??= [...this.#ownAddresses.all, '', ...swarm.registrar.protocols].join(' ')),
      push: async (connections) =>
        await pushIdentifyToAll(connections, this.#selfMessage(), { clock, signal: this.#stopped.signal }),
    })
    this.#agentVersion = options.agentVersion ?? 'p2pspec/0.1.0'
    this.#protocolVersion = options.protocolVersion ?? 'ipfs/0.1.0'
    if (options.ping ?? true) {
      swarm.registrar.handle(pingProtocol, async (stream) => await handlePing(stream, { clock }), {
        maxInboundStreams: limits.ping.maxInboundStreams,
      })
    }
    if (options.perf ?? false)
      swarm.registrar.handle(perfProtocol, async (stream) => await handlePerf(stream, { clock }))
    if (options.identify ?? true) this.#startIdentify()
  }

  /** What this node calls itself in identify. */
  get agentVersion(): string {
    return this.#agentVersion
  }

  /** What the peer of this connection has said of itself so far. */
  identified(connection: Connection): IdentifyInfo | undefined {
    return this.#known.get(connection)
  }

  /** Where others may be told to find this node is another than before. */
  addressesChanged(): void {
    this.#stateChanged()
  }

  stop(): void {
    this.#stopped.abort()
    this.#pusher.stop()
  }

  #startIdentify(): void {
    const { registrar, events } = this.#swarm
    const { maxInboundStreams } = limits.identify
    const clock = this.#clock
    const budgets = new PushBudgets()
    registrar.handle(
      identifyProtocol,
      async (stream, connection) => {
        this.#pusher.told(connection)
        await handleIdentify(stream, this.#selfMessage(), { clock })
      },
      { maxInboundStreams },
    )
    registrar.handle(
      identifyPushProtocol,
      async (stream, connection) => {
        const info = await handleIdentifyPush(stream, budgets, { clock })
        // The swarm's streams are on the swarm's connections.
        this.#learn(connection as SwarmConnection, info)
      },
      { maxInboundStreams },
    )
    events.on('connection-opened', ({ connection }) => {
      // Its peer asks for what is true now, or does not want to know it.
      this.#pusher.told(connection)
      connection.takesEarlyEnd = this.#earlyEnds.takes(connection.remotePeer)
      void this.#ask(connection)
    })
    events.on('connection-closed', ({ connection }) => this.#observed?.closed(connection))
    events.on('protocols-changed', () => this.#stateChanged())
  }

  //= ID-PUSH-6
  #stateChanged(): void {
    this.#state = undefined
    this.#pusher.changed()
  }

  async #ask(connection: SwarmConnection): Promise<void> {
    try {
      const info = await identify(connection, { clock: this.#clock, signal: this.#stopped.signal })
      this.#earlyEnds.learn(connection.remotePeer, info.agentVersion)
      connection.takesEarlyEnd = this.#earlyEnds.takes(connection.remotePeer)
      this.#learn(connection, info)
    } catch (error) {
      // A connection that ends, or a peer without identify, is no fault of this node's.
      this.#events.emit('identify-failed', { connection, error })
    }
  }

  #learn(connection: SwarmConnection, info: IdentifyInfo): void {
    const known = this.#known.get(connection)
    const joined = known === undefined ? info : applyPush(known, info)
    this.#known.set(connection, joined)
    const { observedAddress: observed } = info
    const { localAddress: local, remoteAddress: remote } = connection
    if (observed !== undefined && local !== undefined) this.#observed?.observe(connection, { observed, local, remote })
    this.#events.emit('peer-identified', { connection, info: joined })
    // Something may have changed between what it was told and now, when it is known to take pushes.
    if (this.#pusher.isBehind(connection)) this.#pusher.changed()
  }

  #takers(): readonly SwarmConnection[] {
    return this.#swarm.connections.filter(
      (connection) => this.#known.get(connection)?.protocols?.includes(identifyPushProtocol) === true,
    )
  }

  #selfMessage(): IdentifySelf {
    const listenAddresses = this.#ownAddresses.all
    return {
      protocolVersion: this.#protocolVersion,
      agentVersion: this.#agentVersion,
      publicKey: this.#privateKey.publicKey.encode(),
      listenAddresses,
      protocols: this.#swarm.registrar.protocols,
      signedPeerRecord: this.#signedRecord(listenAddresses),
    }
  }

  /** Signed once for each set of addresses, with a higher number than any before: the store has the last one, also from before a restart. */
  #signedRecord(listenAddresses: readonly Multiaddr[]): Uint8Array | undefined {
    if (listenAddresses.length === 0) return undefined
    const addresses = listenAddresses.join(' ')
    if (this.#record?.addresses !== addresses) {
      const sequence = nextSequence(this.#lastSequence(), this.#clock.wallTime())
      const envelope = sealPeerRecord(this.#privateKey, {
        sequence,
        addresses: listenAddresses.map(({ bytes }) => bytes),
      })
      this.#record = { addresses, envelope, sequence }
      this.#peerStore.addRecord(this.#self, envelope)
    }
    return this.#record.envelope
  }

  #lastSequence(): bigint | undefined {
    if (this.#record !== undefined) return this.#record.sequence
    const kept = this.#peerStore.recordOf(this.#self)
    return kept === undefined ? undefined : verifyPeerRecord(kept, { expected: this.#self }).sequence
  }
}
