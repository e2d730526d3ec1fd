// Generated from spec/interfaces/connection.yaml sha256:19706bf378de1fd77984a72013c6d914bf51d6dc00435df0481e69d62542146a
// Do not edit: change the spec and run `p2pspec generate`.
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Datagrams } from './datagrams.ts'
import type { AbortOptions, MaybePromise, Stream } from './stream.ts'

/** A peer's identity: the multihash of its public key. */
export interface PeerId {
  readonly bytes: Uint8Array
  equals(other: PeerId): boolean
  /** Base58btc text, made once. */
  toString(): string
}

export interface OpenStreamOptions extends AbortOptions {
  /** Wait for the remote's answer before the stream is handed out, even where one protocol alone is offered. */
  readonly negotiateFully?: boolean | undefined
}

/** An encrypted, authenticated, muxed connection. It exists only once the remote identity is proven. */
export interface Connection {
  readonly id: number
  readonly direction: 'inbound' | 'outbound'
  /** - CONN-PEER-1: The identity was proven by the security handshake before anybody saw the connection. */
  readonly remotePeer: PeerId
  readonly remoteAddress: Multiaddr
  readonly status: 'open' | 'closing' | 'closed'
  readonly security: string
  readonly muxer: string
  readonly streams: readonly Stream[]
  /** Messages that may be lost; undefined where the transport has none, or was not asked for them. */
  readonly datagrams?: Datagrams | undefined | undefined
  /**
   * Resolves, never rejects.
   * - CONN-CLOSE-2: When a connection ends, every stream of it ends, and the promise of its end resolves.
   */
  readonly closed: Promise<Error | undefined>
  /**
   * Opens a stream and negotiates one of the protocols. With one protocol offered, the stream is handed out before the remote's answer.
   * - CONN-OPEN-1: Where the remote supports none of the protocols, the call rejects, or the stream that was handed out early is reset with that reason.
   * - CONN-OPEN-2: A stream that could not be negotiated is reset and counts no more.
   * - CONN-ABORT-1: An aborted call rejects with the signal's reason; a stream that it had opened is reset.
   */
  openStream(protocols: string | readonly string[], options?: OpenStreamOptions): MaybePromise<Stream>
  /**
   * Ends gracefully: go-away, queued bytes flushed.
   * - CONN-CLOSE-1: Bytes queued before the call are sent before the end, or the call rejects.
   * - CONN-ABORT-1: An aborted call rejects with the signal's reason; a stream that it had opened is reset.
   */
  close(options?: AbortOptions): Promise<void>
  /**
   * Ends at once.
   * - CONN-CLOSE-2: When a connection ends, every stream of it ends, and the promise of its end resolves.
   */
  abort(reason?: Error): void
}
