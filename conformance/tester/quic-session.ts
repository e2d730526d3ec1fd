import type { QuicheConnection } from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-binding'
import { MULTISTREAM_HEADER, multistreamMessage } from './multistream.ts'
import type { MuxedChannel, MuxerSession } from './muxer-session.ts'
import type { QuicEngine } from './quic-engine.ts'
import { QuicStream } from './quic-stream.ts'
import type { QuicCarrier } from './quic-stream.ts'
import type { Transcript } from './transcript.ts'
import { Watch } from './watch.ts'

/** The low bits of a stream's number: whether the listener opened it, and whether it goes one way. */
const BY_LISTENER = 1
const ONE_WAY = 2
const STEP = 4
const DUMPED_BYTES = 64

export interface QuicSessionOptions {
  readonly side: 'dialer' | 'listener'
  /** Serves a stream that the subject opened; called before its first byte is read. */
  readonly onStream: (stream: QuicStream) => void
}

/** The streams of a QUIC connection, as the tester has them. */
export class QuicSession implements MuxerSession, QuicCarrier {
  readonly watch = new Watch()
  /** QUIC has no word for the end of a session but that of the connection. */
  readonly goAway = null
  /** One-way streams of the subject. */
  oneWay = 0
  /** How many streams the subject lets this side open, as it says in the handshake. */
  readonly allowedStreams: number
  readonly allowedOneWay: number
  readonly datagramBytes: number | null
  readonly #engine: QuicEngine
  readonly #transcript: Transcript
  readonly #onStream: (stream: QuicStream) => void
  readonly #own = new Map<number, QuicStream>()
  readonly #inbound = new Map<number, QuicStream>()
  readonly #held = new Set<QuicStream>()
  readonly #ownBit: number
  #nextId: number
  #nextRemoteId: number
  #wasOver = false

  constructor(engine: QuicEngine, transcript: Transcript, { side, onStream }: QuicSessionOptions) {
    this.#engine = engine
    this.#transcript = transcript
    this.#onStream = onStream
    this.#ownBit = side === 'dialer' ? 0 : BY_LISTENER
    this.#nextId = this.#ownBit
    this.#nextRemoteId = BY_LISTENER - this.#ownBit
    this.allowedStreams = engine.connection.peerStreamsLeftBidi()
    this.allowedOneWay = engine.connection.peerStreamsLeftUni()
    this.datagramBytes = engine.connection.dgramMaxWritableLen()
    engine.serve = () => this.#serve()
    engine.touched()
  }

  /** Nothing more is read of the streams that are there, so that their windows stay shut; later ones are. */
  holdWindows(): void {
    for (const streams of [this.#own, this.#inbound]) for (const stream of streams.values()) this.#held.add(stream)
  }

  get connection(): QuicheConnection {
    return this.#engine.connection
  }

  get state(): 'open' | 'ended' | 'reset' {
    if (!this.#engine.over) return 'open'
    const { fault } = this.#engine
    return fault?.isApp === true && fault.errorCode === 0 ? 'ended' : 'reset'
  }

  get inbound(): readonly QuicStream[] {
    return [...this.#inbound.values()]
  }

  openStream(): QuicStream {
    const stream = new QuicStream(this, this.#nextId, 'tester')
    this.#own.set(this.#nextId, stream)
    this.#nextId += STEP
    return stream
  }

  bytesOf(stream: MuxedChannel): number {
    return (this.#own.get(stream.id) ?? this.#inbound.get(stream.id))?.dataBytes ?? 0
  }

  /** The library's own answers prove little: the header of a negotiation on a fresh stream is what every node answers. */
  async ping(waitMs: number): Promise<number | null> {
    const startedAt = performance.now()
    const stream = this.openStream()
    const header = multistreamMessage(MULTISTREAM_HEADER)
    stream.write(header)
    const came = await stream.inbox.has(header.length, waitMs)
    if (!came || Buffer.compare(stream.inbox.peek(header.length), header) !== 0) return null
    stream.reset()
    return performance.now() - startedAt
  }

  touched(): void {
    this.#engine.touched()
  }

  record(direction: 'sent' | 'received', stream: QuicStream, bytes: Uint8Array): void {
    const shown = bytes.subarray(0, DUMPED_BYTES)
    this.#transcript[direction]('muxer', shown, `${bytes.length} bytes on stream ${stream.id}`)
  }

  note(stream: QuicStream, what: string): void {
    this.#transcript.note('muxer', `stream ${stream.id}: ${what}`)
  }

  #serve(): void {
    for (const id of this.connection.readable()) this.#read(id)
    for (const streams of [this.#own, this.#inbound]) for (const stream of streams.values()) stream.onWritable()
    if (this.#engine.over && !this.#wasOver) this.#end()
    this.watch.changed()
  }

  #read(id: number): void {
    if ((id & BY_LISTENER) === this.#ownBit) {
      this.#readFrom(this.#own.get(id))
    } else if ((id & ONE_WAY) !== 0) {
      this.oneWay++
    } else {
      // A stream opens all before it.
      for (; this.#nextRemoteId <= id; this.#nextRemoteId += STEP) {
        const stream = new QuicStream(this, this.#nextRemoteId, 'subject')
        this.#inbound.set(this.#nextRemoteId, stream)
        this.#onStream(stream)
      }
      this.#readFrom(this.#inbound.get(id))
    }
  }

  #readFrom(stream: QuicStream | undefined): void {
    if (stream !== undefined && !this.#held.has(stream)) stream.onReadable()
  }

  #end(): void {
    this.#wasOver = true
    for (const streams of [this.#own, this.#inbound]) for (const stream of streams.values()) stream.inbox.reset()
  }
}
