import { CodedError, hasBrand } from '../core/coded-error.ts'
import type { Refusal } from './resources/scope-limits.ts'

export type SwarmErrorCode =
  /** A protocol was given a second handler. */
  | 'already-handled'
  /** The connection is closing or closed. */
  | 'connection-closed'
  /** A budget of streams is used up, or one connection holds more inbound streams of a protocol than its handler allows. */
  | 'too-many-streams'
  /** A connection failed while it was secured or muxed; `data.layer` says where. */
  | 'upgrade-failed'
  /** The two sides share no security protocol or muxer. */
  | 'no-common-protocol'
  /** No transport of this node serves the address. */
  | 'no-transport'
  | 'dialled-self'
  /** No address of the peer led to it; `data.attempts` says what became of each. */
  | 'dial-failed'
  /** Nothing is known of where the peer is. */
  | 'no-addresses'
  /** The addresses given name several peers. */
  | 'different-peers'
  /** A peer id or an address that is none. */
  | 'bad-target'
  /** The connection gater refused. */
  | 'denied'
  /** An address that is dialled on nobody's word: of no single host, this node's own, or in a private network and told in the public one. */
  | 'unwanted-address'
  /** Every known address of the peer failed a short while ago. */
  | 'backing-off'
  | 'too-many-dials'
  /** One host or network holds too many inbound connections. */
  | 'too-many-from-host'
  | 'timeout'
  /** Too many connections await the proof of their identity. */
  | 'too-many-pending'
  | 'too-many-connections'
  /** A budget of bytes is used up. */
  | 'too-many-bytes'
  /** A peer has as many tags as it may. */
  | 'too-many-tags'
  | 'stopped'

/** How far an upgrade came. */
export type UpgradeLayer = 'private-network' | 'security-negotiation' | 'security' | 'muxer-negotiation' | 'muxer'

export interface SwarmErrorData {
  readonly layer?: UpgradeLayer
  readonly address?: string
  readonly protocol?: string
  readonly limit?: number
  /** The budget that is used up, and by whom. */
  readonly refusal?: Refusal
}

const brand: unique symbol = Symbol.for('p2pspec.SwarmError')

/** An error of listening, dialling, upgrading, or of a whole connection. */
export class SwarmError extends CodedError<SwarmErrorCode> {
  override readonly name: string = 'SwarmError'
  readonly data: SwarmErrorData

  constructor(
    code: SwarmErrorCode,
    message: string,
    data: SwarmErrorData = {},
    options?: { readonly cause?: unknown },
  ) {
    super(code, message, options)
    this.data = data
  }

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is SwarmError {
    return hasBrand(value, brand)
  }
}
