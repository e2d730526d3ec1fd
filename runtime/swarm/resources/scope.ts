import { limits } from '@p2pspec/generated/common/limits'
import type { ResourceName, ScopeKind, ScopeLimits } from './scope-limits.ts'

export type Direction = 'inbound' | 'outbound'

/** Counters with a budget. It is asked before anything is added: a refusal changes nothing. */
export class Scope {
  readonly kind: ScopeKind
  readonly name: string
  readonly limits: ScopeLimits
  inboundConnections = 0
  outboundConnections = 0
  inboundStreams = 0
  outboundStreams = 0
  bytes = 0
  readonly #growthBytes: number

  constructor(kind: ScopeKind, name: string, scopeLimits: ScopeLimits) {
    this.kind = kind
    this.name = name
    this.limits = scopeLimits
    this.#growthBytes = scopeLimits.bytes * limits.resources.growthShare
  }

  get isEmpty(): boolean {
    return (
      this.inboundStreams === 0 &&
      this.outboundStreams === 0 &&
      this.inboundConnections === 0 &&
      this.outboundConnections === 0 &&
      this.bytes === 0
    )
  }

  used(resource: ResourceName): number {
    if (resource === 'connections') return this.inboundConnections + this.outboundConnections
    if (resource === 'streams') return this.inboundStreams + this.outboundStreams
    return this[resource]
  }

  /** The resource that one more connection lacks; undefined: there is room. */
  lackForConnection(direction: Direction, byteCount: number): ResourceName | undefined {
    const { limits } = this
    if (direction === 'inbound') {
      if (this.inboundConnections >= limits.inboundConnections) return 'inboundConnections'
    } else if (this.outboundConnections >= limits.outboundConnections) return 'outboundConnections'
    if (this.inboundConnections + this.outboundConnections >= limits.connections) return 'connections'
    return this.bytes + byteCount > limits.bytes ? 'bytes' : undefined
  }

  /** The resource that one more stream lacks; undefined: there is room. */
  lackForStream(direction: Direction, byteCount: number): ResourceName | undefined {
    const { limits } = this
    if (direction === 'inbound') {
      if (this.inboundStreams >= limits.inboundStreams) return 'inboundStreams'
    } else if (this.outboundStreams >= limits.outboundStreams) return 'outboundStreams'
    if (this.inboundStreams + this.outboundStreams >= limits.streams) return 'streams'
    return this.bytes + byteCount > limits.bytes ? 'bytes' : undefined
  }

  hasRoom(byteCount: number): boolean {
    return this.bytes + byteCount <= this.limits.bytes
  }

  /** Room for what is only promised to a remote: never more than a part of the budget. */
  mayGrow(byteCount: number): boolean {
    return this.bytes + byteCount <= this.#growthBytes
  }

  /** Adds connections, or takes them away with `count` -1. */
  countConnection(direction: Direction, count: 1 | -1, byteCount: number): void {
    if (direction === 'inbound') this.inboundConnections += count
    else this.outboundConnections += count
    this.bytes += byteCount * count
  }

  /** Adds streams, or takes them away with `count` -1. */
  countStream(direction: Direction, count: 1 | -1, byteCount: number): void {
    if (direction === 'inbound') this.inboundStreams += count
    else this.outboundStreams += count
    this.bytes += byteCount * count
  }
}
