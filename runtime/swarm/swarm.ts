import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ConnectionProtector } from '@p2pspec/generated/interfaces/connection-protector'
import type { ConnectionGater } from '@p2pspec/generated/interfaces/connection-gater'
import type { DialExplanation, DialTarget } from '@p2pspec/generated/interfaces/libp2p'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { Transport, TransportConnection, TransportListener } from '@p2pspec/generated/interfaces/transport'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import { systemRandom } from '../core/random.ts'
import type { ConnectionObserver, SwarmConnection } from './connection.ts'
import { ConnectionManager, type ConnectionManagerOptions } from './connection-manager/connection-manager.ts'
import { Deadline } from './deadline.ts'
import { Dialer } from './dialer/dialer.ts'
import { openGate, requireAllowed } from './dialer/gate.ts'
import { InboundLimits } from './dialer/inbound-limits.ts'
import { systemResolver, type NameResolver } from './dialer/name-resolver.ts'
import type { WantedConnection } from './dialer/peer-dial.ts'
import { asError } from './dialer/until-aborted.ts'
import { SwarmError } from './errors.ts'
import { StreamRegistrar } from './registrar.ts'
import type { ConnectionScope } from './resources/connection-scope.ts'
import { machineMemoryBytes } from './resources/machine-memory.ts'
import { Resources } from './resources/resources.ts'
import { scaleResourceLimits, type ResourceLimitOptions } from './resources/scope-limits.ts'
import { resetConnection } from './reset-connection.ts'
import { TransportError } from './transports/transport-error.ts'
import { Upgrader, type UpgradeOptions } from './upgrader.ts'

export interface SwarmEvents {
  'connection-opened': { readonly connection: SwarmConnection }
  'connection-closed': { readonly connection: SwarmConnection; readonly error: Error | undefined }
  /** An inbound connection did not get through its upgrade, or was refused. */
  'inbound-failed': { readonly address: Multiaddr; readonly error: Error }
  /** A stream handler threw; its stream has been reset. */
  'handler-failed': { readonly connection: SwarmConnection; readonly protocol: string; readonly error: unknown }
  'protocols-changed': { readonly protocols: readonly string[] }
}

export interface SwarmLimits {
  /** Whole time of one outbound dial and upgrade, in milliseconds. */
  readonly dialTimeoutMs: number
  /** Whole time of one inbound upgrade, in milliseconds. */
  readonly inboundUpgradeTimeoutMs: number
  /** Inbound connections whose identity is not proven yet: short for `resources.transient.inboundConnections`. */
  readonly maxPendingInbound?: number
  /** Connections of either direction: short for `resources.system`. */
  readonly maxConnections?: number
  /** Budgets of the node, of each peer, protocol, connection and stream. */
  readonly resources?: ResourceLimitOptions
}

export interface SwarmParts {
  readonly self: PeerId
  readonly transports: readonly Transport[]
  /** The private network that this node is in. */
  readonly protector?: ConnectionProtector | undefined
  readonly encrypters: readonly ConnectionEncrypter[]
  readonly muxers: readonly StreamMuxer[]
  readonly clock: Clock
  readonly limits: SwarmLimits
  readonly connectionManager?: ConnectionManagerOptions | undefined
  readonly events: Events<SwarmEvents>
  /** Which connections may come about; all of them where left out. */
  readonly gater?: ConnectionGater | undefined
  /** Where peers are; dials of a peer id alone need it. */
  readonly addressBook?: PeerStore | undefined
  /** Asked for what stands behind names; the machine's own where left out. */
  readonly resolver?: NameResolver | undefined
  /** Told of each stream's negotiation; left out unless somebody traces. */
  readonly onNegotiated?: ConnectionObserver['onNegotiated']
}

/** Listens, dials, upgrades, and holds what came of it. */
export class Swarm {
  readonly events: Events<SwarmEvents>
  readonly registrar = new StreamRegistrar((protocols) => this.events.emit('protocols-changed', { protocols }))
  /** Who holds what, and how much anybody may. */
  readonly resources: Resources
  /** Which connections stay. */
  readonly connectionManager: ConnectionManager
  readonly #parts: SwarmParts
  readonly #upgrader: Upgrader
  readonly #listeners: TransportListener[] = []
  readonly #connections = new Map<string, SwarmConnection[]>()
  /** Connections that are over, and whose last bytes have not left or whose remotes have not ended yet. */
  readonly #leaving = new Set<SwarmConnection>()
  readonly #gater: ConnectionGater
  readonly #dialer: Dialer
  readonly #inboundLimits = new InboundLimits()
  readonly #stopped = new AbortController()

