import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { AbortOptions } from '@p2pspec/generated/interfaces/stream'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { RawConnection, Transport, TransportListener } from '@p2pspec/generated/interfaces/transport'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import { systemRandom } from '../core/random.ts'
import { peerIdFromString } from '../crypto/peer-id.ts'
import type { ConnectionObserver, SwarmConnection } from './connection.ts'
import { ConnectionManager, type ConnectionManagerOptions } from './connection-manager/connection-manager.ts'
import { Deadline } from './deadline.ts'
import { SwarmError } from './errors.ts'
import { StreamRegistrar } from './registrar.ts'
import type { ConnectionScope } from './resources/connection-scope.ts'
import { machineMemoryBytes } from './resources/machine-memory.ts'
import { Resources } from './resources/resources.ts'
import { scaleResourceLimits, type ResourceLimitOptions } from './resources/scope-limits.ts'
import { Upgrader } from './upgrader.ts'

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
  readonly encrypters: readonly ConnectionEncrypter[]
  readonly muxers: readonly StreamMuxer[]
  readonly clock: Clock
  readonly limits: SwarmLimits
  readonly connectionManager?: ConnectionManagerOptions | undefined
  readonly events: Events<SwarmEvents>
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
  /** One dial for each peer (or address without a peer), shared by all who ask for it. */
  readonly #dials = new Map<string, Promise<SwarmConnection>>()
  readonly #stopped = new AbortController()

  constructor(parts: SwarmParts) {
    this.#parts = parts
    this.events = parts.events
    this.resources = new Resources(scaleResourceLimits(machineMemoryBytes(), budgetsOf(parts.limits)), parts.clock)
    this.connectionManager = new ConnectionManager(
      { clock: parts.clock, random: systemRandom, dial: async (address, options) => await this.dial(address, options) },
      parts.connectionManager,
    )
    this.#upgrader = new Upgrader({
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
      this.#listeners.push(await transport.listen(address, (raw) => this.#accept(raw), options))
    }
  }

  /** Dials, or hands out the connection to that peer that stands already. */
  async dial(target: string | Multiaddr, options: AbortOptions = {}): Promise<SwarmConnection> {
    this.#stopped.signal.throwIfAborted()
    options.signal?.throwIfAborted()
    const address = multiaddr(target)
    const peer = peerOf(address)
    if (peer !== undefined && peer.equals(this.#parts.self)) {
      throw new SwarmError('dialled-self', `${address} is this node's own identity; dial another peer`, {
        address: address.toString(),
      })
    }
    const standing = peer === undefined ? undefined : this.connectionsTo(peer).find(({ status }) => status === 'open')
    if (standing !== undefined) return standing
    const key = peer?.toString() ?? address.toString()
    let dial = this.#dials.get(key)
    if (dial === undefined) {
      dial = this.#dial(address, peer).finally(() => this.#dials.delete(key))
      this.#dials.set(key, dial)
    }
    return await abandonable(dial, options.signal)
  }

  /** Ends every connection and listener; nothing is accepted or dialled afterwards. */
  async stop(): Promise<void> {
    this.connectionManager.stop()
    this.#stopped.abort(new SwarmError('stopped', 'the node has been stopped'))
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()))
    await Promise.all(this.connections.map((connection) => connection.close().catch(() => connection.abort())))
  }

  async #dial(address: Multiaddr, remotePeer: PeerId | undefined): Promise<SwarmConnection> {
    const transport = this.#parts.transports.find((candidate) => candidate.canDial(address))
    if (transport === undefined) throw this.#noTransport(address, 'dial')
    const scope = this.resources.openConnection('outbound', address.toString())
    const { dialTimeoutMs } = this.#parts.limits
    const deadline = new Deadline(
      this.#parts.clock,
      dialTimeoutMs,
      `dialling ${address} took over ${dialTimeoutMs} ms`,
      this.#stopped.signal,
    )
    try {
      const raw = await transport.dial(address, { signal: deadline.signal })
      const connection = await this.#upgrader.upgradeOutbound(raw, { signal: deadline.signal, remotePeer, scope })
      this.#opened(connection)
      return connection
    } catch (error) {
      scope.close()
      throw error
    } finally {
      deadline.clear()
    }
  }

  #accept(raw: RawConnection): void {
    const { inboundUpgradeTimeoutMs } = this.#parts.limits
    if (this.#stopped.signal.aborted) return raw.channel.reset()
    const scope = this.#count(raw)
    if (scope === undefined) return
    const deadline = new Deadline(
      this.#parts.clock,
      inboundUpgradeTimeoutMs,
      `the upgrade took over ${inboundUpgradeTimeoutMs} ms`,
      this.#stopped.signal,
    )
    this.#upgrader
      .upgradeInbound(raw, { signal: deadline.signal, scope })
      .then(
        (connection) => this.#opened(connection),
        (error: unknown) => {
          scope.close()
          this.events.emit('inbound-failed', { address: raw.remoteAddress, error: asError(error) })
        },
      )
      .finally(() => deadline.clear())
  }

  /** Counts what came in; undefined: it was refused and reset. */
  #count(raw: RawConnection): ConnectionScope | undefined {
    try {
      return this.resources.openConnection('inbound', raw.remoteAddress.toString())
    } catch (refusal) {
      const error = asError(refusal)
      raw.channel.reset(error)
      this.events.emit('inbound-failed', { address: raw.remoteAddress, error })
      return undefined
    }
  }

  #opened(connection: SwarmConnection): void {
    if (connection.status === 'closed') return
    const key = connection.remotePeer.toString()
    const held = this.#connections.get(key)
    if (held === undefined) this.#connections.set(key, [connection])
    else held.push(connection)
    this.events.emit('connection-opened', { connection })
    // A listener may have ended it.
    if (this.connectionsTo(connection.remotePeer).includes(connection)) this.connectionManager.opened(connection)
  }

  #closed(connection: SwarmConnection, error: Error | undefined): void {
    const key = connection.remotePeer.toString()
    const held = this.#connections.get(key)
    const index = held?.indexOf(connection) ?? -1
    if (held === undefined || index === -1) return
    held.splice(index, 1)
    if (held.length === 0) this.#connections.delete(key)
    this.connectionManager.closed(connection)
    this.events.emit('connection-closed', { connection, error })
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

/** The identity that the address names, if it names one. */
function peerOf(address: Multiaddr): PeerId | undefined {
  const component = address.getComponents().findLast(({ name }) => name === 'p2p')
  return component?.value === undefined ? undefined : peerIdFromString(component.value)
}

/** Lets one caller give up waiting while the work goes on for the others. */
async function abandonable<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return await work
  return await new Promise<Value>((resolve, reject) => {
    const abort = (): void => reject(asError(signal.reason))
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
