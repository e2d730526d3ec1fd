import { ok } from 'node:assert/strict'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, MuxerEvents, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import type { MuxedConnection, TransportConnection } from '@p2pspec/generated/interfaces/transport'
import { CodedError } from '@p2pspec/runtime/core/coded-error'

/** A connection as the checks of a channel use it. */
export interface ConnectionEnd {
  readonly channel: ByteDuplex
  readonly localAddress: Multiaddr | undefined
  readonly remoteAddress: Multiaddr
  readonly closed: Promise<void>
}

/** Sessions hand their connection through and never ask it anything. */
export const noConnection = {} as Connection

/** Goes ahead on the stream: a remote may hear of a stream with its first byte alone. */
const preface = Uint8Array.of(0x5a)

/** The dialled end: its own channel, or the one stream of a muxed connection. */
export function dialledEnd(made: TransportConnection): ConnectionEnd {
  if ('channel' in made) return made
  let session: MuxerSession | undefined
  session = made.start(noConnection, quietEvents)
  const stream = session.openStream()
  stream.writeNow(preface.slice())
  return endOf(made, stream, session)
}

/** Hands on the accepted end, as soon as it has a channel. */
export function acceptedEnd(made: TransportConnection, onEnd: (end: ConnectionEnd) => void): void {
  if ('channel' in made) return onEnd(made)
  const session: MuxerSession = made.start(noConnection, {
    ...quietEvents,
    onStream: (stream) => withoutPreface(stream, () => onEnd(endOf(made, stream, session))),
  })
}

export const quietEvents: MuxerEvents = {
  onStream: () => undefined,
  onStreamClosed: () => undefined,
  onClosed: () => undefined,
}

function withoutPreface(stream: MuxedStream, then: () => void): void {
  stream.intercept({
    push(chunk) {
      ok(chunk[0] === preface[0], 'the first byte is the one that was sent first')
      if (chunk.length > 1) stream.unshift(chunk.slice(1))
      stream.intercept(undefined)
      then()
    },
    end: () => undefined,
    fail: () => undefined,
  })
}

function endOf(made: MuxedConnection, stream: MuxedStream, session: MuxerSession): ConnectionEnd {
  const { localAddress, remoteAddress, closed } = made
  return { channel: new MuxedChannel(stream, session), localAddress, remoteAddress, closed }
}

class ChannelError extends CodedError<'closed'> {}

/** One stream and its connection as one channel: it ends with the stream, and a reset is one of the connection. */
class MuxedChannel implements ByteDuplex {
  readonly borrowed: boolean
  readonly #stream: MuxedStream
  readonly #session: MuxerSession

  constructor(stream: MuxedStream, session: MuxerSession) {
    this.#stream = stream
    this.#session = session
    this.borrowed = stream.borrowed
    void stream.closed.then(async () => await session.close())
  }

  consume(sink: ByteSink): void {
    this.#stream.consume(sink)
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  unshift(chunk: Uint8Array): void {
    this.#stream.unshift(chunk)
  }

  writeNow(chunk: Uint8Array): boolean {
    if (this.#stream.writeStatus !== 'open') throw new ChannelError('closed', 'the stream is closed for writing')
    return this.#stream.writeNow(chunk)
  }

  closeWriteNow(): void {
    this.#stream.closeWriteNow()
  }

  reset(reason?: Error): void {
    this.#stream.reset(reason)
    this.#session.abort(reason)
  }
}
