// Generated from spec/interfaces/libp2p.yaml sha256:b5e7cf9212896a30ddbe90f7d4cc94d92968ee0cd0c082f077f2650eff7aab36
// Do not edit: change the spec and run `p2pspec generate`.
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection, OpenStreamOptions, PeerId } from './connection.ts'
import type { GateVerdict } from './connection-gater.ts'
import type { AddressSource } from './peer-store.ts'
import type { HandlerOptions, StreamHandler } from './registrar.ts'
import type { AbortOptions, Stream } from './stream.ts'

/** What a node tells those who listen. */
export interface Libp2pEvents {
  readonly 'connection-opened': { readonly connection: Connection }
  readonly 'connection-closed': { readonly connection: Connection; readonly error: Error | undefined }
  /** An inbound connection did not get through its upgrade, or was refused. */
  readonly 'inbound-failed': { readonly address: Multiaddr; readonly error: Error }
  /** A stream handler threw; its stream has been reset. */
  readonly 'handler-failed': { readonly connection: Connection; readonly protocol: string; readonly error: unknown }
  readonly 'protocols-changed': { readonly protocols: readonly string[] }
  /** The addresses that the node tells of itself are others than before. */
  readonly 'addresses-changed': { readonly addresses: readonly string[] }
}

/** Typed events. */
export interface EventSource<Events extends object> {
  /**
   * Answers the function that takes the listener away again. A listener that throws never stops the others.
   * - NODE-EVENT-1: Listeners hear an event in the turn in which it happens and in the order in which they came; one that throws stops nobody.
   */
  readonly on: <Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void) => () => void
}

/** Whom to dial: a peer whose addresses are known, an address with or without a peer id, or several addresses of one peer. */
export type DialTarget = string | Multiaddr | PeerId | readonly (string | Multiaddr)[]
/** Where a stream or a connection is wanted: whom to dial, or a connection that stands. */
export type Target = DialTarget | Connection

/** What became of one address in a dial. */
export interface DialAttempt {
  readonly address: Multiaddr
  readonly peer: PeerId | undefined
  /** How far it came: not tried at all, resolving its name, connecting, the upgrade, or all the way. */
  readonly layer: 'not-tried' | 'resolve' | 'connect' | 'upgrade' | 'connected'
  readonly reason: string
  readonly durationMs: number
}

/** What would become of one address in a dial. */
export interface AddressChoice {
  readonly address: Multiaddr
  /** Who told it: the caller, the signed record of the peer, the peer, an earlier connection, somebody else. */
  readonly source: 'given' | AddressSource
  /** The transport that would dial it; undefined: none can. */
  readonly transport: string | undefined
  /** Its place in the order of dials, from 0; undefined: it would not be dialled. */
  readonly rank: number | undefined
  /** When its dial would start at the latest, unless an earlier one succeeds; undefined as above. */
  readonly startMs: number | undefined
  /** Why it is dialled, or why not. */
  readonly reason: string
  /** How long it still waits after failures; 0: not at all. */
  readonly backOffMs: number
  /** What the connection gater says of it. */
  readonly verdict: GateVerdict
}

/** What a dial would do, without doing it. */
export interface DialExplanation {
  readonly peer: PeerId | undefined
  /** The connections to the peer that stand; the first open one is handed out instead of a new one. */
  readonly connections: readonly Connection[]
  /** A dial of the peer is under way. */
  readonly dialling: boolean
  /** What the connection gater says of the peer. */
  readonly verdict: GateVerdict
  /** In the order in which they would be tried, then those that would not. */
  readonly addresses: readonly AddressChoice[]
  /** What was tried lately, oldest first. */
  readonly attempts: readonly DialAttempt[]
}

/** A node. */
export interface Libp2p {
  readonly peerId: PeerId
  /**
   * The addresses that the node tells others, each ending in its peer id.
   * - NODE-ADDRESS-1: Each address leads to a listener that stands, as far as the node knows, or was announced by its owner; none is unspecified, and each has the peer id of this node at its end.
   */
  readonly addresses: readonly string[]
  /** The protocols that this node answers. */
  readonly protocols: readonly string[]
  readonly connections: readonly Connection[]
  readonly events: EventSource<Libp2pEvents>
  /**
   * Listens on the addresses that the node was made with. A node that runs stays as it is.
   * - NODE-LIFE-1: After a stop nothing of the node is left: no listener, no connection, no timer that keeps the process alive.
   */
  start(options?: AbortOptions): Promise<void>
  /**
   * Closes listeners and connections.
   * - NODE-LIFE-1: After a stop nothing of the node is left: no listener, no connection, no timer that keeps the process alive.
   */
  stop(): Promise<void>
  /**
   * Connects, or hands out the connection to that peer that stands already.
   * - NODE-DIAL-1: Dials of one peer that run at once share one connection.
   * - NODE-DIAL-2: A failed dial rejects with one error that names each address tried and what became of it.
   * - NODE-ABORT-1: An aborted call rejects with the signal's reason; a dial that others wait for goes on for them.
   */
  dial(target: DialTarget, options?: AbortOptions): Promise<Connection>
  /**
   * Dials where needed, and opens a stream on the first of the protocols that the remote serves.
   * - NODE-ABORT-1: An aborted call rejects with the signal's reason; a dial that others wait for goes on for them.
   */
  openStream(target: Target, protocols: string | readonly string[], options?: OpenStreamOptions): Promise<Stream>
  /** Serves the protocols; the handler gets each inbound stream. */
  handle(protocols: string | readonly string[], handler: StreamHandler, options?: HandlerOptions): void
  unhandle(protocols: string | readonly string[]): void
  /**
   * Says what a dial would do and why.
   * - NODE-EXPLAIN-1: The explanation does not touch the network.
   */
  explain(target: DialTarget): DialExplanation
}
