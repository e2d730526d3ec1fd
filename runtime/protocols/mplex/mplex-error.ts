import type { MplexErrorCode as MachineErrorCode } from '@p2pspec/generated/protocols/mplex/errors'
import { CodedError, hasBrand } from '../../core/coded-error.ts'

export type MplexErrorCode =
  | MachineErrorCode
  /** This side holds as many streams open as it may. */
  | 'too-many-streams'
  /** The session is closing or over. */
  | 'session-closed'
  /** Mplex has no ping. */
  | 'no-ping'

const brand: unique symbol = Symbol.for('p2pspec.MplexError')

/** An error of an mplex session or of one of its streams. */
export class MplexError extends CodedError<MplexErrorCode> {
  override readonly name = 'MplexError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is MplexError {
    return hasBrand(value, brand)
  }
}
