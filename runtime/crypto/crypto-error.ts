import { CodedError, hasBrand } from '@p2pspec/runtime/core/coded-error'

export type CryptoErrorCode =
  | 'bad-key-encoding'
  | 'unknown-key-type'
  | 'bad-public-key'
  | 'bad-private-key'
  | 'rsa-key-size'
  | 'bad-seed'
  | 'bad-peer-id'

const brand: unique symbol = Symbol.for('p2pspec.CryptoError')

/** A key, seed or peer id that cannot be used, with the reason. Bad signatures are no error: `verify` answers false. */
export class CryptoError extends CodedError<CryptoErrorCode> {
  override readonly name = 'CryptoError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is CryptoError {
    return hasBrand(value, brand)
  }
}
