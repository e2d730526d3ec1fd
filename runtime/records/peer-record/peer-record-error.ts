import { CodedError, hasBrand } from '@p2pspec/runtime/core/coded-error'

export type PeerRecordErrorCode = 'bad-envelope' | 'malformed' | 'foreign-key' | 'wrong-peer'

const brand: unique symbol = Symbol.for('p2pspec.PeerRecordError')

/** A peer record that must not be believed. */
export class PeerRecordError extends CodedError<PeerRecordErrorCode> {
  override readonly name = 'PeerRecordError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is PeerRecordError {
    return hasBrand(value, brand)
  }
}
