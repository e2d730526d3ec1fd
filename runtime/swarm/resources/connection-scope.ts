import { limits } from '@p2pspec/generated/common/limits'
import type { DatagramBudget } from '@p2pspec/generated/interfaces/datagrams'
import type { UnsentBudget } from '@p2pspec/generated/interfaces/stream'
import { Scope, type Direction } from './scope.ts'
import { StreamScope, type ScopeTree, type StreamHolder } from './stream-scope.ts'

/** The scopes above a connection, and what they do for it. */
export interface ConnectionTree extends ScopeTree {
  readonly transient: Scope
  peer(name: string): Scope
  connectionClosed(connection: ConnectionScope): void
}

const { connectionOverheadBytes, streamOverheadBytes } = limits.resources

/** What one connection and its streams hold. Made by `Resources.openConnection`. */
export class ConnectionScope implements StreamHolder, DatagramBudget, UnsentBudget {
  readonly direction: Direction
  readonly tree: ConnectionTree
  readonly own: Scope
  /** The last stream that was opened: the rest follow by `next`. */
  streams: StreamScope | undefined
  #holder: Scope
  #closed = false
  /** Of datagrams that wait. */
  #datagramBytes = 0

  constructor(direction: Direction, remoteAddress: string, tree: ConnectionTree) {
    this.direction = direction
    this.tree = tree
    this.own = new Scope('connection', remoteAddress, tree.limits.connection)
    this.#holder = tree.transient
    for (const scope of [tree.transient, tree.system]) {
      const lack = scope.lackForConnection(direction, connectionOverheadBytes)
      if (lack !== undefined) throw tree.refuse(scope, lack)
    }
    for (const scope of [this.own, tree.transient, tree.system]) {
      scope.countConnection(direction, 1, connectionOverheadBytes)
    }
  }

  /** The peer that it is counted with; undefined while its identity is not proven. */
  get peer(): string | undefined {
    return this.#holder === this.tree.transient ? undefined : this.#holder.name
  }

  /** The remote's identity is proven: from here on its own budget counts. Throws where that is used up. */
  setPeer(name: string): void {
    if (this.#closed || this.peer !== undefined) return
    const peer = this.tree.peer(name)
    const lack = peer.lackForConnection(this.direction, connectionOverheadBytes)
    if (lack !== undefined) {
      const refusal = this.tree.refuse(peer, lack)
      if (peer.isEmpty) this.tree.peerEmptied(peer)
      throw refusal
    }
    this.#holder.countConnection(this.direction, -1, connectionOverheadBytes)
    peer.countConnection(this.direction, 1, connectionOverheadBytes)
    this.#holder = peer
  }

  /** Throws where one of the budgets is used up. */
  openStream(direction: Direction): StreamScope {
    const { own, tree } = this
    const { system } = tree
    const holder = this.#holder
    this.#requireRoom(own, direction)
    this.#requireRoom(holder, direction)
    this.#requireRoom(system, direction)
    own.countStream(direction, 1, streamOverheadBytes)
    holder.countStream(direction, 1, streamOverheadBytes)
    system.countStream(direction, 1, streamOverheadBytes)
    this.streams = new StreamScope(direction, this, holder, this.streams)
    return this.streams
  }

  /** Datagrams may be dropped: they get no more than a part of each budget, so that they leave room for streams. */
  hold(byteCount: number): boolean {
    const mayHold =
      !this.#closed &&
      this.own.mayGrow(byteCount) &&
      this.#holder.mayGrow(byteCount) &&
      this.tree.system.mayGrow(byteCount)
    if (mayHold) this.#countDatagrams(byteCount)
    return mayHold
  }

  release(byteCount: number): void {
    if (!this.#closed) this.#countDatagrams(-byteCount)
  }

  holdUnsent(byteCount: number): Error | undefined {
    for (const scope of [this.own, this.#holder, this.tree.system]) {
      if (!scope.hasRoom(byteCount)) return this.tree.refuse(scope, 'bytes')
    }
    this.#count(byteCount)
    return undefined
  }

  releaseUnsent(byteCount: number): void {
    this.#count(-byteCount)
    // A connection that is over kept its peer's scope for what it still had to say.
    if (this.#closed && this.#holder.isEmpty) this.tree.peerEmptied(this.#holder)
  }

  streamClosed(stream: StreamScope): void {
    this.own.countStream(stream.direction, -1, stream.bytes)
    if (stream.previous === undefined) this.streams = stream.next
    else stream.previous.next = stream.next
    if (stream.next !== undefined) stream.next.previous = stream.previous
    stream.previous = undefined
    stream.next = undefined
  }

  /** The connection is over: gives back what it and its streams hold, once. */
  close(): void {
    if (this.#closed) return
    this.#countDatagrams(-this.#datagramBytes)
    this.#closed = true
    while (this.streams !== undefined) this.streams.close()
    for (const scope of [this.own, this.#holder, this.tree.system]) {
      scope.countConnection(this.direction, -1, connectionOverheadBytes)
    }
    if (this.#holder.isEmpty) this.tree.peerEmptied(this.#holder)
    this.tree.connectionClosed(this)
  }

  #countDatagrams(byteCount: number): void {
    this.#datagramBytes += byteCount
    this.#count(byteCount)
  }

  #count(byteCount: number): void {
    for (const scope of [this.own, this.#holder, this.tree.system]) scope.bytes += byteCount
  }

  #requireRoom(scope: Scope, direction: Direction): void {
    const lack = scope.lackForStream(direction, streamOverheadBytes)
    if (lack !== undefined) throw this.tree.refuse(scope, lack)
  }
}
