import { CodedError, hasBrand } from '../../../core/coded-error.ts'

export type QuicErrorCode =
  /** The remote reset the stream. */
  | 'stream-reset'
  /** The remote reads no more of the stream. */
  | 'stream-stopped'
  /** As many streams of this side wait for the remote's leave as may. */
  | 'too-many-streams'
  /** This side closed the connection. */
  | 'session-closed'
  /** The remote closed the connection with an error, or broke the rules of QUIC. */
  | 'closed-by-remote'
  /** Nothing came for the idle timeout, or the remote has forgotten the connection. */
  | 'connection-lost'

const brand: unique symbol = Symbol.for('p2pspec.QuicError')

/** An error of a QUIC connection that stood, or of one of its streams. */
export class QuicError extends CodedError<QuicErrorCode> {
  override readonly name = 'QuicError'
  /** The number that the remote's application gave, where it gave one. */
  readonly remoteCode: number | undefined

  constructor(
    code: QuicErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly remoteCode?: number | undefined } = {},
  ) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause })
    this.remoteCode = options.remoteCode
  }

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is QuicError {
    return hasBrand(value, brand)
  }
}
