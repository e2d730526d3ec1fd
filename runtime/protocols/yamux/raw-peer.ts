import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import {
  decodeHeader,
  encodeHeader,
  HeaderFlags,
  headerBytes,
  HeaderKind,
  type Header,
} from '@p2pspec/generated/protocols/yamux/layout'
import { pair, type MemoryDuplex, type PairOptions } from '@p2pspec/runtime/core/pair'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { YamuxSession } from './yamux-session.ts'

// For tests: a session under simulated time, and across from it either another or a peer that writes what it likes.

export const { syn, ack, fin, rst } = HeaderFlags
export const { data, windowUpdate, ping, goAway } = HeaderKind

/** A stand-in for the connection, which a session hands through and never touches. */
const noConnection = new Proxy({}, {}) as Connection // never read by yamux: see StreamOwner

/** A frame's bytes. */
export function frame(
  kind: HeaderKind,
  flags: number,
  streamId: number,
  length: number,
  body: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return Buffer.concat([encodeHeader({ kind, flags, streamId, length }), body])
}

export interface Frame extends Header {
  readonly body: Uint8Array
}

/** Everything that happened to one session, beside the session. */
export class Side {
  readonly session: YamuxSession
  readonly opened: MuxedStream[] = []
  readonly closed: number[] = []
  overs: (Error | undefined)[] = []

  constructor(
    channel: MemoryDuplex,
    direction: 'inbound' | 'outbound',
    clock: SimulatedClock,
    onStream?: (stream: MuxedStream) => void,
  ) {
    this.session = new YamuxSession({
      channel,
      direction,
      connection: noConnection,
      clock,
      random: new SeededRandom(1),
      events: {
        onStream: (stream) => {
          this.opened.push(stream)
          onStream?.(stream)
        },
        onStreamClosed: (stream) => this.closed.push(stream.id),
        onClosed: (error) => this.overs.push(error),
      },
    })
  }
}

/** A session on one end and raw frames on the other. */
export class RawPeer {
  readonly clock = new SimulatedClock()
  readonly side: Side
  readonly frames: Frame[] = []
  readonly channel: MemoryDuplex
  ended = false
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(direction: 'inbound' | 'outbound', onStream?: (stream: MuxedStream) => void, options: PairOptions = {}) {
    const [near, far] = pair({ ...options, clock: this.clock })
    this.side = new Side(near, direction, this.clock, onStream)
    this.channel = far
    far.consume({
      push: (chunk) => {
        this.#bytes = Buffer.concat([this.#bytes, chunk])
        this.#cut()
      },
      end: () => (this.ended = true),
      fail: () => (this.ended = true),
    })
  }

  /** Sends, and lets everything that follows from it happen. */
  async send(...chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) this.channel.writeNow(chunk)
    await this.clock.settle()
  }

  /** The frames since the last call. */
  take(): readonly Frame[] {
    return this.frames.splice(0)
  }

  #cut(): void {
    while (this.#bytes.length >= headerBytes) {
      const header = decodeHeader(this.#bytes)
      const end = headerBytes + (header.kind === HeaderKind.data ? header.length : 0)
      if (this.#bytes.length < end) return
      this.frames.push({ ...header, body: this.#bytes.subarray(headerBytes, end) })
      this.#bytes = this.#bytes.subarray(end)
    }
  }
}
