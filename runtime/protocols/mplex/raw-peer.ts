import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import { readUvarint, uvarintLength, writeUvarint } from '@p2pspec/generated/common/varint'
import { pair, type MemoryDuplex, type PairOptions } from '@p2pspec/runtime/core/pair'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { MplexSession } from './mplex-session.ts'

// For tests: a session under simulated time, and across from it either another or a peer that writes what it likes.

/** A stand-in for the connection, which a session hands through and never touches. */
const noConnection = new Proxy({}, {}) as Connection // never read by mplex: see StreamOwner

export interface Frame {
  readonly flag: number
  readonly id: number
  readonly body: Uint8Array
}

/** A message's bytes, its own length before it unless another is given. */
export function frame(flag: number, id: number, body: Uint8Array | string = '', length?: number): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return joined(varint(id * 8 + flag), varint(length ?? bytes.length), bytes)
}

export function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(uvarintLength(value))
  writeUvarint(bytes, 0, value)
  return bytes
}

/** A plain array of its own: a Buffer's `slice` would share it. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

/** Everything that happened to one session, beside the session. */
export class Side {
  readonly session: MplexSession
  readonly opened: MuxedStream[] = []
  readonly closed: number[] = []
  overs: (Error | undefined)[] = []

  constructor(channel: MemoryDuplex, clock: SimulatedClock, onStream?: (stream: MuxedStream) => void) {
    this.session = new MplexSession({
      channel,
      connection: noConnection,
      clock,
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

/** A session on one end and raw messages on the other. */
export class RawPeer {
  readonly clock = new SimulatedClock()
  readonly side: Side
  readonly frames: Frame[] = []
  readonly channel: MemoryDuplex
  ended = false
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(onStream?: (stream: MuxedStream) => void, options: PairOptions = {}) {
    const [near, far] = pair({ ...options, clock: this.clock })
    this.side = new Side(near, this.clock, onStream)
    this.channel = far
    far.consume({
      push: (chunk) => {
        this.#bytes = joined(this.#bytes, chunk)
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

  /** The messages since the last call, as flag, id and text. */
  take(): readonly (readonly [number, number, string])[] {
    return this.frames.splice(0).map(({ flag, id, body }) => [flag, id, Buffer.from(body).toString()])
  }

  #cut(): void {
    for (;;) {
      const key = readUvarint(this.#bytes, 0, this.#bytes.length)
      if (key < 0) return
      const at = uvarintLength(key)
      const length = readUvarint(this.#bytes, at, this.#bytes.length)
      const start = at + (length < 0 ? 0 : uvarintLength(length))
      if (length < 0 || this.#bytes.length < start + length) return
      const body = this.#bytes.subarray(start, start + length)
      this.frames.push({ flag: key % 8, id: Math.floor(key / 8), body })
      this.#bytes = this.#bytes.subarray(start + length)
    }
  }
}
