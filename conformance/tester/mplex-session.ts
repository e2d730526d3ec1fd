import type { Channel } from './channel.ts'
import { decodeMplexHeader, describeMplexFrame, encodeMplexFrame, mplexFlags } from './mplex-frame.ts'
import type { MplexFrame } from './mplex-frame.ts'
import { MplexStream } from './mplex-stream.ts'
import { MULTISTREAM_HEADER, multistreamMessage } from './multistream.ts'
import type { MuxedChannel, MuxerSession } from './muxer-session.ts'
import type { Transcript } from './transcript.ts'
import { Watch } from './watch.ts'

/** Messages longer than this are taken for nonsense by the tester. */
const MAX_RECEIVED_BODY = 64 * 1024 * 1024
/** Two varints of ten bytes. */
const MAX_HEADER_BYTES = 20
/** Message, close and reset come in pairs: the flag of the stream's receiver, then that of its initiator. */
const INITIATOR_FLAGS: readonly number[] = [
  mplexFlags['message-initiator'],
  mplexFlags['close-initiator'],
  mplexFlags['reset-initiator'],
]

export interface MplexSessionOptions {
  /** Serves a stream that the subject opened; called in the turn of its first frame. */
  readonly onStream?: (stream: MplexStream) => void
}

/** The tester's side of an mplex session: polite by itself, and able to send any frame that a script wants. */
export class MplexSession implements MuxerSession {
  readonly watch = new Watch()
  /** All frames received, in order; bodies are left out of it. */
  readonly received: MplexFrame[] = []
  /** Mplex has no word for the end of a session. */
  readonly goAway = null
  largestBody = 0
  readonly #own = new Map<number, MplexStream>()
  readonly #inbound = new Map<number, MplexStream>()
  readonly #below: Channel
  readonly #transcript: Transcript
  readonly #onStream: ((stream: MplexStream) => void) | undefined
  #nextId = 0
  #over: 'open' | 'ended' | 'reset' = 'open'

  constructor(below: Channel, transcript: Transcript, options: MplexSessionOptions = {}) {
    this.#below = below
    this.#transcript = transcript
    this.#onStream = options.onStream
    below.inbox.watch.onChange(() => this.#pump())
    this.#pump()
  }

  get state(): 'open' | 'ended' | 'reset' {
    return this.#over
  }

  get inbound(): readonly MplexStream[] {
    return [...this.#inbound.values()]
  }

  sendFrame(flag: number, id: number, body: Uint8Array, length: number = body.length): void {
    const frame: MplexFrame = { flag, id, length, body }
    this.#transcript.sent(
      'muxer',
      encodeMplexFrame({ ...frame, body: body.subarray(0, 64) }),
      describeMplexFrame(frame),
    )
    this.#below.write(encodeMplexFrame(frame))
  }

  /** A stream object for an id, announced by its first write. */
  openStream(id: number = this.#nextId++): MplexStream {
    const stream = new MplexStream(this, id, 'tester')
    this.#own.set(id, stream)
    return stream
  }

  bytesOf(stream: MuxedChannel): number {
    return (stream.openedBy === 'tester' ? this.#own : this.#inbound).get(stream.id)?.dataBytes ?? 0
  }

  /** Mplex has no ping: the header of a negotiation on a fresh stream is what every node answers. */
  async ping(waitMs: number, nowMs: () => number = () => performance.now()): Promise<number | null> {
    const startedAt = nowMs()
    const stream = this.openStream()
    stream.write(multistreamMessage(MULTISTREAM_HEADER))
    const wanted = multistreamMessage(MULTISTREAM_HEADER)
    const came = await stream.inbox.has(wanted.length, waitMs)
    if (!came || Buffer.compare(stream.inbox.peek(wanted.length), wanted) !== 0) return null
    stream.reset()
    return nowMs() - startedAt
  }

  #pump(): void {
    const { inbox } = this.#below
    while (inbox.length > 0 && this.#over !== 'reset') {
      const header = decodeMplexHeader(inbox.peek(MAX_HEADER_BYTES))
      if (header === null) break
      if (header === 'malformed' || header.frame.length > MAX_RECEIVED_BODY) {
        this.#transcript.note('muxer', 'the subject sent bytes that are no mplex header, or announced far too many')
        this.#close('reset')
        break
      }
      const { frame, headerLength } = header
      if (inbox.length < headerLength + frame.length) break
      const bytes = inbox.take(headerLength + frame.length)
      this.#transcript.received('muxer', bytes.subarray(0, headerLength + 64), describeMplexFrame(frame))
      this.#take(frame, bytes.subarray(headerLength))
    }
    if (inbox.state !== 'open') this.#close(inbox.state)
    this.watch.changed()
  }

  #take(frame: MplexFrame, body: Uint8Array): void {
    this.received.push(frame)
    const { flag, id } = frame
    if (flag === mplexFlags['new-stream']) {
      const stream = new MplexStream(this, id, 'subject')
      this.#inbound.set(id, stream)
      this.#onStream?.(stream)
      return
    }
    // What the subject says as initiator concerns a stream that it opened.
    const stream = (INITIATOR_FLAGS.includes(flag) ? this.#inbound : this.#own).get(id)
    this.largestBody = Math.max(this.largestBody, body.length)
    if (stream === undefined) return
    switch (flag) {
      case mplexFlags['message-receiver']:
      case mplexFlags['message-initiator']:
        stream.dataArrived(body)
        return
      case mplexFlags['close-receiver']:
      case mplexFlags['close-initiator']:
        stream.inbox.end()
        return
      case mplexFlags['reset-receiver']:
      case mplexFlags['reset-initiator']:
        stream.inbox.reset()
        return
      default:
        this.#transcript.note('muxer', `the subject sent the flag ${flag}, which nobody defined`)
    }
  }

  #close(state: 'ended' | 'reset'): void {
    if (this.#over === 'reset') return
    this.#over = state
    for (const streams of [this.#own, this.#inbound]) for (const stream of streams.values()) stream.inbox.reset()
  }
}
