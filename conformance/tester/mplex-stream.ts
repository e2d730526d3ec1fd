import { Inbox } from './inbox.ts'
import { mplexFlags } from './mplex-frame.ts'
import type { MplexFlagName } from './mplex-frame.ts'
import type { MuxedChannel } from './muxer-session.ts'

/** Largest body of one message that the tester sends unless a script says otherwise. */
const MAX_BODY_BYTES = 16 * 1024
const EMPTY = new Uint8Array()

/** What a stream needs of its session. */
export interface MplexCarrier {
  sendFrame(flag: number, id: number, body: Uint8Array): void
}

/** One stream of the tester's session. */
export class MplexStream implements MuxedChannel {
  readonly layer = 'protocol'
  readonly id: number
  readonly openedBy: 'tester' | 'subject'
  readonly inbox = new Inbox()
  readonly #session: MplexCarrier
  #announced: boolean
  /** Data bytes that came on it. */
  dataBytes = 0

  constructor(session: MplexCarrier, id: number, openedBy: 'tester' | 'subject') {
    this.#session = session
    this.id = id
    this.openedBy = openedBy
    this.#announced = openedBy === 'subject'
  }

  announce(): void {
    if (this.#announced) return
    this.#announced = true
    this.#session.sendFrame(mplexFlags['new-stream'], this.id, new TextEncoder().encode(String(this.id)))
  }

  /** A script opened the stream with a frame of its own. */
  wasAnnounced(): void {
    this.#announced = true
  }

  write(bytes: Uint8Array): void {
    this.announce()
    for (let start = 0; start < bytes.length; start += MAX_BODY_BYTES)
      this.#send('message', bytes.subarray(start, start + MAX_BODY_BYTES))
  }

  end(): void {
    this.announce()
    this.#send('close', EMPTY)
  }

  reset(): void {
    this.announce()
    this.#send('reset', EMPTY)
  }

  /** Called by the session. */
  dataArrived(body: Uint8Array): void {
    this.dataBytes += body.length
    this.inbox.push(body)
  }

  #send(kind: 'message' | 'close' | 'reset', body: Uint8Array): void {
    const flag: MplexFlagName = `${kind}-${this.openedBy === 'tester' ? 'initiator' : 'receiver'}`
    this.#session.sendFrame(mplexFlags[flag], this.id, body)
  }
}
