import type { DialAttempt } from '@p2pspec/generated/interfaces/libp2p'
import { hasBrand } from '../../core/coded-error.ts'
import { SwarmError, type SwarmErrorCode, type SwarmErrorData } from '../errors.ts'

export interface DialErrorData extends SwarmErrorData {
  /** What became of each address, in the order in which it was settled. */
  readonly attempts: readonly DialAttempt[]
}

const brand: unique symbol = Symbol.for('p2pspec.DialError')

/** No address led to the peer. `code` is that of all attempts where they share one, else `dial-failed`. */
export class DialError extends SwarmError {
  override readonly name = 'DialError'
  override readonly data: DialErrorData

  constructor(code: SwarmErrorCode, message: string, data: DialErrorData, options?: { readonly cause?: unknown }) {
    super(code, message, data, options)
    this.data = data
  }

  get [brand](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): value is DialError {
    return hasBrand(value, brand)
  }
}

export interface FailedAttempt extends DialAttempt {
  readonly error: Error
}

/** The error of a dial whose every address failed. */
export function dialError(whom: string, failed: readonly FailedAttempt[], cause?: Error): DialError {
  const attempts = failed.map(({ address, peer, layer, reason, durationMs }) => ({
    address,
    peer,
    layer,
    reason,
    durationMs,
  }))
  const [first] = failed
  const shared = codeOf(first?.error)
  const common = failed.every(({ error }) => codeOf(error) === shared) ? shared : undefined
  const code = codeOf(cause) ?? common ?? 'dial-failed'
  const lines = attempts.map(
    ({ address, layer, reason, durationMs }) => `  ${address} (${layer}, ${Math.round(durationMs)} ms): ${reason}`,
  )
  const head = `${whom} was not reached${cause === undefined ? '' : `: ${cause.message}`}`
  const tried =
    lines.length === 0
      ? ''
      : `; what became of ${lines.length === 1 ? 'its address' : 'each address'}:\n${lines.join('\n')}`
  const only = failed.length === 1 ? first?.error : undefined
  const message = `${head}${tried}\n${advice(attempts, code)}`
  return new DialError(
    code,
    message,
    { ...(only instanceof SwarmError ? only.data : {}), attempts },
    { cause: cause ?? only ?? first?.error },
  )
}

function codeOf(error: Error | undefined): SwarmErrorCode | undefined {
  return error instanceof SwarmError ? error.code : undefined
}

function advice(attempts: readonly DialAttempt[], code: SwarmErrorCode): string {
  if (code === 'no-addresses') return 'Give an address of the peer beside its id, or ask somebody who knows one.'
  if (code === 'no-transport') return 'Make the node with a transport for one of these addresses.'
  if (code === 'backing-off') return 'Wait as long as it says, or give an address: one that is given is tried at once.'
  if (code === 'denied') return 'Ask whoever set the connection gater.'
  if (attempts.some(({ layer }) => layer === 'upgrade'))
    return 'Somebody answers there: compare its identity, and the security protocols and muxers of both sides.'
  if (attempts.some(({ layer }) => layer === 'resolve'))
    return 'Check the name, and that this machine can ask a name server.'
  return 'Check that the peer runs, listens there, and that no firewall is between.'
}
