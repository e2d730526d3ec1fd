// Generated from spec/interfaces/registrar.yaml sha256:388c40bcbe1e4a984765b0b568f2191eb89a13e5ac77d18feb713165c76b31e5
// Do not edit: change the spec and run `p2pspec generate`.
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
  /** - REG-LIST-1: What is listed is what is answered, from the call on that adds or removes it. */
  readonly protocols: readonly string[]
  /**
   * - REG-HANDLE-1: A second handler for a protocol that has one is refused with an error.
   * - REG-HANDLE-2: A handler that throws or rejects has its stream reset; nobody else's stream is touched.
   */
  handle(protocols: string | readonly string[], handler: StreamHandler, options?: HandlerOptions): void
  /** - REG-LIST-1: What is listed is what is answered, from the call on that adds or removes it. */
  unhandle(protocols: string | readonly string[]): void
  /** - REG-LIST-1: What is listed is what is answered, from the call on that adds or removes it. */
  handlerFor(protocol: string): StreamHandler | undefined
}
