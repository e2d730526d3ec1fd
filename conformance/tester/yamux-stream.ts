import { Inbox } from './inbox.ts'
import type { MuxedChannel } from './muxer-session.ts'
import { YAMUX_INITIAL_WINDOW, yamuxFlags, yamuxTypes } from './yamux-frame.ts'
import type { FrameFields } from './yamux-frame.ts'

/** Largest body of one data frame that the tester sends unless a script says otherwise. */
const MAX_BODY_BYTES = 16 * 1024

/** What a stream needs of its session. */
export interface StreamCarrier {
  readonly holdsWindow: boolean
  sendFrame(fields: FrameFields): void
}

/** One stream of the tester's session. It respects the subject's window; scripts that must not write frames themselves. */
export class YamuxStream implements MuxedChannel {
  readonly layer = 'protocol'
  readonly id: number
  readonly openedBy: 'tester' | 'subject'
  readonly inbox = new Inbox()
  readonly #session: StreamCarrier
  #flagsDue: number
  #sendWindow = YAMUX_INITIAL_WINDOW
  #queued: Uint8Array[] = []
  #endQueued = false
  /** Data bytes that came and for which no window was granted again. */
  #ungranted = 0
  /** The subject accepted the stream that the tester opened. */
  acknowledged = false
  /** The flags of the first frame that the subject sent on it. */
  firstFlags: number | null = null

  constructor(session: StreamCarrier, id: number, openedBy: 'tester' | 'subject') {
    this.#session = session
    this.id = id
    this.openedBy = openedBy
    this.#flagsDue = openedBy === 'tester' ? yamuxFlags.syn : yamuxFlags.ack
  }

  get sendWindow(): number {
    return this.#sendWindow
  }

  write(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += MAX_BODY_BYTES)
      this.#queued.push(bytes.subarray(start, start + MAX_BODY_BYTES))
    this.#flush()
  }

  end(): void {
    this.#endQueued = true
    this.#flush()
  }

  reset(): void {
    this.#queued = []
    this.#session.sendFrame({
      type: yamuxTypes.window,
      flags: yamuxFlags.rst | this.#takeFlags(),
      streamId: this.id,
      length: 0,
    })
  }

  announce(): void {
    const flags = this.#takeFlags()
    if (flags !== 0) this.#session.sendFrame({ type: yamuxTypes.window, flags, streamId: this.id, length: 0 })
  }

  grant(bytes: number): void {
    this.#ungranted = Math.max(0, this.#ungranted - bytes)
    this.#session.sendFrame({ type: yamuxTypes.window, flags: this.#takeFlags(), streamId: this.id, length: bytes })
  }

  /** Called by the session. */
  windowUpdated(delta: number): void {
    this.#sendWindow += delta
    this.#flush()
  }

  /** Called by the session. */
  dataArrived(body: Uint8Array): void {
    this.#ungranted += body.length
    this.inbox.push(body)
    if (!this.#session.holdsWindow && this.#ungranted >= YAMUX_INITIAL_WINDOW / 2) this.grant(this.#ungranted)
  }

  /** A script opened the stream with a frame of its own. */
  wasAnnounced(): void {
    this.#flagsDue = 0
  }

  #takeFlags(): number {
    const flags = this.#flagsDue
    this.#flagsDue = 0
    return flags
  }

  #flush(): void {
    for (;;) {
      const [chunk] = this.#queued
      if (chunk === undefined || this.#sendWindow === 0) break
      const part = chunk.subarray(0, Math.min(chunk.length, this.#sendWindow))
      this.#sendWindow -= part.length
      if (part.length === chunk.length) this.#queued.shift()
      else this.#queued[0] = chunk.subarray(part.length)
      this.#session.sendFrame({
        type: yamuxTypes.data,
        flags: this.#takeFlags(),
        streamId: this.id,
        length: part.length,
        body: part,
      })
    }
    if (this.#endQueued && this.#queued.length === 0) {
      this.#endQueued = false
      this.#session.sendFrame({
        type: yamuxTypes.data,
        flags: yamuxFlags.fin | this.#takeFlags(),
        streamId: this.id,
        length: 0,
      })
    }
  }
}
