import type { MuxedChannel } from '../tester/muxer-session.ts'
import type { TesterConnection } from '../tester/connection.ts'
import { TesterError } from '../tester/tester-error.ts'

const SUBJECT = 'subject'
/** In place of a stream's name: a new one for every frame. */
export const EACH = 'each'

/** The streams of one script, by the names that it gives them. */
export class ScriptStreams {
  readonly named = new Map<string, MuxedChannel>()
  /** Opened one for each frame of a flood. */
  readonly each: MuxedChannel[] = []
  readonly #connection: TesterConnection

  constructor(connection: TesterConnection) {
    this.#connection = connection
  }

  /** The stream of this name, made at first use. */
  get(name: string): MuxedChannel {
    const { session } = this.#connection
    if (name === EACH) {
      const opened = session.openStream()
      this.each.push(opened)
      return opened
    }
    const known = this.named.get(name)
    if (known !== undefined) return known
    const [inbound] = session.inbound
    if (name === SUBJECT && inbound === undefined)
      throw new TesterError('unsupported', 'muxer', 'the subject opened no stream by itself')
    const stream = name === SUBJECT && inbound !== undefined ? inbound : session.openStream()
    this.named.set(name, stream)
    return stream
  }
}
