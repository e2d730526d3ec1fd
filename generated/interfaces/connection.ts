import type { Multiaddr } from '@multiformats/multiaddr'
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
  readonly remotePeer: PeerId
  readonly remoteAddress: Multiaddr
  readonly status: 'open' | 'closing' | 'closed'
  readonly security: string
  readonly muxer: string
  readonly streams: readonly Stream[]
  /** Opens a stream and negotiates one of the protocols. With one protocol offered, the stream is handed out before the remote's answer. */
  openStream(protocols: string | readonly string[], options?: OpenStreamOptions): MaybePromise<Stream>
  /** Ends gracefully: go-away, queued bytes flushed. */
  close(options?: AbortOptions): Promise<void>
  /** Ends at once. */
  abort(reason?: Error): void
  /** Resolves, never rejects. */
  readonly closed: Promise<Error | undefined>
}
