import { initiatorRole, responderRole } from '@p2pspec/generated/protocols/multistream-select/machine'
import type { AbortOptions, ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import { ignoreRejection } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { Driver, drive } from '../../core/driver.ts'
import { readyFrame } from './ready-frames.ts'

export interface NegotiateOptions extends AbortOptions {
  readonly clock?: Clock | undefined
}

/** What a responder must know of the node: the protocols that it answers now. */
export interface ProtocolRegistry {
  readonly protocols: readonly string[]
}

/**
 * Offers protocols in order of preference and resolves with the one that the remote took.
 * Rejects with a `DriverError` (`not-supported` where the remote took none) and leaves the duplex ended.
 */
export function negotiateOutbound(
  duplex: ByteDuplex,
  offers: readonly string[],
  options: NegotiateOptions = {},
): Promise<string> {
  assertOffers(offers)
  return ignoreRejection(drive(initiatorRole, { offers }, duplex, options).then(nameOf))
}

/** Answers the remote's proposals and resolves with the protocol agreed on. */
export function negotiateInbound(
  duplex: ByteDuplex,
  supported: readonly string[],
  options: NegotiateOptions = {},
): Promise<string> {
  return ignoreRejection(drive(responderRole, { supported }, duplex, options).then(nameOf))
}

/**
 * Proposes one protocol and lets the application use the stream at once: its first bytes leave with the proposal, and its
 * reads wait for the answer. A refusal resets the stream, and the application's read rejects with the reason.
 */
//= MSS-OPT-1
export function proposeOptimistically(
  stream: MuxedStream,
  protocol: string,
  options: NegotiateOptions & { readonly onAnswer?: ((error: Error | undefined) => void) | undefined } = {},
): void {
  const driver = new Driver(initiatorRole, stream, {
    ...options,
    readyFrame,
    onEnd: (error) => {
      if (error !== undefined) stream.reset(error)
      options.onAnswer?.(error)
    },
  })
  driver.startBefore({ offers: [protocol] }, stream)
}

/**
 * Answers the proposals of an inbound stream in the turn in which they arrive. `done` is called once, in that same turn,
 * with the protocol, or with the error after which the stream is ended already.
 */
export function answerInbound(
  stream: MuxedStream,
  registry: ProtocolRegistry,
  done: (protocol: string | undefined, error: Error | undefined) => void,
  options: NegotiateOptions = {},
): void {
  let name: string | undefined
  const driver = new Driver(responderRole, stream, {
    ...options,
    readyFrame,
    onOutput: (output) => {
      name = nameOf(output)
    },
    onEnd: (error) => {
      done(name, error)
    },
  })
  driver.startBefore({ supported: registry.protocols }, stream)
}

/** The machine's only output is the protocol; a success without it would be a fault of the machine. */
function nameOf(output: { readonly type: string } | undefined): string {
  if (output !== undefined && 'name' in output && typeof output.name === 'string') return output.name
  throw new TypeError('a negotiation ended well without a protocol')
}

function assertOffers(offers: readonly string[]): asserts offers is readonly [string, ...string[]] {
  if (offers.length === 0) throw new RangeError('no protocol to offer: name at least one')
}
