import { CodedError, hasBrand } from './coded-error.ts'

export type StreamErrorCode =
  /** The remote reset the stream, or its carrier was lost. */
  | 'reset'
  /** This side reset the stream. */
  | 'reset-locally'
  /** Bytes were written after the end of this side's bytes. */
  | 'write-closed'
  /** The remote does not read, and the application kept writing without waiting. */
  | 'write-buffer-full'
  /** Two reads at once, or a read while a sink consumes the stream. */
  | 'already-reading'
  /** The remote ended in the middle of a message. */
  | 'unexpected-end'
  /** A length-prefixed message is longer than its limit. */
  | 'message-too-long'
  /** This side's own code threw while it served a connection; `cause` is what it threw. */
  | 'internal-fault'

const brand: unique symbol = Symbol.for('p2pspec.StreamError')

/** An error of a byte stream, whatever carries it. */
export class StreamError extends CodedError<StreamErrorCode> {
  override readonly name = 'StreamError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is StreamError {
    return hasBrand(value, brand)
  }
}

/** What a channel is reset with when this side's own code threw: never the remote's doing, and never more than one connection's end. */
export function internalFault(cause: unknown): StreamError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new StreamError(
    'internal-fault',
    `A fault of this side ended the connection, and no other: ${message}. The cause says where it was thrown.`,
    { cause },
  )
}
