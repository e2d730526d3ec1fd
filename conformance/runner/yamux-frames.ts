import type { YamuxSession } from '../tester/yamux-session.ts'
import { describeYamuxFrame, yamuxFlags, yamuxTypes } from '../tester/yamux-frame.ts'
import type { YamuxFrame } from '../tester/yamux-frame.ts'
import { YamuxStream } from '../tester/yamux-stream.ts'
import type { FramePattern } from './extra-case.ts'
import type { ScriptStreams } from './script-streams.ts'

const WRONG_PARITY = 'wrong-parity'

/** Frames of yamux as scripts write them and wait for them. */
export class YamuxFrames {
  readonly #session: YamuxSession
  readonly #streams: ScriptStreams
  #cursor = 0

  constructor(session: YamuxSession, streams: ScriptStreams) {
    this.#session = session
    this.#streams = streams
  }

  send(pattern: FramePattern, body: Uint8Array): void {
    const streamId = this.#idOf(pattern.stream)
    const opens = ((pattern.flags ?? 0) & yamuxFlags.syn) !== 0 && pattern.type !== yamuxTypes.ping
    if (opens) this.#session.streams.get(streamId)?.wasAnnounced()
    this.#session.sendFrame({
      version: pattern.version ?? 0,
      type: pattern.type,
      flags: pattern.flags ?? 0,
      streamId,
      length: pattern.length ?? (pattern.type === yamuxTypes.data ? body.length : 0),
      body,
    })
  }

  /** True once a frame like this came behind the last one that was waited for. */
  async expect(pattern: FramePattern, waitMs: number): Promise<boolean> {
    const { received, watch } = this.#session
    const find = (): number => received.findIndex((frame, index) => index >= this.#cursor && this.#fits(frame, pattern))
    await watch.until(() => find() !== -1 || this.#session.state !== 'open', waitMs)
    const at = find()
    if (at !== -1) this.#cursor = at + 1
    return at !== -1
  }

  facts(): Record<string, string | number | boolean> {
    const session = this.#session
    const each = this.#streams.each.filter((stream) => stream instanceof YamuxStream)
    const facts: Record<string, string | number | boolean> = {
      maxFrame: session.largestBody,
      acknowledged: each.filter((stream) => stream.acknowledged).length,
    }
    const [inbound] = session.inbound
    if (inbound !== undefined) facts['parityFits'] = (inbound.id % 2 === 0) === (session.side === 'client')
    for (const [name, stream] of this.#streams.named) {
      if (!(stream instanceof YamuxStream)) continue
      facts[`window.${name}`] = stream.sendWindow
      if (stream.firstFlags !== null)
        facts[`answered.${name}`] = (stream.firstFlags & (yamuxFlags.ack | yamuxFlags.rst)) !== 0
    }
    return facts
  }

  #idOf(stream: string | number | undefined): number {
    if (stream === undefined) return 0
    if (typeof stream === 'number') return stream
    if (stream === WRONG_PARITY) return this.#session.side === 'client' ? 1_000_000 : 1_000_001
    return this.#streams.get(stream).id
  }

  #fits(frame: YamuxFrame, pattern: FramePattern): boolean {
    const { type, flags, stream, length, version } = pattern
    return (
      frame.type === type &&
      (flags === undefined || (frame.flags & flags) === flags) &&
      (stream === undefined ||
        frame.streamId === (typeof stream === 'number' ? stream : this.#streams.get(stream).id)) &&
      (length === undefined || frame.length === length) &&
      (version === undefined || frame.version === version)
    )
  }
}

/** A pattern in words. */
export function describePattern(pattern: FramePattern): string {
  return describeYamuxFrame({
    version: 0,
    type: pattern.type,
    flags: pattern.flags ?? 0,
    streamId: typeof pattern.stream === 'number' ? pattern.stream : 0,
    length: pattern.length ?? 0,
    body: new Uint8Array(),
  })
}
