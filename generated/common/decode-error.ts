// Generated from generator/templates/common/decode-error.ts.txt sha256:9f529d6acfc4ad69ec47e58594d730f4a3a15f9b3027c6aea0bd96a156dd8da9
// Do not edit: change the spec and run `p2pspec generate`.

/** Why bytes from the network are not what they should be. */
export type DecodeErrorCode =
  | 'truncated'
  | 'trailing'
  | 'bad-varint'
  | 'bad-tag'
  | 'bad-wire-type'
  | 'bad-utf8'
  | 'bad-value'
  | 'bad-length'
  | 'missing-field'
  | 'too-large'
  | 'too-many'
  | 'too-deep'

const brand = Symbol.for('@p2pspec/generated/common/DecodeError')

/** A sender's fault: the bytes break the encoding or a limit. Never thrown for a fault of our own. */
export class DecodeError extends Error {
  readonly code: DecodeErrorCode
  /** Byte of the input where it showed. */
  readonly offset: number
  /** The code that the spec gives this fault (`bad-version`), where it gives one. */
  readonly reason: string | undefined

  constructor(code: DecodeErrorCode, message: string, offset: number, reason?: string) {
    super(`${message} (byte ${offset})`)
    this.name = 'DecodeError'
    this.code = code
    this.offset = offset
    this.reason = reason
    Object.defineProperty(this, brand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}
