import type { HandlerOptions, Registrar, StreamHandler } from '@p2pspec/generated/interfaces/registrar'
import { SwarmError } from './errors.ts'

/** Streams of one protocol that one connection may hold open inbound, unless its handler says otherwise. */
export const defaultMaxInboundStreams = 128

interface Registration {
  readonly handler: StreamHandler
  readonly maxInboundStreams: number
}

/** The protocols this node answers. Look-ups are on the path of every inbound stream. */
export class StreamRegistrar implements Registrar {
  readonly #registrations = new Map<string, Registration>()
  readonly #onChange: (protocols: readonly string[]) => void
  #protocols: readonly string[] = []

  constructor(onChange: (protocols: readonly string[]) => void = () => {}) {
    this.#onChange = onChange
  }

  get protocols(): readonly string[] {
    return this.#protocols
  }

  handle(protocols: string | readonly string[], handler: StreamHandler, options: HandlerOptions = {}): void {
    const { maxInboundStreams = defaultMaxInboundStreams } = options
    const names = typeof protocols === 'string' ? [protocols] : protocols
    for (const protocol of names) {
      if (this.#registrations.has(protocol)) {
        throw new SwarmError('already-handled', `${protocol} has a handler already; unhandle it first`, { protocol })
      }
    }
    for (const protocol of names) this.#registrations.set(protocol, { handler, maxInboundStreams })
    this.#changed()
  }

  unhandle(protocols: string | readonly string[]): void {
    for (const protocol of typeof protocols === 'string' ? [protocols] : protocols) this.#registrations.delete(protocol)
    this.#changed()
  }

  handlerFor(protocol: string): StreamHandler | undefined {
    return this.#registrations.get(protocol)?.handler
  }

  maxInboundStreams(protocol: string): number {
    return this.#registrations.get(protocol)?.maxInboundStreams ?? 0
  }

  supports(protocol: string): boolean {
    return this.#registrations.has(protocol)
  }

  #changed(): void {
    this.#protocols = Object.freeze([...this.#registrations.keys()])
    this.#onChange(this.#protocols)
  }
}
