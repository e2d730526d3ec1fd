import { CodedError, hasBrand } from '../../core/coded-error.ts'

export type PeerStoreErrorCode =
  /** Another store, of this process or another, holds the file. */
  | 'in-use'
  /** A newer version of this program wrote the file; it was left alone. */
  | 'newer-version'
  /** The file is a database of something else; it was left alone. */
  | 'not-a-store'
  /** The file or its folder cannot be opened, made or read. */
  | 'unreachable'
  /** There is no room for what is new; memory has it, and it is tried again. */
  | 'disk-full'
  /** The file could not be written for another reason; memory has what is new, and it is tried again. */
  | 'write-failed'
  /** The file was damaged and has been moved aside; what could be read of it is kept. */
  | 'damaged-file'
  /** What the file holds of one peer is damaged; that peer was left out. */
  | 'damaged-entry'
  /** The store has been closed. */
  | 'closed'

const brand: unique symbol = Symbol.for('p2pspec.PeerStoreError')

/** What went wrong with the file of a peer store. */
export class PeerStoreError extends CodedError<PeerStoreErrorCode> {
  override readonly name = 'PeerStoreError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is PeerStoreError {
    return hasBrand(value, brand)
  }
}
