export type MultiformatErrorCode = 'bad-uvarint' | 'bad-multihash' | 'bad-base-text' | 'bad-cid'

const brand = Symbol.for('@p2pspec/runtime/multiformats/MultiformatError')

/** Bytes or text that are not the multiformat they were taken for. */
export class MultiformatError extends Error {
  readonly code: MultiformatErrorCode

  constructor(code: MultiformatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MultiformatError'
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}
