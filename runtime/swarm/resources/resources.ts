import { limits } from '@p2pspec/generated/common/limits'
import type { Clock } from '../../core/clock.ts'
import { SwarmError, type SwarmErrorCode } from '../errors.ts'
import { ConnectionScope, type ConnectionTree } from './connection-scope.ts'
import { biggestHolders } from './holders.ts'
import type { Holder, ResourceLimits, ResourceName } from './scope-limits.ts'
import { Scope, type Direction } from './scope.ts'
import type { StreamScope } from './stream-scope.ts'

const { holdersRefreshInterval, maxIdleProtocols } = limits.resources

interface Survey {
  readonly at: number
  readonly resource: ResourceName
  readonly holders: readonly Holder[]
}

/** Who holds what on this node, and how much anybody may: the root of all scopes. */
export class Resources implements ConnectionTree {
  readonly limits: ResourceLimits
  readonly system: Scope
  readonly transient: Scope
  readonly #clock: Clock
  readonly #peers = new Map<string, Scope>()
  readonly #protocols = new Map<string, Scope>()
  readonly #connections = new Set<ConnectionScope>()
  readonly #surveys = new WeakMap<Scope, Survey>()

  constructor(resourceLimits: ResourceLimits, clock: Clock) {
    this.limits = resourceLimits
    this.#clock = clock
    this.system = new Scope('system', 'this node', resourceLimits.system)
    this.transient = new Scope('transient', 'connections without a proven identity', resourceLimits.transient)
  }

  get connections(): Iterable<ConnectionScope> {
    return this.#connections
  }

  get peers(): Iterable<Scope> {
    return this.#peers.values()
  }

  get protocols(): Iterable<Scope> {
    return this.#protocols.values()
  }

  /** Counts a connection whose identity is not proven yet. Throws where a budget is used up. */
  openConnection(direction: Direction, remoteAddress: string): ConnectionScope {
    const connection = new ConnectionScope(direction, remoteAddress, this)
    this.#connections.add(connection)
    return connection
  }

  connectionClosed(connection: ConnectionScope): void {
    this.#connections.delete(connection)
  }

  peer(name: string): Scope {
    let peer = this.#peers.get(name)
    if (peer === undefined) this.#peers.set(name, (peer = new Scope('peer', name, this.limits.peer)))
    return peer
  }

  peerEmptied(peer: Scope): void {
    this.#peers.delete(peer.name)
  }

  protocol(name: string): Scope {
    let protocol = this.#protocols.get(name)
    if (protocol === undefined) {
      if (this.#protocols.size >= maxIdleProtocols) this.#dropIdleProtocols()
      this.#protocols.set(name, (protocol = new Scope('protocol', name, this.limits.protocol)))
    }
    return protocol
  }

  refuse(scope: Scope, lack: ResourceName): SwarmError {
    const limit = scope.limits[lack]
    const used = scope.used(lack)
    const holders = this.#survey(scope, lack)
    const most = holders.map(({ name, used: held }) => `${name} ${held}`).join(', ')
    return new SwarmError(
      codeOf(scope, lack),
      `${scope.kind === 'system' ? '' : `${scope.kind} `}${scope.name} holds ${used} of ${limit} ${wordsOf(lack)}${most === '' ? '' : ` (most: ${most})`}: close some, or raise limits.resources.${scope.kind}.${lack}`,
      { limit, refusal: { scope: scope.kind, name: scope.name, resource: lack, limit, used, holders } },
    )
  }

  refuseStream(stream: StreamScope): SwarmError {
    const limit = this.limits.stream.bytes
    const name = `${stream.protocol ?? 'a stream'} of ${stream.connection.peer ?? stream.connection.own.name}`
    return new SwarmError(
      'too-many-bytes',
      `stream ${name} holds ${stream.bytes} of ${limit} bytes: read from it, or raise limits.resources.stream.bytes`,
      { limit, refusal: { scope: 'stream', name, resource: 'bytes', limit, used: stream.bytes, holders: [] } },
    )
  }

  #survey(scope: Scope, resource: ResourceName): readonly Holder[] {
    const at = this.#clock.now()
    const last = this.#surveys.get(scope)
    if (last?.resource === resource && at - last.at < holdersRefreshInterval) return last.holders
    const holders = biggestHolders(this, scope, resource)
    this.#surveys.set(scope, { at, resource, holders })
    return holders
  }

  #dropIdleProtocols(): void {
    for (const [name, protocol] of this.#protocols) if (protocol.isEmpty) this.#protocols.delete(name)
  }
}

function codeOf(scope: Scope, lack: ResourceName): SwarmErrorCode {
  if (lack === 'bytes') return 'too-many-bytes'
  if (lack.toLowerCase().includes('streams')) return 'too-many-streams'
  return scope.kind === 'transient' ? 'too-many-pending' : 'too-many-connections'
}

/** `inboundStreams` → `inbound streams`. */
function wordsOf(resource: ResourceName): string {
  return resource.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
