export type PeerErrorCode =
  | 'toolchain-missing'
  | 'toolchain-too-old'
  | 'build-failed'
  | 'lock-timeout'
  | 'peer-failed'
  | 'peer-unsupported'

const brand = Symbol.for('@p2pspec/interop/peer-error')

/** A peer program could not be built or run; the message says what to do. */
export class PeerError extends Error {
  readonly code: PeerErrorCode

  constructor(code: PeerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PeerError'
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}
