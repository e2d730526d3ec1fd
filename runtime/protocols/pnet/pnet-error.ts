import type { PnetErrorCode as NonceErrorCode } from '@p2pspec/generated/protocols/pnet/errors'
import { CodedError, hasBrand } from '../../core/coded-error.ts'

/** The codes of the exchange of nonces are those of its machine; the others belong to keys, nodes and the bytes behind the nonces. */
export type PnetErrorCode =
  | NonceErrorCode
  /** What the remote sent does not decrypt to anything: another key, probably. */
  | 'other-key'
  /** A direction has carried as much as its key stream is long. */
  | 'stream-used-up'
  /** The text or the file holds no key of a private network. */
  | 'bad-key'
  /** A node that must be in a private network was given no key. */
  | 'key-missing'
  /** A transport whose connections cannot be put under the key. */
  | 'unprotectable'
  /** Writing after the end of writing. */
  | 'write-closed'
  | 'reset-locally'

const brand: unique symbol = Symbol.for('p2pspec.PnetError')

/** A private network that could not be entered, or a key of one that is none. */
export class PnetError extends CodedError<PnetErrorCode> {
  override readonly name = 'PnetError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is PnetError {
    return hasBrand(value, brand)
  }
}
