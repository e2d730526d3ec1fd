import type { YamuxErrorCode as MachineErrorCode } from '@p2pspec/generated/protocols/yamux/errors'
import { CodedError, hasBrand } from '../../core/coded-error.ts'

export type YamuxErrorCode =
  | MachineErrorCode
  /** This side holds as many streams open as it may. */
  | 'too-many-streams'
  /** The remote has not acknowledged the streams that are open: wait for one. */
  | 'ack-backlog-full'
  /** The session is closing or over. */
  | 'session-closed'

const brand: unique symbol = Symbol.for('p2pspec.YamuxError')

/** An error of a yamux session or of one of its streams. */
export class YamuxError extends CodedError<YamuxErrorCode> {
  override readonly name = 'YamuxError'

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is YamuxError {
    return hasBrand(value, brand)
  }
}
