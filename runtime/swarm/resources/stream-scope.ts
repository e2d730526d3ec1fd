import { limits } from '@p2pspec/generated/common/limits'
import type { StreamBudget } from '@p2pspec/generated/interfaces/stream-muxer'
import type { SwarmError } from '../errors.ts'
import type { ResourceLimits, ResourceName } from './scope-limits.ts'
import type { Direction, Scope } from './scope.ts'

const { streamOverheadBytes } = limits.resources

/** What a stream needs of the scopes that all connections share. */
export interface ScopeTree {
  readonly limits: ResourceLimits
  readonly system: Scope
  protocol(name: string): Scope
  refuse(scope: Scope, lack: ResourceName): SwarmError
  refuseStream(stream: StreamScope): SwarmError
  /** A peer holds nothing any more. */
  peerEmptied(peer: Scope): void
}

/** The connection of a stream, as the stream sees it. */
export interface StreamHolder {
  readonly tree: ScopeTree
  readonly own: Scope
  readonly peer: string | undefined
  /** The stream is over: it takes itself out of the upper scopes. */
  streamClosed(stream: StreamScope): void
}

/** What one stream holds, counted at once in its connection, its peer, its protocol and the node. Made by `ConnectionScope.openStream`. */
export class StreamScope implements StreamBudget {
  readonly direction: Direction
  readonly connection: StreamHolder
  bytes: number = streamOverheadBytes
  /** Neighbours among the streams of the connection: a refusal and a view walk them, nothing else does. */
  previous: StreamScope | undefined
  next: StreamScope | undefined
  #peer: Scope
  #protocol: Scope | undefined
  #closed = false

  constructor(direction: Direction, connection: StreamHolder, peer: Scope, next: StreamScope | undefined) {
    this.direction = direction
    this.connection = connection
    this.#peer = peer
    this.next = next
    if (next !== undefined) next.previous = this
  }

  get protocol(): string | undefined {
    return this.#protocol?.name
  }

  /** The protocol is agreed on: the stream counts there too. Throws where that budget is used up. */
  setProtocol(name: string): void {
    if (this.#closed || this.#protocol !== undefined) return
    const protocol = this.connection.tree.protocol(name)
    const lack = protocol.lackForStream(this.direction, this.bytes)
    if (lack !== undefined) throw this.connection.tree.refuse(protocol, lack)
    protocol.countStream(this.direction, 1, this.bytes)
    this.#protocol = protocol
  }

  reserve(byteCount: number): Error | undefined {
    if (this.#closed) return undefined
    const { tree, own } = this.connection
    const { system } = tree
    if (this.bytes + byteCount > tree.limits.stream.bytes) return tree.refuseStream(this)
    if (!own.hasRoom(byteCount)) return tree.refuse(own, 'bytes')
    if (!this.#peer.hasRoom(byteCount)) return tree.refuse(this.#peer, 'bytes')
    if (this.#protocol?.hasRoom(byteCount) === false) return tree.refuse(this.#protocol, 'bytes')
    if (!system.hasRoom(byteCount)) return tree.refuse(system, 'bytes')
    this.#count(byteCount)
    return undefined
  }

  grow(byteCount: number): boolean {
    if (this.#closed) return false
    const { tree, own } = this.connection
    const mayGrow =
      this.bytes + byteCount <= tree.limits.stream.bytes &&
      own.mayGrow(byteCount) &&
      this.#peer.mayGrow(byteCount) &&
      this.#protocol?.mayGrow(byteCount) !== false &&
      tree.system.mayGrow(byteCount)
    if (mayGrow) this.#count(byteCount)
    return mayGrow
  }

  release(byteCount: number): void {
    if (!this.#closed) this.#count(-byteCount)
  }

  /** The stream is over: gives everything back, once. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const { direction, bytes, connection } = this
    connection.streamClosed(this)
    this.#protocol?.countStream(direction, -1, bytes)
    this.#peer.countStream(direction, -1, bytes)
    connection.tree.system.countStream(direction, -1, bytes)
    if (this.#peer.isEmpty) connection.tree.peerEmptied(this.#peer)
  }

  #count(byteCount: number): void {
    const { tree, own } = this.connection
    this.bytes += byteCount
    own.bytes += byteCount
    this.#peer.bytes += byteCount
    tree.system.bytes += byteCount
    if (this.#protocol !== undefined) this.#protocol.bytes += byteCount
  }
}
