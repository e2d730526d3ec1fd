import type { Connection } from './connection.ts'
import type { Stream } from './stream.ts'

/** Serves one inbound stream. A rejection resets the stream and is reported as an event; it never escapes. */
export type StreamHandler = (stream: Stream, connection: Connection) => void | Promise<void>

export interface HandlerOptions {
  /** Inbound streams of this protocol that one connection may hold at once. */
  readonly maxInboundStreams?: number | undefined
}

/** Which protocols this node answers, and who serves them. */
export interface Registrar {
  readonly protocols: readonly string[]
  handle(protocols: string | readonly string[], handler: StreamHandler, options?: HandlerOptions): void
  unhandle(protocols: string | readonly string[]): void
  handlerFor(protocol: string): StreamHandler | undefined
}
