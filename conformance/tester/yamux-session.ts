import type { Channel } from './channel.ts'
import type { MuxedChannel, MuxerSession } from './muxer-session.ts'
import type { Transcript } from './transcript.ts'
import { Watch } from './watch.ts'
import {
  YAMUX_HEADER_LENGTH,
  decodeYamuxHeader,
  describeYamuxFrame,
  encodeYamuxFrame,
  yamuxFlags,
  yamuxTypes,
} from './yamux-frame.ts'
import type { FrameFields, YamuxFrame } from './yamux-frame.ts'
import { YamuxStream } from './yamux-stream.ts'

const EMPTY = new Uint8Array()
/** Frames longer than this are taken for nonsense by the tester. */
const MAX_RECEIVED_BODY = 64 * 1024 * 1024

export interface SessionOptions {
  /** Serves a stream that the subject opened; called in the turn of its first frame. */
  readonly onStream?: (stream: YamuxStream) => void
}

/** The tester's side of a yamux session: polite by itself, and able to send any frame that a script wants. */
export class YamuxSession implements MuxerSession {
  readonly watch = new Watch()
  /** All frames received, in order; bodies are left out of it. */
  readonly received: YamuxFrame[] = []
  readonly streams = new Map<number, YamuxStream>()
  /** Data bytes received per stream id, also of streams that the tester does not know. */
  readonly dataBytes = new Map<number, number>()
  /** No window is granted while this holds. */
  holdsWindow = false
  /** No answer to the subject's pings while this holds. */
  mutesPings = false
  goAway: number | null = null
  largestBody = 0
  readonly #below: Channel
  readonly #transcript: Transcript
  readonly #onStream: ((stream: YamuxStream) => void) | undefined
  readonly #side: 'client' | 'server'
  #nextId: number
  #nextPing = 0x70320000
  #over: 'open' | 'ended' | 'reset' = 'open'

  constructor(below: Channel, side: 'client' | 'server', transcript: Transcript, options: SessionOptions = {}) {
    this.#below = below
    this.#side = side
    this.#transcript = transcript
    this.#onStream = options.onStream
    this.#nextId = side === 'client' ? 1 : 2
    below.inbox.watch.onChange(() => this.#pump())
    this.#pump()
  }

  /** The carrier: ended, reset, or still open. */
  get state(): 'open' | 'ended' | 'reset' {
    return this.#over
  }

  sendFrame(fields: FrameFields): void {
    const body = fields.body ?? EMPTY
    const frame: YamuxFrame = { version: 0, ...fields, body }
    this.#transcript.sent(
      'muxer',
      encodeYamuxFrame({ ...frame, body: body.subarray(0, 64) }),
      describeYamuxFrame(frame),
    )
    this.#below.write(encodeYamuxFrame(frame))
  }

  /** The id that the tester's next stream has. */
  takeId(): number {
    const id = this.#nextId
    this.#nextId += 2
    return id
  }

  /** A stream object for an id, announced by its first write. */
  openStream(id: number = this.takeId()): YamuxStream {
    const stream = new YamuxStream(this, id, 'tester')
    this.streams.set(id, stream)
    return stream
  }

  /** Streams that the subject opened. */
  get inbound(): readonly YamuxStream[] {
    return [...this.streams.values()].filter((stream) => stream.openedBy === 'subject')
  }

  bytesOf(stream: MuxedChannel): number {
    return this.dataBytes.get(stream.id) ?? 0
  }

  /** A session ping: the milliseconds that its answer took, or null. */
  async ping(waitMs: number, nowMs: () => number = () => performance.now()): Promise<number | null> {
    const value = this.#nextPing++
    const from = this.received.length
    const startedAt = nowMs()
    this.sendFrame({ type: yamuxTypes.ping, flags: yamuxFlags.syn, streamId: 0, length: value })
    const answered = (): boolean =>
      this.received
        .slice(from)
        .some(
          (frame) => frame.type === yamuxTypes.ping && (frame.flags & yamuxFlags.ack) !== 0 && frame.length === value,
        )
    await this.watch.until(() => answered() || this.goAway !== null || this.#over !== 'open', waitMs)
    return answered() ? nowMs() - startedAt : null
  }

  #pump(): void {
    const { inbox } = this.#below
    while (inbox.length >= YAMUX_HEADER_LENGTH) {
      const header = decodeYamuxHeader(inbox.peek(YAMUX_HEADER_LENGTH))
      const bodyLength = header.type === yamuxTypes.data ? header.length : 0
      if (bodyLength > MAX_RECEIVED_BODY) {
        this.#transcript.note('muxer', `the subject announced a frame of ${bodyLength} bytes`)
        this.#close('reset')
        return
      }
      if (inbox.length < YAMUX_HEADER_LENGTH + bodyLength) break
      const bytes = inbox.take(YAMUX_HEADER_LENGTH + bodyLength)
      this.#transcript.received('muxer', bytes.subarray(0, YAMUX_HEADER_LENGTH + 64), describeYamuxFrame(header))
      this.#take(header, bytes.subarray(YAMUX_HEADER_LENGTH))
    }
    if (inbox.state !== 'open') this.#close(inbox.state)
    this.watch.changed()
  }

  #take(header: YamuxFrame, body: Uint8Array): void {
    this.received.push(header)
    if (header.type === yamuxTypes.ping) {
      if ((header.flags & yamuxFlags.syn) !== 0 && !this.mutesPings) {
        this.sendFrame({ type: yamuxTypes.ping, flags: yamuxFlags.ack, streamId: 0, length: header.length })
      }
      return
    }
    if (header.type === yamuxTypes['go-away']) {
      this.goAway = header.length
      return
    }
    const stream = this.#streamOf(header)
    if (header.type === yamuxTypes.data) {
      this.largestBody = Math.max(this.largestBody, body.length)
      this.dataBytes.set(header.streamId, (this.dataBytes.get(header.streamId) ?? 0) + body.length)
    }
    if (stream === undefined) return
    stream.firstFlags ??= header.flags
    if ((header.flags & yamuxFlags.ack) !== 0) stream.acknowledged = true
    if (header.type === yamuxTypes.window) stream.windowUpdated(header.length)
    else if (body.length > 0) stream.dataArrived(body)
    if ((header.flags & yamuxFlags.fin) !== 0) stream.inbox.end()
    if ((header.flags & yamuxFlags.rst) !== 0) stream.inbox.reset()
  }

  #streamOf(header: YamuxFrame): YamuxStream | undefined {
    const known = this.streams.get(header.streamId)
    if (known !== undefined || (header.flags & yamuxFlags.syn) === 0) return known
    const stream = new YamuxStream(this, header.streamId, 'subject')
    this.streams.set(header.streamId, stream)
    this.#onStream?.(stream)
    return stream
  }

  #close(state: 'ended' | 'reset'): void {
    if (this.#over === 'reset') return
    this.#over = state
    for (const stream of this.streams.values()) stream.inbox.reset()
  }

  get side(): 'client' | 'server' {
    return this.#side
  }
}
