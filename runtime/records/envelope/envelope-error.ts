import { CodedError, hasBrand } from '@p2pspec/runtime/core/coded-error'

export type EnvelopeErrorCode = 'malformed' | 'wrong-payload-type' | 'bad-key' | 'bad-signature'

const brand: unique symbol = Symbol.for('p2pspec.EnvelopeError')

/** A signed envelope that must not be believed. */
export class EnvelopeError extends CodedError<EnvelopeErrorCode> {
  override readonly name = 'EnvelopeError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is EnvelopeError {
    return hasBrand(value, brand)
  }
}
