import type { Connection } from '@p2pspec/generated/interfaces/connection'
import { pair, type MemoryDuplex, type PairOptions } from './pair.ts'
import { StreamBase } from './stream-base.ts'

export interface StreamPairOptions extends PairOptions {
  /** The connection that each end says it belongs to, the opener's first. */
  readonly connections: readonly [Connection, Connection]
  readonly protocol?: string
  /** Unread bytes at which an end holds the other one back. */
  readonly windowBytes?: number
}

/** Two ends of an in-memory stream, the opener's first: what a muxer gives, without a muxer. */
export function streamPair(options: StreamPairOptions): [MemoryStream, MemoryStream] {
  const [near, far] = pair(options)
  return [
    new MemoryStream(near, options.connections[0], 'outbound', options),
    new MemoryStream(far, options.connections[1], 'inbound', options),
  ]
}

let lastId = 0

export class MemoryStream extends StreamBase {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  readonly connection: Connection
  readonly #carrier: MemoryDuplex
  readonly #windowBytes: number
  #heldBytes = 0
  #held = false
  #readOver = false
  #writeOver = false

  constructor(
    carrier: MemoryDuplex,
    connection: Connection,
    direction: 'inbound' | 'outbound',
    options: StreamPairOptions,
  ) {
    super(carrier.borrowed)
    lastId += 1
    this.id = lastId
    this.connection = connection
    this.direction = direction
    this.protocol = options.protocol ?? ''
    this.#carrier = carrier
    this.#windowBytes = options.windowBytes ?? 262_144
    carrier.consume({
      push: (chunk) => {
        this.carrierReceived(chunk)
        if (this.unreadBytes >= this.#windowBytes && !this.#held) {
          this.#held = true
          carrier.pause()
        }
      },
      end: () => {
        this.#readOver = true
        this.carrierEnded()
        this.#finishIfOver()
      },
      fail: (error) => {
        this.carrierFailed(error)
      },
      drain: () => {
        const sent = this.#heldBytes
        this.#heldBytes = 0
        this.carrierSent(sent)
      },
    })
  }

  /** Bytes this end has written so far. */
  get writtenBytes(): number {
    return this.#carrier.writtenBytes
  }

  onConsumed(): void {
    if (!this.#held || this.unreadBytes >= this.#windowBytes / 2) return
    this.#held = false
    this.#carrier.resume()
  }

  protected sendChunk(chunk: Uint8Array): void {
    if (this.#carrier.writeNow(chunk) && this.#heldBytes === 0) this.carrierSent(chunk.byteLength)
    else this.#heldBytes += chunk.byteLength
  }

  protected sendEnd(): void {
    this.#writeOver = true
    this.#carrier.closeWriteNow()
    this.#finishIfOver()
  }

  protected sendReset(reason: Error): void {
    this.#carrier.reset(reason)
  }

  protected onReadClosed(): void {
    // The other end may go on writing; what it writes is dropped here.
  }

  #finishIfOver(): void {
    if (this.#readOver && this.#writeOver) this.carrierFinished()
  }
}
