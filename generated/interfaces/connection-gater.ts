// Generated from spec/interfaces/connection-gater.yaml sha256:ff9e87c61593d0fcec3835f4272f0f4f7d14886ff73ea780f8094843a821783a
// Do not edit: change the spec and run `p2pspec generate`.
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from './connection.ts'

/** How far the connection has come: a peer is about to be dialled, an address of it is about to be dialled, a raw connection came in, the remote's identity is proven, the connection is whole. */
export type GateStep = 'peer' | 'address' | 'accept' | 'secured' | 'upgraded'

/** What is known of a connection at a step. */
export interface GateRequest {
  readonly step: GateStep
  readonly direction: 'inbound' | 'outbound'
  /** Claimed before the step secured, proven from then on; undefined where nobody named one. */
  readonly peer: PeerId | undefined
  /** The remote's address; undefined at the step peer. */
  readonly address: Multiaddr | undefined
}

/** The answer, with the reason of a refusal for logs and explanations. */
export type GateVerdict = { readonly allow: true } | { readonly allow: false; readonly reason: string }

/** Allows or refuses connections. */
export interface ConnectionGater {
  /**
   * Answers at once. A gater that throws has refused.
   * - GATE-REFUSE-1: A refused connection is ended at once; no later step of it is asked about, and no stream is opened on it.
   * - GATE-ORDER-1: The steps of one connection are asked in order: peer and address before a dial, accept for what comes in, then secured, then upgraded.
   * - GATE-PURE-1: The same request gets the same answer while nothing changed: an explanation asks without dialling.
   */
  judge(request: GateRequest): GateVerdict
}
