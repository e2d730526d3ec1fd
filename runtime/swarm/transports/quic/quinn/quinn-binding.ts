/** What the native package of quinn offers, as far as it is used. It is no TypeScript of its own: seen in version 2.1.4. */
export interface QuinnBinding {
  readonly QuinnConfig: new (options: QuinnOptions) => QuinnConfig
  /** A socket that dials. 0: IPv4, 1: IPv6. Throws where the machine has no such addresses. */
  readonly Client: new (config: QuinnConfig, family: 0 | 1) => QuinnClient
  /** Binds at once, and throws where it cannot. */
  readonly Server: new (config: QuinnConfig, host: string, port: number) => QuinnServer
}

export interface QuinnOptions {
  readonly privateKeyProto: Uint8Array
  /** Has no effect: a handshake ends with the idle timeout. */
  readonly handshakeTimeout: number
  /** How long a listener that ends waits for its connections to drain. */
  readonly shutdownTimeout: number
  readonly maxIdleTimeout: number
  readonly keepAliveInterval: number
  readonly maxConcurrentStreamLimit: number
  readonly maxStreamData: number
  readonly maxConnectionData: number
  /** Of dialling sockets alone. */
  readonly receiveBufferSize: number
  readonly sendBufferSize: number
}

/** Opaque. */
export type QuinnConfig = object

export interface QuinnClient {
  outboundConnection(host: string, port: number): Promise<QuinnConnection>
  /** Ends every connection of the socket, without a wait. */
  abort(): void
}

export interface QuinnServer {
  port(): number
  /** The next connection, after its handshake. Rejects where that one failed, and with `server closed`. */
  inboundConnection(): Promise<QuinnConnection>
  /** Ends every connection of the socket, and unbinds it. */
  abort(): Promise<void>
}

export interface QuinnConnection {
  /** With the peer id that the remote's certificate proved. */
  remoteMultiaddr(): string
  inboundStream(): Promise<QuinnStream>
  outboundStream(): Promise<QuinnStream>
  /** Ends it at once with code 0, without a reason, and drops what has not arrived. */
  abort(): void
  /** Whole milliseconds. */
  rtt(): number
  stats(): { readonly udpTxDatagrams: number }
}

/** Calls on one way of a stream wait for each other inside the library: a reset for the write, a stop for the read that is under way. */
export interface QuinnStream {
  /** Counts the streams of its opener from 0. */
  id(): string
  read(maxBytes: number): Promise<Uint8Array | null>
  write(chunk: Uint8Array): Promise<void>
  finishWrite(): Promise<void>
  resetWrite(): Promise<void>
  stopRead(): Promise<void>
}
