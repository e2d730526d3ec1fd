import type { NoiseErrorCode as HandshakeErrorCode } from '@p2pspec/generated/protocols/noise/errors'
import { CodedError, hasBrand } from '@p2pspec/runtime/core/coded-error'

/** The codes of the handshake are those of its machine; the others belong to the frames behind it. */
export type NoiseErrorCode =
  | HandshakeErrorCode
  /** A frame after the handshake whose tag is wrong or missing. */
  | 'bad-frame'
  /** The remote ended in the middle of a frame. */
  | 'truncated'
  /** 2^64 − 1 frames went one way: the keys are used up. */
  | 'nonces-exhausted'
  /** Writing after the end of writing. */
  | 'write-closed'
  | 'reset-locally'

const brand: unique symbol = Symbol.for('p2pspec.NoiseError')

/** A handshake or an encrypted channel that failed, and whose fault it was. */
export class NoiseError extends CodedError<NoiseErrorCode> {
  override readonly name = 'NoiseError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is NoiseError {
    return hasBrand(value, brand)
  }
}
