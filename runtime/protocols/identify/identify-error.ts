import { CodedError, hasBrand } from '../../core/coded-error.ts'

export type IdentifyRefusalCode =
  /** The remote pushes more often than is read. */
  'too-many-pushes'

const brand: unique symbol = Symbol.for('p2pspec.IdentifyRefusal')

/** A stream that was refused before anything of it was read. */
export class IdentifyRefusal extends CodedError<IdentifyRefusalCode> {
  override readonly name = 'IdentifyRefusal'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is IdentifyRefusal {
    return hasBrand(value, brand)
  }
}
