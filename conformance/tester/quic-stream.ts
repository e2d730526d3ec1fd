import type { QuicheConnection } from '@p2pspec/runtime/swarm/transports/quic/quiche/quiche-binding'
import { Inbox } from './inbox.ts'
import type { MuxedChannel } from './muxer-session.ts'

const NOTHING = new Uint8Array()
const readBuffer = new Uint8Array(65_536)

/** What a stream needs of its session. */
export interface QuicCarrier {
  readonly connection: QuicheConnection
  /** Something is to be sent. */
  touched(): void
  record(direction: 'sent' | 'received', stream: QuicStream, bytes: Uint8Array): void
  note(stream: QuicStream, what: string): void
}

/** One two-way stream of the tester's session. */
export class QuicStream implements MuxedChannel {
  readonly layer = 'protocol'
  readonly id: number
  readonly openedBy: 'tester' | 'subject'
  readonly inbox = new Inbox()
  /** Data bytes that came on it. */
  dataBytes = 0
  /** With which code the subject reset it; null where it did not. */
  resetCode: number | null = null
  /** With which code the subject asked for no more bytes; null where it did not. */
  stopCode: number | null = null
  readonly #carrier: QuicCarrier
  readonly #queue: Uint8Array[] = []
  #endWanted = false
  #writeOver = false
  #readOver = false

  constructor(carrier: QuicCarrier, id: number, openedBy: 'tester' | 'subject') {
    this.#carrier = carrier
    this.id = id
    this.openedBy = openedBy
  }

  /** QUIC has no word for it: the subject learns of the stream with its first byte, or its end. */
  announce(): void {
    this.#carrier.touched()
  }

  write(bytes: Uint8Array): void {
    if (this.#writeOver || this.#endWanted || bytes.length === 0) return
    this.#queue.push(bytes)
    this.#carrier.touched()
  }

  end(): void {
    if (this.#writeOver) return
    this.#endWanted = true
    this.#carrier.touched()
  }

  /** Breaks off both ways. */
  reset(code = 0): void {
    this.resetWriting(code)
    this.stopReading(code)
  }

  resetWriting(code: number): void {
    if (this.#writeOver) return
    // What was written before leaves first, as far as it may.
    this.onWritable()
    this.#writeOver = true
    this.#shutdown(1, code)
    this.#carrier.note(this, `reset with code ${code}`)
  }

  stopReading(code: number): void {
    if (this.#readOver) return
    this.#readOver = true
    this.#shutdown(0, code)
    this.#carrier.note(this, `asked for no more with code ${code}`)
  }

  /** Called by the session where bytes or an end may have come. */
  onReadable(): void {
    while (!this.#readOver) {
      let got: readonly [number, boolean] | null
      try {
        got = this.#carrier.connection.streamRecv(this.id, readBuffer)
      } catch (error) {
        this.#readOver = true
        this.resetCode = codeIn(error, 'StreamReset')
        if (this.resetCode !== null) this.#carrier.note(this, `the subject reset it with code ${this.resetCode}`)
        this.inbox.reset()
        return
      }
      if (got === null) return
      const [count, isLast] = got
      if (count > 0) {
        const bytes = readBuffer.slice(0, count)
        this.dataBytes += count
        this.#carrier.record('received', this, bytes)
        this.inbox.push(bytes)
      }
      if (isLast) {
        this.#readOver = true
        this.#carrier.note(this, 'the subject ended its side')
        this.inbox.end()
      } else if (count === 0) return
    }
  }

  /** Called by the session in every turn: what waits may find room now. */
  onWritable(): void {
    if (this.#writeOver) return
    try {
      this.#send()
    } catch (error) {
      const code = codeIn(error, 'StreamStopped')
      // Any other refusal is for now: the subject has not allowed so many streams yet.
      if (code === null) return
      this.stopCode = code
      this.#writeOver = true
      this.#queue.length = 0
      this.#carrier.note(this, `the subject wants no more, code ${code}`)
    }
  }

  #send(): void {
    const { connection } = this.#carrier
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const taken = connection.streamSend(this.id, first, false) ?? 0
      if (taken > 0) this.#carrier.record('sent', this, first.subarray(0, taken))
      if (taken < first.length) {
        this.#queue[0] = first.subarray(taken)
        return
      }
      this.#queue.shift()
    }
    if (!this.#endWanted) return
    connection.streamSend(this.id, NOTHING, true)
    this.#writeOver = true
    this.#carrier.note(this, 'ended')
  }

  #shutdown(way: 0 | 1, code: number): void {
    try {
      this.#carrier.connection.streamShutdown(this.id, way, code)
    } catch {
      // It is over already, or the subject has never heard of it.
    }
    this.#carrier.touched()
  }
}

/** The library names what happened in words: `StreamReset(7)`. */
function codeIn(error: unknown, name: string): number | null {
  const match = /^(Stream\w+)\((\d+)\)$/.exec(error instanceof Error ? error.message : String(error))
  return match?.[1] === name ? Number(match[2]) : null
}
