import { CodedError, hasBrand } from '../core/coded-error.ts'

export type SwarmErrorCode =
  /** A protocol was given a second handler. */
  | 'already-handled'
  /** The connection is closing or closed. */
  | 'connection-closed'
  /** One peer holds more inbound streams of a protocol than its handler allows. */
  | 'too-many-streams'
  /** A connection failed while it was secured or muxed; `data.layer` says where. */
  | 'upgrade-failed'
  /** The two sides share no security protocol or muxer. */
  | 'no-common-protocol'
  /** No transport of this node serves the address. */
  | 'no-transport'
  | 'dialled-self'
  | 'timeout'
  /** Too many inbound connections await their upgrade. */
  | 'too-many-pending'
  | 'too-many-connections'
  | 'stopped'

/** How far an upgrade came. */
export type UpgradeLayer = 'security-negotiation' | 'security' | 'muxer-negotiation' | 'muxer'

export interface SwarmErrorData {
  readonly layer?: UpgradeLayer
  readonly address?: string
  readonly protocol?: string
  readonly limit?: number
}

const brand: unique symbol = Symbol.for('p2pspec.SwarmError')

/** An error of listening, dialling, upgrading, or of a whole connection. */
export class SwarmError extends CodedError<SwarmErrorCode> {
  override readonly name = 'SwarmError'
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
