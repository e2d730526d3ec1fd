import type { TlsErrorCode as HandshakeErrorCode } from '@p2pspec/generated/protocols/tls/errors'
import { CodedError, hasBrand } from '@p2pspec/runtime/core/coded-error'

/** The codes of the handshake are those of its machine; the others belong to the channel behind it. */
export type TlsErrorCode =
  | HandshakeErrorCode
  /** Bytes behind the handshake that TLS refuses: changed on the way, or no TLS. */
  | 'bad-record'
  /** Writing after the end of writing. */
  | 'write-closed'
  | 'reset-locally'

const brand: unique symbol = Symbol.for('p2pspec.TlsError')

/** A handshake or an encrypted channel that failed, and whose fault it was. */
export class TlsError extends CodedError<TlsErrorCode> {
  override readonly name = 'TlsError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is TlsError {
    return hasBrand(value, brand)
  }
}

/** What an error of the TLS library is about. */
export function kindOf(error: Error): 'alert' | 'malformed' | 'lost' {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (!code.startsWith('ERR_SSL')) return 'lost'
  return /ALERT/.test(code) ? 'alert' : 'malformed'
}
