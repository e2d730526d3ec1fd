import { CodedError, hasBrand } from './coded-error.ts'

/** What was wrong with a frame. */
export type FrameOffence =
  /** Its length is above the limit. */
  | 'over-limit'
  /** Its length has more bytes than the number needs. */
  | 'non-minimal-length'
  /** Its length does not end in time. */
  | 'length-too-long'
  /** It is too short for, or does not end in, the suffix of the framing. */
  | 'no-suffix'
  /** The remote ended inside it. */
  | 'truncated'
  /** The frame is whole, but no message has these bytes. */
  | 'no-message'

export interface DriverErrorData {
  readonly protocol: string
  readonly role: string
  /** The machine's state when it failed. */
  readonly state: string
  /** Set where the remote's bytes were malformed. */
  readonly offence?: FrameOffence | undefined
}

const brand: unique symbol = Symbol.for('p2pspec.DriverError')

/** A protocol that ended without success: `code` is the machine's own error code, `data` says where it stood. */
export class DriverError extends CodedError<string> {
  override readonly name = 'DriverError'
  readonly data: DriverErrorData

  constructor(code: string, message: string, data: DriverErrorData, options?: { readonly cause?: unknown }) {
    super(code, message, options)
    this.data = data
  }

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is DriverError {
    return hasBrand(value, brand)
  }
}
