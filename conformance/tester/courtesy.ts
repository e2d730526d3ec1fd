import type { Identity } from './identity.ts'
import { answer } from './multistream.ts'
import type { MuxedChannel } from './muxer-session.ts'
import { encodeFields } from './protobuf.ts'
import { encodeVarint } from './varint.ts'
import { TesterError } from './tester-error.ts'

export const IDENTIFY = '/ipfs/id/1.0.0'
export const IDENTIFY_PUSH = '/ipfs/id/push/1.0.0'
export const PING = '/ipfs/ping/1.0.0'
const SERVED = [IDENTIFY, PING]
const PING_BYTES = 32
/** A subject may keep a stream open for its own use; the tester's answer to it ends with the connection. */
const COURTESY_WAIT_MS = 60_000

/** Gets a stream that the subject opened, before anything was said on it: true takes it over. */
export type RawClaim = (stream: MuxedChannel) => boolean
/** Gets a stream whose protocol was agreed: true takes it over. */
export type NegotiatedClaim = (stream: MuxedChannel, protocol: string) => boolean

export interface Claims {
  /** Pings stay unanswered: a node that was started to ping once would be gone after it. */
  holdPings?: boolean
  raw?: RawClaim
  /** Protocols that the case itself wants to serve. */
  protocols?: readonly string[]
  negotiated?: NegotiatedClaim
  /** Told when the subject has got what it asked for. */
  served?: (protocol: string) => void
}

/** Serves what a subject opens on its own, as any well-behaved peer would, except for what the case claims. */
export async function serveStream(stream: MuxedChannel, identity: Identity, claims: Claims): Promise<void> {
  if (claims.raw?.(stream) === true) return
  const wanted = claims.protocols ?? []
  try {
    const { protocol } = await answer(
      stream,
      (name) => SERVED.includes(name) || wanted.includes(name),
      COURTESY_WAIT_MS,
    )
    if (protocol === null) return
    if (claims.negotiated?.(stream, protocol) === true) return
    if (protocol === PING && claims.holdPings === true) return
    await serveProtocol(stream, protocol, identity, wanted)
    claims.served?.(protocol)
  } catch (error) {
    // What a subject does wrong on a stream of its own is judged by the cases that claim such streams.
    if (!(error instanceof TesterError)) throw error
  }
}

/** Serves a protocol that was agreed on the stream; `wanted` are those that the tester takes beside the usual ones. */
export async function serveProtocol(
  stream: MuxedChannel,
  protocol: string,
  identity: Identity,
  wanted: readonly string[] = [],
): Promise<void> {
  if (protocol === IDENTIFY) {
    stream.write(identifyMessage(identity, wanted))
    stream.end()
  } else if (protocol === PING) {
    await echoPings(stream)
  }
}

async function echoPings(stream: MuxedChannel): Promise<void> {
  while (await stream.inbox.has(PING_BYTES, COURTESY_WAIT_MS)) stream.write(stream.inbox.take(PING_BYTES))
  stream.end()
}

/** The tester's own identify message, with its length. */
export function identifyMessage(identity: Identity, wanted: readonly string[] = []): Uint8Array {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  const message = encodeFields([
    { number: 5, value: text('ipfs/0.1.0') },
    { number: 6, value: text('p2pspec-conformance/0.1.0') },
    { number: 1, value: identity.publicKey },
    ...[...SERVED, ...wanted].map((protocol) => ({ number: 3, value: text(protocol) })),
  ])
  return new Uint8Array(Buffer.concat([encodeVarint(message.length), message]))
}
