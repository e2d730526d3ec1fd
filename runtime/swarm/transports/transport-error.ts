import { CodedError, hasBrand } from '../../core/coded-error.ts'

export type TransportErrorCode =
  /** The transport cannot dial or listen on this kind of address. */
  | 'unsupported-address'
  /** The remote, or something before it, refused the connection. */
  | 'refused'
  /** Nothing answered in time. */
  | 'timeout'
  /** No route, or no address behind the name. */
  | 'unreachable'
  /** The local address cannot be bound. */
  | 'address-in-use'
  /** The remote reset the connection, or the network lost it. */
  | 'connection-lost'
  /** The remote did not prove who it is, or refused the proof of this side. */
  | 'handshake-failed'
  /** The remote broke the rules of the protocol that the transport itself speaks. */
  | 'protocol-violated'
  /** This side closed or reset the connection. */
  | 'closed'
  /** The process, or the machine, has no file descriptor left. */
  | 'out-of-descriptors'
  /** The operating system said something else; see `cause`. */
  | 'system'

const brand: unique symbol = Symbol.for('p2pspec.TransportError')

/** An error of a raw connection or of a listener. */
export class TransportError extends CodedError<TransportErrorCode> {
  override readonly name = 'TransportError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is TransportError {
    return hasBrand(value, brand)
  }
}
