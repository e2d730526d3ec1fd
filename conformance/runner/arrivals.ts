import type { Claims } from '../tester/courtesy.ts'
import type { MuxedChannel } from '../tester/muxer-session.ts'
import { Watch } from '../tester/watch.ts'

/** The streams that the subject opens by itself and that a case wants to see, kept until it looks. */
export class Arrivals {
  readonly #watch = new Watch()
  readonly #waiting: { readonly protocol: string; readonly stream: MuxedChannel }[] = []
  readonly #served = new Set<string>()

  /** Before the session starts: the subject may open streams at once. */
  constructor(claims: Claims, protocols: readonly string[]) {
    claims.protocols = protocols
    claims.negotiated = (stream, protocol) => {
      if (!protocols.includes(protocol)) return false
      this.#waiting.push({ protocol, stream })
      this.#watch.changed()
      return true
    }
    claims.served = (protocol) => {
      this.#served.add(protocol)
      this.#watch.changed()
    }
  }

  /** The next stream of this protocol; null where none comes in time. */
  async next(protocol: string, waitMs: number): Promise<MuxedChannel | null> {
    const place = (): number => this.#waiting.findIndex((one) => one.protocol === protocol)
    await this.#watch.until(() => place() >= 0, waitMs)
    const at = place()
    return at < 0 ? null : (this.#waiting.splice(at, 1)[0]?.stream ?? null)
  }

  /** True once the subject has got what it asked for by this protocol. */
  served(protocol: string, waitMs: number): Promise<boolean> {
    return this.#watch.until(() => this.#served.has(protocol), waitMs)
  }
}