  constructor(parts: SwarmParts) {
    this.#parts = parts
    this.events = parts.events
    this.resources = new Resources(scaleResourceLimits(machineMemoryBytes(), budgetsOf(parts.limits)), parts.clock)
    this.connectionManager = new ConnectionManager(
      {
        clock: parts.clock,
        random: systemRandom,
        dial: async (address, options) => await this.dial(address, options),
        onWorth: (peer, isWorth) => parts.addressBook?.setKept?.(peer, isWorth),
      },
      parts.connectionManager,
    )
    this.#gater = parts.gater ?? openGate
    this.#dialer = new Dialer({
      self: parts.self,
      transports: parts.transports,
      clock: parts.clock,
      random: systemRandom,
      resolver: parts.resolver ?? systemResolver,
      gater: this.#gater,
      addressBook: parts.addressBook,
      addressTimeoutMs: parts.limits.dialTimeoutMs,
      stopped: this.#stopped.signal,
      listening: () => this.addresses,
      connectionsTo: (peer) => this.connectionsTo(peer),
      connect: async (wanted) => await this.#connect(wanted),
      onConnection: (connection) => this.#opened(connection),
    })
    this.#upgrader = new Upgrader({
      protector: parts.protector,
      encrypters: parts.encrypters,
      muxers: parts.muxers,
      registrar: this.registrar,
      observer: {
        onClosed: (connection, error) => this.#closed(connection, error),
        onHandlerError: (connection, protocol, error) =>
          this.events.emit('handler-failed', { connection, protocol, error }),
        onNegotiated: parts.onNegotiated,
      },
    })
  }

  /** Listen addresses as they really are, without the peer id. */
  get addresses(): readonly Multiaddr[] {
    return this.#listeners.flatMap((listener) => [...listener.addresses])
  }

  get connections(): readonly SwarmConnection[] {
    return [...this.#connections.values()].flat()
  }

  connectionsTo(peer: PeerId): readonly SwarmConnection[] {
    return this.#connections.get(peer.toString()) ?? []
  }

  async listen(addresses: readonly (string | Multiaddr)[], options: AbortOptions = {}): Promise<void> {
    for (const address of addresses.map((address) => multiaddr(address))) {
      const transport = this.#parts.transports.find((candidate) => candidate.canListen(address))
      if (transport === undefined) throw this.#noTransport(address, 'listen on')
      this.#listeners.push(await transport.listen(address, (made) => this.#accept(made), options))
    }
  }

  /** Dials, or hands out the connection to that peer that stands already. */
  async dial(target: DialTarget, options: AbortOptions = {}): Promise<SwarmConnection> {
    return await this.#dialer.dial(target, options)
  }

  /** What a dial would do and why, and what became of earlier ones; the network is left alone. */
  explain(target: DialTarget): DialExplanation {
    return this.#dialer.explain(target)
  }

  /** Ends every connection and listener, and waits until what was written has left; nothing is accepted or dialled afterwards. */
  async stop(): Promise<void> {
    this.connectionManager.stop()
    const stopped = new SwarmError('stopped', 'the node has been stopped')
    this.#stopped.abort(stopped)
    const timer = this.#parts.clock.startTimer(limits.swarm.stopTimeout, () => {
      for (const connection of [...this.connections, ...this.#leaving]) connection.abort(stopped)
    })
    try {
      // Connections first: some live on the socket of their listener. What comes in meanwhile is refused.
      await Promise.all(this.connections.map((connection) => connection.close().catch(() => connection.abort())))
      await Promise.all([...this.#leaving].map((connection) => connection.released))
      await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()))
      for (const transport of this.#parts.transports) transport.stop?.()
    } finally {
      timer.cancel()
    }
  }

  async #connect(wanted: WantedConnection): Promise<SwarmConnection> {
    const { address, transport, peer, signal } = wanted
    const scope = this.resources.openConnection('outbound', address.toString())
    try {
      const made = await transport.dial(address, {
        signal,
        allowHost: (host) => wanted.allowHost(host),
        lookUp: async (name, family) => await wanted.lookUp(name, family),
      })
      wanted.onAnswer()
      const gates = this.#gates('outbound', made)
      return await this.#upgrader.upgradeOutbound(made, { signal, remotePeer: peer, scope, ...gates })
    } catch (error) {
      scope.close()
      throw error
    }
  }

  #accept(made: TransportConnection): void {
    const { inboundUpgradeTimeoutMs } = this.#parts.limits
    if (this.#stopped.signal.aborted) return resetConnection(made)
    const scope = this.#count(made)
    if (scope === undefined) return
    let leave: () => void
    try {
      const { remoteAddress: address } = made
      requireDescriptors(made)
      requireAllowed(this.#gater, { step: 'accept', direction: 'inbound', peer: undefined, address })
      leave = this.#inboundLimits.admit(address)
    } catch (refusal) {
      scope.close()
      return this.#refused(made, asError(refusal))
    }
    const deadline = new Deadline(
      this.#parts.clock,
      inboundUpgradeTimeoutMs,
      `the upgrade took over ${inboundUpgradeTimeoutMs} ms`,
      this.#stopped.signal,
    )
    this.#upgrader
      .upgradeInbound(made, { signal: deadline.signal, scope, ...this.#gates('inbound', made) })
      .then((connection) => {
        // Its address is counted until the socket is gone: who does not read what a connection still has to say gets no other for it.
        void connection.released.then(leave)
        this.#opened(connection)
      })
      .catch((error: unknown) => {
        leave()
        scope.close()
        this.events.emit('inbound-failed', { address: made.remoteAddress, error: asError(error) })
      })
      .finally(() => deadline.clear())
  }

  /** Counts what came in; undefined: it was refused and reset. */
  #count(made: TransportConnection): ConnectionScope | undefined {
    try {
      return this.resources.openConnection('inbound', made.remoteAddress.toString())
    } catch (refusal) {
      this.#refused(made, asError(refusal))
      return undefined
    }
  }

  #refused(made: TransportConnection, error: Error): void {
    resetConnection(made, error)
    this.events.emit('inbound-failed', { address: made.remoteAddress, error })
  }

  #gates(
    direction: 'inbound' | 'outbound',
    { remoteAddress: address }: TransportConnection,
  ): Pick<UpgradeOptions, 'onSecured' | 'onUpgraded'> {
    return {
      onSecured: (peer) => requireAllowed(this.#gater, { step: 'secured', direction, peer, address }),
      onUpgraded: ({ remotePeer: peer }) => requireAllowed(this.#gater, { step: 'upgraded', direction, peer, address }),
    }
  }

  #opened(connection: SwarmConnection): void {
    if (connection.status === 'closed') return this.#leave(connection)
    const key = connection.remotePeer.toString()
    const held = this.#connections.get(key)
    if (held === undefined) {
      this.#connections.set(key, [connection])
      this.#parts.addressBook?.setConnected(connection.remotePeer, true)
    } else held.push(connection)
    this.events.emit('connection-opened', { connection })
    void connection.released.then(() => this.#carrierGone(connection))
    // A listener may have ended it.
    if (this.connectionsTo(connection.remotePeer).includes(connection)) this.connectionManager.opened(connection)
  }

  #closed(connection: SwarmConnection, error: Error | undefined): void {
    const key = connection.remotePeer.toString()
    const held = this.#connections.get(key)
    const index = held?.indexOf(connection) ?? -1
    if (held === undefined || index === -1) return
    held.splice(index, 1)
    if (held.length === 0) this.#lastClosed(connection)
    this.#leave(connection)
    this.connectionManager.closed(connection)
    this.events.emit('connection-closed', { connection, error })
  }

  /** Gives the last bytes of a connection that is over their time. */
  #leave(connection: SwarmConnection): void {
    this.#leaving.add(connection)
    const { leaveTimeout } = limits.swarm
    const timer = this.#parts.clock.startTimer(leaveTimeout, () => {
      const message = `${connection.remotePeer} did not take the end of its connection within ${leaveTimeout} ms`
      connection.abort(new SwarmError('timeout', message))
    })
    void connection.released.then(() => {
      timer.cancel()
      this.#leaving.delete(connection)
    })
  }

  /** What was read and not yet taken may still be, for a while. */
  #carrierGone(connection: SwarmConnection): void {
    if (connection.status !== 'closed')
      this.#parts.clock.startTimer(limits.swarm.leaveTimeout, () => connection.carrierGone())
  }

  /** The address was good until now, so its time begins anew. */
  #lastClosed({ direction, remotePeer, remoteAddress }: SwarmConnection): void {
    this.#connections.delete(remotePeer.toString())
    const { addressBook } = this.#parts
    if (direction === 'outbound') addressBook?.addAddresses(remotePeer, [remoteAddress], 'connected')
    addressBook?.setConnected(remotePeer, false)
  }

  #noTransport(address: Multiaddr, verb: string): SwarmError {
    const names = this.#parts.transports.map(({ name }) => name).join(', ')
    return new SwarmError('no-transport', `no transport of this node (${names}) can ${verb} ${address}`, {
      address: address.toString(),
    })
  }
}

/** The budgets with the two short figures written out. */
function budgetsOf({ resources = {}, maxConnections, maxPendingInbound }: SwarmLimits): ResourceLimitOptions {
  const most = maxConnections
  return {
    ...resources,
    system: {
      ...(most === undefined ? {} : { connections: most, inboundConnections: most, outboundConnections: most }),
      ...resources.system,
    },
    transient: {
      ...(maxPendingInbound === undefined ? {} : { inboundConnections: maxPendingInbound }),
      ...resources.transient,
    },
  }
}

/** The last descriptors of the process are for its files and dials. */
function requireDescriptors(made: TransportConnection): void {
  if ('channel' in made && made.isOnLastDescriptors === true)
    throw new TransportError(
      'out-of-descriptors',
      `${made.remoteAddress} was turned away: the process may open no more than ${limits.swarm.reservedDescriptors} further files and sockets. Raise its limit (ulimit -n), or lower maxConnections.`,
    )
}
