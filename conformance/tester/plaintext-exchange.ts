import type { Framing } from '@p2pspec/generated/common/machine'
import type { Channel } from './channel.ts'
import { encodeFrame, readFrame } from './framing.ts'
import { peerIdBytesOf, peerIdOf } from './identity.ts'
import { bytesField, decodeFields, encodeFields } from './protobuf.ts'

export const PLAINTEXT = '/plaintext/2.0.0'
export const EXCHANGE_FRAMING: Framing = { kind: 'uvarint-prefixed', limit: 1152, sendLimit: 1152, suffix: null }

/** What one side says of itself; what is undefined is left out. */
export interface Exchange {
  readonly id: Uint8Array | undefined
  readonly pubkey: Uint8Array | undefined
}

export type ExchangeOutcome =
  | { readonly kind: 'done'; readonly peerId: string; readonly identityKey: Uint8Array }
  | { readonly kind: 'ended' | 'timeout' }

/** A message without its framing. */
export function encodeExchange({ id, pubkey }: Exchange): Uint8Array {
  return encodeFields([
    ...(id === undefined ? [] : [{ number: 1, value: id }]),
    ...(pubkey === undefined ? [] : [{ number: 2, value: pubkey }]),
  ])
}

/** Null where the bytes are no protobuf message. */
export function decodeExchange(payload: Uint8Array): Exchange | null {
  const fields = decodeFields(payload)
  return fields === null ? null : { id: bytesField(fields, 1), pubkey: bytesField(fields, 2) }
}

/** The honest message of whoever has this key. */
export function honestExchange(publicKey: Uint8Array): Exchange {
  return { id: peerIdBytesOf(publicKey), pubkey: publicKey }
}

export function writeExchange(channel: Channel, exchange: Exchange): void {
  channel.write(encodeFrame(EXCHANGE_FRAMING, encodeExchange(exchange)))
}

/** Reads the subject's message; one that does not hold together counts as none. */
export async function readExchange(channel: Channel, waitMs: number): Promise<ExchangeOutcome> {
  const read = await readFrame(EXCHANGE_FRAMING, channel.inbox, waitMs)
  if (read.kind === 'timeout') return { kind: 'timeout' }
  const pubkey = read.kind === 'frame' ? decodeExchange(read.payload)?.pubkey : undefined
  return pubkey === undefined ? { kind: 'ended' } : { kind: 'done', peerId: peerIdOf(pubkey), identityKey: pubkey }
}
