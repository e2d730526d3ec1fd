import { CodedError, hasBrand } from '../../../core/coded-error.ts'

export type DatagramErrorCode =
  /** It is longer than what fits into one packet of the path, or than what the remote takes. */
  | 'too-large'
  /** The remote has not said in the handshake that it takes datagrams. */
  | 'not-supported-by-remote'
  /** The QUIC library in use has no datagrams. */
  | 'not-supported-by-library'
  /** Somebody else waits for the next datagram already. */
  | 'already-reading'
  /** The connection is over. */
  | 'connection-over'

const brand: unique symbol = Symbol.for('p2pspec.DatagramError')

/** A datagram that could not be sent or waited for. */
export class DatagramError extends CodedError<DatagramErrorCode> {
  override readonly name = 'DatagramError'
  /** Of `too-large`: how long one may be. */
  readonly maxBytes: number | undefined

  constructor(code: DatagramErrorCode, message: string, maxBytes?: number) {
    super(code, message)
    this.maxBytes = maxBytes
  }

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is DatagramError {
    return hasBrand(value, brand)
  }
}
