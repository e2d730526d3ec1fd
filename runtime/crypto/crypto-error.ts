export type CryptoErrorCode =
  | 'bad-key-encoding'
  | 'unknown-key-type'
  | 'bad-public-key'
  | 'bad-private-key'
  | 'rsa-key-size'
  | 'bad-seed'
  | 'bad-peer-id'

const brand = Symbol.for('@p2pspec/runtime/crypto/CryptoError')

/** A key, seed or peer id that cannot be used, with the reason. Bad signatures are no error: `verify` answers false. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode

  constructor(code: CryptoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CryptoError'
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}
