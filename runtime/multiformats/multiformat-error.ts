import { CodedError, hasBrand } from '@p2pspec/runtime/core/coded-error'

export type MultiformatErrorCode = 'bad-uvarint' | 'bad-multihash' | 'bad-base-text' | 'bad-cid'

const brand: unique symbol = Symbol.for('p2pspec.MultiformatError')

/** Bytes or text that are not the multiformat they were taken for. */
export class MultiformatError extends CodedError<MultiformatErrorCode> {
  override readonly name = 'MultiformatError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is MultiformatError {
    return hasBrand(value, brand)
  }
}
