import { describeMplexFrame, mplexFlags } from '../tester/mplex-frame.ts'
import type { MplexFrame } from '../tester/mplex-frame.ts'
import type { MplexSession } from '../tester/mplex-session.ts'
import { MplexStream } from '../tester/mplex-stream.ts'
import type { MplexPattern } from './extra-case.ts'
import type { ScriptStreams } from './script-streams.ts'

/** Frames of mplex as scripts write them and wait for them. */
export class MplexFrames {
  readonly #session: MplexSession
  readonly #streams: ScriptStreams
  #cursor = 0

  constructor(session: MplexSession, streams: ScriptStreams) {
    this.#session = session
    this.#streams = streams
  }

  send(pattern: MplexPattern, body: Uint8Array): void {
    const stream = typeof pattern.stream === 'number' ? undefined : this.#streams.get(pattern.stream)
    if (pattern.flag === mplexFlags['new-stream'] && stream instanceof MplexStream) stream.wasAnnounced()
    const id = stream?.id ?? Number(pattern.stream)
    this.#session.sendFrame(pattern.flag, id, body, pattern.length ?? body.length)
  }

  /** True once a frame like this came behind the last one that was waited for. */
  async expect(pattern: MplexPattern, waitMs: number): Promise<boolean> {
    const { received, watch } = this.#session
    const find = (): number => received.findIndex((frame, index) => index >= this.#cursor && this.#fits(frame, pattern))
    await watch.until(() => find() !== -1 || this.#session.state !== 'open', waitMs)
    const at = find()
    if (at !== -1) this.#cursor = at + 1
    return at !== -1
  }

  facts(): Record<string, string | number | boolean> {
    const { largestBody, received, inbound } = this.#session
    const [first] = inbound
    const unknown = received.filter(({ flag }) => flag > mplexFlags['reset-initiator'])
    return {
      maxFrame: largestBody,
      unknownFlags: unknown.length,
      ...(first === undefined ? {} : { firstId: first.id }),
      idsTwice: inboundIdsTwice(received),
    }
  }

  #fits(frame: MplexFrame, { flag, stream, length }: MplexPattern): boolean {
    return (
      frame.flag === flag &&
      frame.id === (typeof stream === 'number' ? stream : this.#streams.get(stream).id) &&
      (length === undefined || frame.length === length)
    )
  }
}

/** A pattern in words. */
export function describeMplexPattern({ flag, stream, length }: MplexPattern): string {
  const id = typeof stream === 'number' ? stream : 0
  return describeMplexFrame({ flag, id, length: length ?? 0, body: new Uint8Array() })
}

/** How many ids the subject opened more than once. */
function inboundIdsTwice(received: readonly MplexFrame[]): number {
  const opened = received.filter(({ flag }) => flag === mplexFlags['new-stream']).map(({ id }) => id)
  return opened.length - new Set(opened).size
}
