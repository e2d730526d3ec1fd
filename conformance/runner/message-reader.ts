import { readFrame } from '../tester/framing.ts'
import type { DecodedMessage, Desk, ProtocolAdapter } from './adapter.ts'

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: DecodedMessage; readonly payload: Uint8Array }
  | { readonly kind: 'malformed'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended' | 'reset' | 'timeout' }

/** Cuts what the subject sends into messages and keeps them. */
export class MessageReader {
  readonly received: DecodedMessage[] = []
  readonly #adapter: ProtocolAdapter
  readonly #desk: Desk

  constructor(adapter: ProtocolAdapter, desk: Desk) {
    this.#adapter = adapter
    this.#desk = desk
  }

  async next(waitMs: number): Promise<ReadMessage> {
    const read = await readFrame(this.#adapter.framing, this.#desk.channel.inbox, waitMs)
    if (read.kind !== 'frame') return read
    const message = this.#adapter.decode(read.payload, this.#desk)
    this.#desk.connection.transcript.received('protocol', read.bytes, describeMessage(message))
    this.received.push(message)
    return { kind: 'message', message, payload: read.payload }
  }
}

/** `protocol {"name":"/a/1"}`: one message in words. */
export function describeMessage({ message, fields }: DecodedMessage): string {
  const text = JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Uint8Array
      ? Buffer.from(value.subarray(0, 40)).toString('hex')
      : typeof value === 'bigint'
        ? value.toString()
        : value,
  )
  return text === '{}' ? message : `${message} ${text}`
}
